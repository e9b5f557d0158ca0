// Things that everybody may use: more of them while work waits, fewer when it does not.
import { expect, onTestFinished, test, vi } from 'vitest';
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
  vi.useFakeTimers(); // time that does not pass on a busy machine
  onTestFinished(() => void vi.useRealTimers());
  const { acquire, things } = pooling({ sharing: 'all', max: 8, share: 2 });
  const work = async () => {
    for (let round = 0; round < 20; round++) {
      const lease = await acquire();
      await turn(5);
      lease.release();
    }
  };
  const done = Promise.all(Array.from({ length: 8 }, work));
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
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
  opened.reject(new Error('no such thing'));
  for (const waiting of work) await expect(waiting).rejects.toThrow('no such thing');
});

test('when another cannot be opened those who wait go on waiting for what is there', async () => {
  const opened = deferred<Thing>();
  let asked = 0;
  const { pool, acquire, make } = pooling({
    sharing: 'all',
    share: 1,
    open: async () => (asked++ === 0 ? make() : opened.promise),
  });
  const lease = await acquire();
  const waiting = acquire();
  await vi.waitFor(() => expect(pool.counters.opening).toBe(1));
  opened.reject(new Error('no such thing'));
  await turn();
  expect(pool.counters).toMatchObject({ total: 1, opening: 0, waiting: 1 });
  lease.release();
  expect((await waiting).held).toBe(lease.held);
});

test('where much waits the number of things doubles, and no more', async () => {
  const atOneTime: number[] = [];
  let lastly = 0;
  const { acquire, make, things } = pooling({
    sharing: 'all',
    share: 1,
    max: 8,
    open: async () => {
      if (lastly++ === 0)
        queueMicrotask(() => {
          atOneTime.push(lastly);
          lastly = 0;
        });
      return make();
    },
  });
  await Promise.all(Array.from({ length: 8 }, () => acquire()));
  expect(things).toHaveLength(8);
  expect(atOneTime).toEqual([1, 1, 2, 4]);
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

test('one that is being looked at is not used, and is looked at once', async () => {
  const works = deferred<boolean>();
  const validate = vi.fn(() => works.promise);
  const { pool, acquire, things } = pooling({ sharing: 'all', pauseMs: 10, validate, max: 1 });
  (await acquire()).release();
  await turn(30);
  const waiting = [acquire(), acquire()];
  expect(pool.idle).toBe(undefined);
  expect(pool.counters).toMatchObject({ busy: 0, waiting: 2 });
  works.resolve(true);
  for (const lease of await Promise.all(waiting)) expect(lease.held).toBe(things[0]);
  expect(validate).toHaveBeenCalledTimes(1);
});

test('one that has ended is not lent, though it has not said so yet', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', share: 1 });
  (await acquire()).release();
  things[0]!.closed = true;
  expect(pool.idle).toBe(undefined);
  expect((await acquire()).held).toBe(things[1]);
});

test('one that has ended by the time that it is there is replaced', async () => {
  const { pool, acquire, make, things } = pooling({
    sharing: 'all',
    open: async () => {
      const thing = make();
      thing.closed = thing.id === 1;
      return thing;
    },
  });
  expect((await acquire()).held).toBe(things[1]);
  expect(pool.counters).toMatchObject({ total: 1, discarded: { broken: 1 } });
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
  expect((await acquire()).held).toBe(things[1]); // it gets no more work
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
