// Things with owners: each owner has its own for as long as it stays, and nobody else ever gets it.
import { expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { deferred, pooling, type Thing, turn } from './pool.fixture.ts';

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

test('one that broke is replaced at the next use', async () => {
  const { pool, acquire, things } = pooling({});
  await acquire('a');
  things[0]!.break();
  expect((await acquire('a')).held).toBe(things[1]);
  expect(pool.counters).toMatchObject({ total: 1, started: 2, discarded: { broken: 1 } });
});

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

test('one owner too many waits for another to leave, until its time is over', async () => {
  const { pool, acquire } = pooling({ max: 2, waitMs: 60 });
  await acquire('a');
  await acquire('b');
  await expect(acquire('c')).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS' });
  const waiting = acquire('d');
  await pool.leave('a');
  expect((await waiting).held.id).toBe(3);
});

test('what belongs to an owner stays, however long it is not used', async () => {
  const { acquire, open } = pooling({ idleMs: 20, lifetimeMs: 20, maxUses: 1 });
  const lease = await acquire('a');
  lease.release();
  await turn(150);
  expect(open()).toBe(1);
  expect((await acquire('a')).held).toBe(lease.held);
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
