// Things that everybody may use: more of them while work waits, fewer when it does not.
import { expect, test, vi } from 'vitest';
import type { Lease } from './member.ts';
import { deferred, pooling, type Thing, turn } from './pool.fixture.ts';

test('work shares a thing, so much at a time; the rest waits its turn', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', max: 1, share: 2 });
  const [one, two] = await Promise.all([acquire('a'), acquire('b')]);
  expect(one!.held).toBe(two!.held);
  const third = acquire('c');
  await turn();
  expect(pool.counters).toMatchObject({ busy: 1, waiting: 1 });
  one!.release();
  expect((await third).held).toBe(things[0]);
});

test('more are opened when work has waited, up to the most there may be', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', max: 3, share: 1 });
  const leases = await Promise.all(['a', 'b', 'c'].map(acquireNamed(acquire)));
  expect(new Set(leases.map(({ held }) => held)).size).toBe(3);
  const late = acquire('d');
  await turn(150);
  expect(things).toHaveLength(3);
  leases[0]!.release();
  await late;
  expect(pool.counters.total).toBe(3);
});

test('none is opened when work is quick', async () => {
  const { acquire, things } = pooling({ sharing: 'all', max: 8, share: 2 });
  const work = async () => {
    for (let round = 0; round < 20; round++) {
      const lease = await acquire();
      await turn();
      lease.release();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  expect(things).toHaveLength(1);
});

test('those not needed any more go when they have not been used for a while, the last one too', async () => {
  const { pool, acquire } = pooling({ sharing: 'all', share: 1, idleMs: 60 });
  const leases = await Promise.all(['a', 'b'].map(acquireNamed(acquire)));
  for (const lease of leases) lease.release();
  await vi.waitFor(() => expect(pool.counters).toMatchObject({ total: 0, discarded: { idle: 2 } }), 2_000);
});

test('when nothing can be opened all who wait are told', async () => {
  const opened = deferred<Thing>();
  const { acquire } = pooling({ sharing: 'all', open: () => opened.promise });
  const work = ['a', 'b', 'c'].map(name => acquire(name));
  opened.reject(new Error('no'));
  for (const waiting of work) await expect(waiting).rejects.toThrow('no');
});

test('one that has served often enough, or long enough, is replaced when its work is done', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', maxUses: 2, share: 4 });
  const leases = await Promise.all([acquire(), acquire()]);
  leases[0]!.release();
  expect(things[0]!.closed).toBe(false);
  leases[1]!.release();
  expect(things[0]!.closed).toBe(true);
  expect(pool.counters.discarded).toEqual({ uses: 1 });

  const aged = pooling({ sharing: 'all', lifetimeMs: 30, idleMs: 100 });
  const lease = await aged.acquire();
  await turn(100);
  expect(lease.held.closed).toBe(false);
  lease.release();
  expect(lease.held.closed).toBe(true);
  expect(aged.pool.counters.discarded).toEqual({ lifetime: 1 });
});

test('after a pause one is looked at before it is used, and replaced when it does not work', async () => {
  const answers = [true, false];
  const validate = vi.fn(async () => answers.shift()!);
  const { pool, acquire, things } = pooling({ sharing: 'all', pauseMs: 30, validate });
  (await acquire()).release();
  (await acquire()).release();
  expect(validate).not.toHaveBeenCalled();
  await turn(50);
  (await acquire()).release();
  expect(validate).toHaveBeenCalledTimes(1);
  await turn(50);
  expect((await acquire()).held).toBe(things[1]);
  expect(pool.counters.discarded).toEqual({ invalid: 1 });
});

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
  lease.release();
  expect(things[0]!.closed).toBe(true);
  expect(pool.counters.discarded).toEqual({ unfit: 1 });
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

/** For `map`, which passes more than a name. */
function acquireNamed(acquire: (owner: string) => Promise<Lease<Thing>>) {
  return (name: string) => acquire(name);
}
