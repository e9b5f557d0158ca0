import type { EventEmitter } from 'node:events';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { connect } from './connect.ts';
import { expectNoChildren, noProxy, stdio, text } from './connecting.fixture.ts';
import { starts } from './starting.ts';

/** How many this process holds: open files, what keeps it awake, who listens to its own events, starts. */
function held(): Record<string, number> {
  const emitter: EventEmitter = process;
  const counts: Record<string, number> = {
    files: readdirSync('/proc/self/fd').length,
    starts: starts.counters.running + starts.counters.waiting,
  };
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  for (const name of emitter.eventNames()) counts[`on ${String(name)}`] = emitter.listenerCount(name);
  return counts;
}

/** Fails unless we hold no more of anything than `before`, soon: what the last test left may have gone meanwhile. */
async function expectNoMore(before: Record<string, number>): Promise<void> {
  await expectNoChildren();
  const more = () => Object.entries(held()).filter(([name, count]) => count > (before[name] ?? 0));
  const deadline = performance.now() + 5_000;
  while (more().length > 0 && performance.now() < deadline)
    await new Promise(resolve => setTimeout(resolve, 20));
  expect(more()).toEqual([]);
}

async function round(): Promise<void> {
  const connection = await connect({
    server: stdio('echo'),
    proxy: noProxy,
    cancellation: new Cancellation(),
  });
  expect(await text(connection, 'echo', { message: 'here' })).toBe('here');
  await connection.close();
}

test('fifty connections, opened and closed, leave nothing of them', { timeout: 120_000 }, async () => {
  await round(); // the watchdog, and what is loaded when it is needed
  const before = held();
  for (let rounds = 0; rounds < 50; rounds++) await round();
  await expectNoMore(before);
});

test('nor do fifty that are given up while they start', { timeout: 120_000 }, async () => {
  const giveUp = async () => {
    const cancellation = new Cancellation();
    const connecting = connect({ server: stdio('never-initializes'), proxy: noProxy, cancellation });
    const soon = setTimeout(() => cancellation.cancel(new Error('given up')), 20);
    await expect(connecting).rejects.toThrow('given up');
    clearTimeout(soon);
  };
  await giveUp();
  const before = held();
  for (let rounds = 0; rounds < 5; rounds++) await Promise.all(Array.from({ length: 10 }, giveUp));
  await expectNoMore(before);
});
