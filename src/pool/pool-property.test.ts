// Whatever happens in whatever order: nobody gets what is not theirs, no more are there than may be, everybody is answered.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import type { Lease } from './member.ts';
import type { PoolOptions } from './options.ts';
import { pooling, type Thing, turn } from './pool.fixture.ts';

const max = 3;
const share = 2;
const owners = ['a', 'b', 'c', 'd'];

const step = fc.record({
  what: fc.constantFrom('acquire', 'acquire', 'release', 'leave', 'break', 'cancel', 'wait'),
  which: fc.nat(20),
});

test.each(['once', 'owner', 'all'] as const)(
  'a pool of sharing "%s"',
  async sharing => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), steps => run(sharing, steps)),
      { numRuns: 60 },
    );
  },
  60_000,
);

async function run(sharing: PoolOptions<Thing>['sharing'], steps: { what: string; which: number }[]) {
  const { pool, acquire, things } = pooling({ sharing, max, share, waitMs: 200, idleMs: 30 });
  const usersOf = new Map<Thing, Set<string>>();
  const usesOf = new Map<Thing, number>();
  const busy = new Map<Thing, number>();
  const held: { owner: string; lease: Lease<Thing> }[] = [];
  const work: { settled: Promise<unknown>; cancellation: Cancellation }[] = [];

  const release = (index: number) => {
    const [one] = held.splice(index, 1);
    if (one === undefined) return;
    busy.set(one.lease.held, busy.get(one.lease.held)! - 1);
    one.lease.release();
    one.lease.release();
  };
  const use = (owner: string, lease: Lease<Thing>) => {
    const { held: thing } = lease;
    usersOf.set(thing, (usersOf.get(thing) ?? new Set()).add(owner));
    usesOf.set(thing, (usesOf.get(thing) ?? 0) + 1);
    busy.set(thing, (busy.get(thing) ?? 0) + 1);
    held.push({ owner, lease });
    if (sharing === 'once') expect(usesOf.get(thing)).toBe(1);
    if (sharing === 'owner') expect(usersOf.get(thing)!.size).toBe(1);
    if (sharing === 'all') expect(busy.get(thing)).toBeLessThanOrEqual(share);
  };

  for (const { what, which } of steps) {
    const owner = owners[which % owners.length]!;
    if (what === 'acquire') {
      const cancellation = new Cancellation();
      const settled = acquire(owner, cancellation).then(
        lease => use(owner, lease),
        error =>
          expect(['SERVER_BUSY', 'TOO_MANY_SESSIONS', 'CALL_CANCELLED']).toContain(
            error.code ?? error.message,
          ),
      );
      settled.catch(() => {}); // told below
      work.push({ settled, cancellation });
    }
    if (what === 'release' && held.length > 0) release(which % held.length);
    if (what === 'leave') void pool.leave(owner);
    if (what === 'break') things[which % Math.max(things.length, 1)]?.break();
    if (what === 'cancel')
      work[which % Math.max(work.length, 1)]?.cancellation.cancel(new Error('CALL_CANCELLED'));
    if (what === 'wait') await turn(which % 5);
    const { total, opening, busy: inUse, idle } = pool.counters;
    expect(total + opening).toBeLessThanOrEqual(max);
    expect(inUse + idle).toBe(total);
  }
  while (held.length > 0 || pool.counters.waiting > 0) {
    release(0);
    await turn();
  }
  for (const { settled } of work) await settled;
  while (held.length > 0) release(0);
  await pool.close();
  expect(things.filter(({ closed }) => !closed)).toEqual([]);
}
