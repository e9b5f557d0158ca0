// What is old is replaced, whoever uses it.
import { expect, test, vi } from 'vitest';
import { pooling, turn } from './pool.fixture.ts';

test('one that is old enough is replaced when its work is done', async () => {
  const { pool, acquire } = pooling({ sharing: 'all', lifetimeMs: 30, idleMs: 100 });
  const lease = await acquire();
  await turn(100);
  expect(lease.held.closed).toBe(false);
  lease.release();
  expect(lease.held.closed).toBe(true);
  expect(pool.counters.discarded).toEqual({ lifetime: 1 });
});

test('so is a spare, before anybody has it', async () => {
  const { pool, things } = pooling({ sharing: 'once', min: 1, lifetimeMs: 30, idleMs: 100 });
  pool.keep();
  await vi.waitFor(() => expect(things.length).toBeGreaterThan(1), 2_000);
  expect(things[0]!.closed).toBe(true);
  expect(pool.counters.discarded).toEqual({ lifetime: things.length - 1 });
});
