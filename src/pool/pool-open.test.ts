// Opening: for whoever waits, given up when nobody does, and told to whom it concerns when it fails.
import { expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { deferred, pooling, type Thing, turn } from './pool.fixture.ts';

test('opening is shared by the owner’s work, and given up when none of it waits any more', async () => {
  const opened = deferred<Thing>();
  const orders: { cancellation: Cancellation }[] = [];
  const { acquire, pool } = pooling({
    open: order => {
      orders.push(order);
      return opened.promise;
    },
  });
  const [one, two] = [new Cancellation(), new Cancellation()];
  const waiting = [acquire('a', one), acquire('a', two)];
  for (const work of waiting) work.catch(() => {});
  one.cancel(new Error('first'));
  await expect(waiting[0]).rejects.toThrow('first');
  expect(orders.map(({ cancellation }) => cancellation.reason)).toEqual([undefined]);
  two.cancel(new Error('second'));
  await expect(waiting[1]).rejects.toThrow('second');
  expect(orders[0]!.cancellation.reason).toMatchObject({ code: 'CALL_CANCELLED' });
  expect(pool.counters).toMatchObject({ waiting: 0 });
});

test('what was given up and is made all the same is closed', async () => {
  const opened = deferred<Thing>();
  const { acquire, pool, make } = pooling({ open: () => opened.promise });
  const work = acquire('a');
  await pool.leave('a');
  await expect(work).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  const thing = make();
  opened.resolve(thing);
  await vi.waitFor(() => expect(thing.closed).toBe(true));
  expect(pool.counters).toMatchObject({ total: 0, discarded: { unwanted: 1 } });
});

test('of what is being opened the youngest is given up first', async () => {
  const { acquire, orders } = pooling({
    open: order => {
      orders.push(order);
      return new Promise(() => {});
    },
  });
  const last = new Cancellation();
  for (const owner of ['a', 'b']) acquire(owner).catch(() => {});
  const given = acquire('c', last);
  last.cancel(new Error('not wanted'));
  await expect(given).rejects.toThrow('not wanted');
  expect(orders.map(({ cancellation }) => cancellation.reason === undefined)).toEqual([true, true, false]);
});

test('what is opened for one owner serves all of its work, whoever waits in between', async () => {
  const opened = [deferred<Thing>(), deferred<Thing>()];
  let asked = 0;
  const { pool, acquire, make } = pooling({ open: () => opened[asked++]!.promise });
  const [first, between, second] = [acquire('a'), acquire('b'), acquire('a')];
  opened[0]!.resolve(make());
  expect((await first).held).toBe((await second).held);
  expect(pool.counters).toMatchObject({ busy: 1, waiting: 1 });
  opened[1]!.resolve(make());
  expect((await between).held.id).toBe(2);
});

test('what is opened for work that needs one of its own knows for whom, each time', async () => {
  const owners: string[] = [];
  const { acquire } = pooling({
    sharing: 'once',
    max: 8,
    open: ({ owner }) => {
      if (owner !== undefined) owners.push(owner); // the others are for whoever comes next
      return new Promise(() => {});
    },
  });
  for (const owner of ['a', 'b', 'a', 'a']) acquire(owner).catch(() => {}); // until the pool closes
  expect(owners).toEqual(['a', 'b', 'a', 'a']);
});

test('each attempt that fails is told to one who waits', async () => {
  const opened: ReturnType<typeof deferred<Thing>>[] = [];
  const open = () => {
    opened.push(deferred<Thing>());
    return opened.at(-1)!.promise;
  };
  const { acquire, make } = pooling({ sharing: 'once', open });
  const work = [acquire('1'), acquire('2')];
  opened[0]!.reject(new McpxError('UPSTREAM_UNAVAILABLE', 'no such thing'));
  await expect(work[0]).rejects.toThrow('no such thing');
  opened[1]!.resolve(make());
  expect((await work[1]!).held.id).toBe(1);
});

test('all work of an owner hears why nothing could be opened, that of others does not', async () => {
  const opened = [deferred<Thing>(), deferred<Thing>()];
  let asked = 0;
  const { acquire, make } = pooling({ open: () => opened[asked++]!.promise });
  const work = [acquire('a'), acquire('a'), acquire('b')];
  opened[0]!.reject(new McpxError('UPSTREAM_UNAVAILABLE', 'no such thing'));
  await expect(work[0]).rejects.toThrow('no such thing');
  await expect(work[1]).rejects.toThrow('no such thing');
  opened[1]!.resolve(make());
  expect((await work[2]!).held.id).toBe(1);
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
