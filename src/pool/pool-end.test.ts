// What a pool leaves behind: no timer, nothing half closed, nothing of an owner that has gone.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deferred, pooling, Thing, turn } from './pool.fixture.ts';

const kinds = ['once', 'owner', 'all'] as const;

test.each(kinds)('its end is when everything has ended: %s', async sharing => {
  const ending = deferred<void>();
  const { pool, acquire } = pooling({ sharing, ending: () => ending.promise });
  await acquire();
  let closed = false;
  const end = pool.close().then(() => {
    closed = true;
  });
  await turn(20);
  expect(closed).toBe(false);
  ending.resolve();
  await end;
  expect(pool.counters).toMatchObject({ total: 0, opening: 0, waiting: 0 });
});

test.each(kinds)('no timer outlives it, whatever was under way: %s', async sharing => {
  countTimers();
  const { pool, acquire } = pooling({ sharing, max: 1, share: 1, min: 1 });
  pool.keep();
  await acquire('a');
  const waiting = acquire('b');
  waiting.catch(() => {}); // told below
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  await pool.close();
  await expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(vi.getTimerCount()).toBe(0);
});

test('nor one that was to open another ahead of need', async () => {
  countTimers();
  const { pool, acquire } = pooling({ sharing: 'once' });
  (await acquire('a')).release();
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  await pool.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('nor is there one in a pool that has nothing', async () => {
  countTimers();
  const { pool, acquire } = pooling({ sharing: 'all', idleMs: 100 });
  (await acquire()).release();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(pool.counters).toMatchObject({ total: 0, discarded: { idle: 1 } });
  expect(vi.getTimerCount()).toBe(0);
});

test('nothing is kept of owners that have left, also if what they had broke before', async () => {
  const seen: WeakRef<Thing>[] = [];
  const { pool, acquire } = pooling({
    open: async () => {
      const thing = new Thing(seen.length, async () => {});
      seen.push(new WeakRef(thing));
      return thing;
    },
  });
  for (const owner of ['leaves', 'breaks']) (await acquire(owner)).release();
  seen[1]!.deref()!.break();
  await Promise.all([pool.leave('leaves'), pool.leave('breaks')]);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await vi.waitFor(() => {
    collect();
    expect(seen.filter(thing => thing.deref() !== undefined).length).toBe(0);
  }, 5_000);
});

test('the end refuses those who wait and closes what is being opened', async () => {
  const opened = deferred<Thing>();
  const { pool, acquire, make } = pooling({ sharing: 'all', open: () => opened.promise });
  const work = acquire();
  const ended = pool.close();
  await expect(work).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  const thing = make();
  opened.resolve(thing);
  await ended;
  expect(thing.closed).toBe(true);
  await expect(acquire()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

function countTimers(): void {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
}
