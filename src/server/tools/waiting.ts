import type { Gateway } from '../../gateway.ts';

/** How long a reply waits for servers that have never listed, in milliseconds. */
const patienceMs = 2_000;

/** Waits for servers that have not listed yet, two seconds at most; returns the names of those that still have not. */
export async function waitForListings(gateway: Gateway, only?: string): Promise<string[]> {
  const waiting = gateway.unlisted().filter(name => only === undefined || name === only);
  await Promise.all(waiting.map(name => gateway.listed(name, patienceMs)));
  return gateway.unlisted().filter(name => only === undefined || name === only);
}
