// What is not fit any more, such as one that has grown too large, is replaced when its work is done.
import { expect, test, vi } from 'vitest';
import { pooling, turn } from './pool.fixture.ts';

test('one that is unfit is replaced, but not under anybody’s work', async () => {
  const { pool, acquire, things } = pooling({
    sharing: 'all',
    idleMs: 80,
    unfit: async () => true,
    unfitMs: 10,
  });
  const lease = await acquire();
  await turn(200);
  expect(things[0]!.closed).toBe(false);
  expect((await acquire()).held).toBe(things[1]); // it gets no more work
  lease.release();
  expect(things[0]!.closed).toBe(true);
  expect(pool.counters.discarded).toEqual({ unfit: 1 });
});

test('one that is unfit is replaced, also where it has an owner', async () => {
  const { pool, acquire, things } = pooling({ idleMs: 80, unfit: async ({ id }) => id === 1, unfitMs: 10 });
  const lease = await acquire('a');
  await vi.waitFor(async () => {
    const next = await acquire('a');
    next.release();
    expect(next.held).toBe(things[1]);
  }, 2_000);
  expect(things[0]!.closed).toBe(false);
  lease.release();
  expect(things[0]!.closed).toBe(true);
  expect(pool.counters).toMatchObject({ total: 1, discarded: { unfit: 1 } });
});
