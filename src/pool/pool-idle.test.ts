// What is not used goes after a while, and what is old; but not what has an owner.
import { expect, test, vi } from 'vitest';
import type { Lease } from './member.ts';
import { pooling, type Thing, turn } from './pool.fixture.ts';

test('those not needed any more go when they have not been used for a while, the last one too', async () => {
  const { pool, acquire } = pooling({ sharing: 'all', share: 1, idleMs: 60 });
  const leases = await Promise.all(['a', 'b'].map(acquireNamed(acquire)));
  for (const lease of leases) lease.release();
  await vi.waitFor(() => expect(pool.counters).toMatchObject({ total: 0, discarded: { idle: 2 } }), 2_000);
});

test('the least that is wanted stays, unused as it is, and the rest goes', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', share: 1, min: 1, idleMs: 40 });
  pool.keep();
  const leases = await Promise.all(['a', 'b'].map(acquireNamed(acquire)));
  for (const lease of leases) lease.release();
  await vi.waitFor(() => expect(pool.counters).toMatchObject({ total: 1, discarded: { idle: 1 } }));
  await turn(150);
  expect(things).toHaveLength(2);
  expect(pool.counters.total).toBe(1);
});

test('long work does not make a thing idle', async () => {
  const { acquire, things } = pooling({ sharing: 'all', idleMs: 40 });
  const lease = await acquire();
  await turn(150);
  lease.release();
  expect(things[0]!.closed).toBe(false);
});

test('what belongs to an owner stays, however long it is not used', async () => {
  const { acquire, open } = pooling({ idleMs: 20, lifetimeMs: 20, maxUses: 1 });
  const lease = await acquire('a');
  lease.release();
  await turn(150);
  expect(open()).toBe(1);
  expect((await acquire('a')).held).toBe(lease.held);
});

/** For `map`, which passes more than a name. */
function acquireNamed(acquire: (owner: string) => Promise<Lease<Thing>>) {
  return (name: string) => acquire(name);
}
