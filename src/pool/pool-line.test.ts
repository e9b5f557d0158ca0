// Who cannot have a thing at once waits in line: first come first served, with an end to it.
import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { deferred, pooling, type Thing } from './pool.fixture.ts';

const kinds = ['once', 'owner', 'all'] as const;

test.each(kinds)('who waits can give up, at once, and those behind move up: %s', async sharing => {
  const { pool, acquire } = pooling({ sharing, max: 1, share: 1 });
  const lease = await acquire('a');
  const given = new Cancellation();
  const [first, second] = [acquire('b', given), acquire('c')];
  const reason = new Error('not wanted');
  given.cancel(reason);
  await expect(first).rejects.toBe(reason);
  expect(pool.counters.waiting).toBe(1);
  lease.release();
  await pool.leave('a');
  expect((await second).held.closed).toBe(false);
});

test.each(kinds)('nobody waits for longer than may be, nor because of others: %s', async sharing => {
  const { pool, acquire } = pooling({ sharing, max: 1, share: 1, waitMs: 50 });
  await acquire('a');
  const message = 'the pool: none of its 1 connections was free for 0.05 s';
  for (const late of [acquire('b'), acquire('c')]) await expect(late).rejects.toThrow(message);
  expect(pool.counters).toMatchObject({ waiting: 0, total: 1 });
});

test('whose thing is not there in time is told so, and what comes later is nobody’s', async () => {
  const opened = deferred<Thing>();
  const { pool, acquire, make } = pooling({ waitMs: 50, open: () => opened.promise });
  await expect(acquire()).rejects.toThrow('the pool: no connection was ready within 0.05 s');
  const thing = make();
  opened.resolve(thing);
  await opened.promise;
  expect(thing.closed).toBe(true);
  expect(pool.counters).toMatchObject({ total: 0, discarded: { unwanted: 1 } });
});

test('who is cancelled before gets nothing, though something is free', async () => {
  const { pool, acquire } = pooling({ sharing: 'all' });
  const given = new Cancellation();
  given.cancel(new Error('not wanted'));
  await expect(acquire('a', given)).rejects.toThrow('not wanted');
  expect(pool.counters).toMatchObject({ waiting: 0, started: 0 });
  (await acquire('b')).release();
  await expect(acquire('a', given)).rejects.toThrow('not wanted');
});
