// The counters say how things are, and why others are no more.
import { expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { pooling } from './pool.fixture.ts';

test('total, busy, idle, spare, opening, waiting and started are what they are', async () => {
  const { pool, acquire } = pooling({ sharing: 'once', max: 2, min: 1 });
  const none = { total: 0, busy: 0, idle: 0, spare: 0, opening: 0, waiting: 0, started: 0 };
  expect(pool.counters).toEqual({ ...none, discarded: {} });
  pool.keep();
  expect(pool.counters).toMatchObject({ ...none, opening: 1, started: 1 });
  await vi.waitFor(() => expect(pool.counters).toMatchObject({ total: 1, idle: 1, spare: 1, opening: 0 }));
  const leases = await Promise.all([acquire('a'), acquire('b')]);
  const given = new Cancellation();
  const waiting = acquire('c', given);
  waiting.catch(() => {}); // given up below
  const full = { total: 2, busy: 2, idle: 0, spare: 0, opening: 0, started: 2 };
  expect(pool.counters).toMatchObject({ ...full, waiting: 1 });
  given.cancel(new Error('not wanted'));
  expect(pool.counters).toMatchObject({ ...full, waiting: 0 });
  for (const lease of leases) lease.release();
  expect(pool.counters).toMatchObject({ total: 0, busy: 0, discarded: { used: 2 } });
});

test('each is counted once, by the first reason for which it had to go', async () => {
  const { pool, acquire, things } = pooling({ maxUses: 1 });
  for (const owner of ['leaves', 'breaks', 'stays']) await acquire(owner);
  things[1]!.break();
  things[1]!.break();
  await Promise.all([pool.leave('leaves'), pool.leave('leaves'), pool.leave('breaks')]);
  await pool.close();
  expect(pool.counters.discarded).toEqual({ left: 1, broken: 1, closed: 1 });
});
