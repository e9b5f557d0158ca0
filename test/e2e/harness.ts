// What the tests of the built product have in common: `test` with a `place` of its own, and a check after the last one
// that no process is left.
import { afterAll, test as base, expect, vi } from 'vitest';
import { childrenOf } from '../fixtures/start.ts';
import { Place } from './place.ts';

const places: Place[] = [];
const shared: Place[] = [];

/** A place for all tests of a file. */
export function sharedPlace(): Place {
  const place = new Place();
  places.push(place);
  shared.push(place);
  return place;
}

export const test = base.extend<{ place: Place }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest asks for it
  place: async ({}, use) => {
    const place = new Place();
    places.push(place);
    await use(place);
    await place.close();
  },
});

afterAll(async () => {
  for (const place of shared) await place.close();
  const left = () => [...places.flatMap(place => place.left()), ...childrenOf(process.pid)];
  await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 5_000 });
  expect(places.length).toBeGreaterThan(0);
});

export { type Block, errorOf, kinds, type McpClient, type ToolResult, textOf } from './clients.ts';
export { freePort, Gateway, gone, main, Printing, root } from './gateway.ts';
export { fixture, markedWith, Place, preloaded, type Server, type Settings } from './place.ts';
export { type Answer, callRaw, envelope, execRaw, RawHttp, type Wire } from './wire.ts';
