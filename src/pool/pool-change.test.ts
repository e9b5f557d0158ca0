// Limits that change while a pool is used, and a pool that is left.
import { expect, test, vi } from 'vitest';
import { pooling, turn } from './pool.fixture.ts';

const limits = { min: 0, max: 4, share: 2, idleMs: 60_000, waitMs: 5_000 };

test('who waits for a pool that grows is served', async () => {
  const { pool, acquire } = pooling({ max: 1 });
  await acquire('a');
  const second = acquire('b');
  await turn();
  expect(pool.counters.waiting).toBe(1);
  pool.limit({ ...limits, max: 2 });
  expect((await second).held.id).toBe(2);
});

test('a pool that shrinks keeps what is used and opens no more', async () => {
  const { pool, acquire, open } = pooling({ sharing: 'once', max: 3 });
  const leases = await Promise.all([acquire(), acquire(), acquire()]);
  pool.limit({ ...limits, max: 1 });
  expect(open()).toBe(3);
  const next = acquire();
  leases[0]!.release();
  leases[1]!.release();
  await turn();
  expect(pool.counters).toMatchObject({ waiting: 1, total: 1 });
  leases[2]!.release();
  await next;
  expect(pool.counters.total).toBe(1);
});

test('things that are kept come and go with `min`', async () => {
  const { pool, open } = pooling({ sharing: 'once', idleMs: 20 });
  pool.keep();
  await turn(10);
  expect(open()).toBe(0);
  pool.limit({ ...limits, min: 2, idleMs: 20 });
  await vi.waitFor(() => expect(open()).toBe(2));
  pool.limit({ ...limits, min: 0, idleMs: 20 });
  await vi.waitFor(() => expect(open()).toBe(0));
});

test('a pool that is left closes what nobody uses, serves who waits, and opens nothing ahead', async () => {
  const { pool, acquire, things, open } = pooling({ min: 1, max: 2 });
  pool.keep();
  const [a, b] = [await acquire('a'), await acquire('b')];
  b.release();
  pool.empty();
  await turn();
  expect(things.map(({ closed }) => closed)).toEqual([false, true]);
  a.release();
  await vi.waitFor(() => expect(open()).toBe(0));
  await turn(30);
  expect(things).toHaveLength(2);
});
