// Never more than may be: of those that are there, of those on their way out, and of work on one of them.
import { expect, test, vi } from 'vitest';
import { deferred, pooling, turn } from './pool.fixture.ts';

test('no more are there than may be, however many are asked for; who waits longest is served first', async () => {
  const { pool, acquire, open } = pooling({ sharing: 'once', max: 2 });
  const [one, two] = await Promise.all([acquire('1'), acquire('2')]);
  const order: string[] = [];
  const waiting = ['3', '4', '5'].map(async name => {
    const lease = await acquire(name);
    order.push(name);
    lease.release();
  });
  await vi.waitFor(() => expect(pool.counters.waiting).toBe(3));
  expect(open()).toBe(2);
  one!.release();
  two!.release();
  await Promise.all(waiting);
  expect(order).toEqual(['3', '4', '5']);
});

test('no more than as many again are on their way out', async () => {
  const ending = deferred<void>();
  const { pool, acquire, things } = pooling({
    sharing: 'once',
    max: 2,
    waitMs: 100,
    ending: () => ending.promise,
  });
  for (let round = 0; round < 4; round++) (await acquire()).release();
  expect(things).toHaveLength(4);
  await expect(acquire()).rejects.toMatchObject({ code: 'SERVER_BUSY' });
  ending.resolve();
  await vi.waitFor(async () => (await acquire()).release());
  expect(pool.counters.waiting).toBe(0);
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
