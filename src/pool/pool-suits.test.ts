// Things that suit some owners only: nobody gets one that does not, and nobody waits for room that such things take.
import { expect, test, vi } from 'vitest';
import type { Order } from './options.ts';
import { pooling, type Thing } from './pool.fixture.ts';

/** A pool whose things suit whom they were opened for, by the first letter; spares suit `spareFor`. */
function choosy(sharing: 'owner' | 'once', max: number, spareFor = 'a') {
  const suited = new Map<Thing, string>();
  const pooled = pooling({
    sharing,
    max,
    open: async ({ owner = spareFor }: Order) => {
      const thing = pooled.make();
      suited.set(thing, owner);
      return thing;
    },
    suits: (thing, owner) => suited.get(thing)?.[0] === owner[0],
  });
  return { ...pooled, suited };
}

test.each(['owner', 'once'] as const)(
  'each of many gets one that suits, when lent to "%s"',
  async sharing => {
    const { acquire, suited } = choosy(sharing, 8);
    const owners = ['a1', 'b1', 'a2', 'b2', 'c1'];
    const leases = await Promise.all(owners.map(owner => acquire(owner)));
    expect(leases.map(({ held }) => suited.get(held)?.[0])).toEqual(owners.map(owner => owner[0]));
  },
);

test('a spare that suits is lent, one that does not is left', async () => {
  const { pool, acquire, suited } = choosy('once', 8);
  (await acquire('a')).release();
  await vi.waitFor(() => expect(pool.counters.spare).toBeGreaterThan(0));
  const started = pool.counters.started;
  const other = await acquire('b');
  expect(suited.get(other.held)).toBe('b');
  expect(pool.counters.started).toBeGreaterThan(started);
});

test('a spare that suits is lent at once, though others wait before', async () => {
  const { pool, acquire, suited } = choosy('once', 2);
  (await acquire('a')).release();
  await vi.waitFor(() => expect(pool.counters.spare).toBe(1));
  const [other, own] = await Promise.all([acquire('b'), acquire('a')]);
  expect([suited.get(other.held), suited.get(own.held)]).toEqual(['b', 'a']);
  expect(pool.counters.discarded).toEqual({ used: 1 });
});

test('a spare that does not suit gives way when there is no more room', async () => {
  const { pool, acquire } = choosy('once', 1);
  (await acquire('a')).release();
  await vi.waitFor(() => expect(pool.counters.spare).toBe(1));
  const lease = await acquire('b');
  expect(lease.held.closed).toBe(false);
  expect(pool.counters.discarded).toMatchObject({ surplus: 1 });
});
