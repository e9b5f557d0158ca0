// The clock of the system may be put forward or back by an hour: nothing here depends on it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Breaker } from './breaker.ts';
import { Demand } from './demand.ts';
import { pooling, turn } from './pool.fixture.ts';

const hour = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** Puts the clock on by so many milliseconds. */
const jump = (ms: number) => vi.setSystemTime(Date.now() + ms);

test('forward, nothing has become idle or old, nor is anything looked at', async () => {
  const validate = vi.fn(async () => true);
  const times = { idleMs: 4_000, lifetimeMs: 60_000, pauseMs: 60_000 };
  const { pool, acquire, things } = pooling({ sharing: 'all', ...times, validate });
  (await acquire()).release();
  jump(hour);
  await turn(1_500); // more than a sweep
  (await acquire()).release();
  expect(things).toHaveLength(1);
  expect(pool.counters.discarded).toEqual({});
  expect(validate).not.toHaveBeenCalled();
});

test('backward, what is idle goes all the same', async () => {
  const { pool, acquire } = pooling({ sharing: 'all', idleMs: 60 });
  (await acquire()).release();
  jump(-hour);
  await vi.waitFor(() => expect(pool.counters).toMatchObject({ total: 0, discarded: { idle: 1 } }), 2_000);
});

test.each([hour, -hour])('who waits is told when its time is over, and not before (%i)', async ms => {
  const { pool, acquire } = pooling({ sharing: 'all', max: 1, share: 1, waitMs: 200 });
  const lease = await acquire();
  const waiting = acquire();
  waiting.catch(() => {}); // told below
  jump(ms);
  await turn(50);
  expect(pool.counters.waiting).toBe(1);
  await expect(waiting).rejects.toMatchObject({ code: 'SERVER_BUSY' });
  lease.release();
});

test.each([hour, -hour])('a breaker opens and is tried again when it said (%i)', async ms => {
  const breaker = new Breaker({ threshold: 1 });
  breaker.failure();
  jump(ms);
  expect(breaker.admits()).toBe(false);
  expect(breaker.retryInMs).toBeGreaterThan(0);
  expect(breaker.retryInMs).toBeLessThanOrEqual(1_000);
});

test.each([hour, -hour])('what was asked for just now is not long ago (%i)', ms => {
  const demand = new Demand();
  demand.arrived();
  const { ahead } = demand;
  jump(ms);
  expect(demand.ahead).toBe(ahead);
  expect(demand.quietMs).toBeLessThan(hour / 2);
  expect(demand.quietMs).toBeGreaterThanOrEqual(0);
});
