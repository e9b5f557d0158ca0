import type { View } from '../../view.ts';

/** How long a reply waits for servers that have never listed, in milliseconds. */
const patienceMs = 2_000;

/** Waits for servers that have not listed yet, `ms` at most; returns the names of those that still have not. */
export async function waitForListings(gateway: View, only?: string, ms = patienceMs): Promise<string[]> {
  const waiting = gateway.unlisted().filter(name => only === undefined || name === only);
  await Promise.all(waiting.map(name => gateway.listed(name, ms)));
  return gateway.unlisted().filter(name => only === undefined || name === only);
}
