// What has served often enough is replaced.
import { expect, test } from 'vitest';
import { pooling } from './pool.fixture.ts';

test('one that has served often enough is replaced when its work is done', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', maxUses: 2, share: 4 });
  const leases = await Promise.all([acquire(), acquire()]);
  leases[0]!.release();
  expect(things[0]!.closed).toBe(false);
  leases[1]!.release();
  expect(things[0]!.closed).toBe(true);
  expect(pool.counters.discarded).toEqual({ uses: 1 });
  expect((await acquire()).held).toBe(things[1]);
});
