// What has been used: lent once and closed, its owner’s for good, or given back; and each lease ends once.
import { expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { pooling } from './pool.fixture.ts';

test('a thing is lent once and closed when it comes back', async () => {
  const { pool, acquire } = pooling({ sharing: 'once' });
  const first = await acquire();
  first.release();
  first.release();
  const second = await acquire();
  expect(second.held).not.toBe(first.held);
  await vi.waitFor(() => expect(first.held.closed).toBe(true));
  expect(pool.counters).toMatchObject({ busy: 1, discarded: { used: 1 } });
});

test('an owner gets the same thing again, also for work side by side, and without waiting', async () => {
  const { pool, acquire, things } = pooling({});
  const first = await acquire('a');
  const second = pool.acquire('a', new Cancellation());
  expect(second).not.toBeInstanceOf(Promise);
  first.release();
  expect((await acquire('a')).held).toBe(first.held);
  expect(things).toHaveLength(1);
});

test('two owners have two', async () => {
  const { acquire } = pooling({});
  expect((await acquire('a')).held).not.toBe((await acquire('b')).held);
});

test('what an owner has left is closed, never handed on', async () => {
  const { pool, acquire, things } = pooling({});
  (await acquire('a')).release();
  await pool.leave('a');
  expect(things[0]!.closed).toBe(true);
  expect((await acquire('b')).held).toBe(things[1]);
  expect((await acquire('a')).held).toBe(things[2]);
  expect(pool.counters.discarded).toEqual({ left: 1 });
});
