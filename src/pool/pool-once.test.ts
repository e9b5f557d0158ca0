// Things for one use: nobody ever gets one that somebody has used; others are made ready before they are asked for.
import { expect, onTestFinished, test, vi } from 'vitest';
import { McpxError } from '../errors.ts';
import { deferred, pooling, type Thing } from './pool.fixture.ts';

test('a thing is lent once and closed when it comes back', async () => {
  const { pool, acquire } = pooling({ sharing: 'once' });
  const first = await acquire();
  first.release();
  first.release();
  const second = await acquire();
  expect(second.held).not.toBe(first.held);
  await vi.waitFor(() => expect(first.held.closed).toBe(true));
  expect(pool.counters).toMatchObject({ busy: 1, discarded: { used: 1 } });
});

test('after the first use another is ready, and is lent without waiting', async () => {
  const { pool, acquire } = pooling({ sharing: 'once' });
  (await acquire()).release();
  await vi.waitFor(() => expect(pool.counters.spare).toBeGreaterThan(0));
  expect(pool.acquire('b', new (await import('../cancellation.ts')).Cancellation())).not.toBeInstanceOf(
    Promise,
  );
});

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

test('spares that nobody needs any more go, down to none', async () => {
  const { pool, acquire, open } = pooling({ sharing: 'once', idleMs: 80 });
  (await acquire()).release();
  await vi.waitFor(() => expect(pool.counters.spare).toBeGreaterThan(0));
  await vi.waitFor(() => expect(pool.counters).toMatchObject({ total: 0, opening: 0 }), 2_000);
  expect(open()).toBe(0);
});

test('the least that is wanted is kept ready once that is asked for', async () => {
  const { pool, acquire } = pooling({ sharing: 'once', min: 2, idleMs: 40 });
  pool.keep();
  await vi.waitFor(() => expect(pool.counters.spare).toBe(2));
  (await acquire()).release();
  await vi.waitFor(() => expect(pool.counters).toMatchObject({ spare: 2, total: 2 }), 2_000);
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

test('a spare that cannot be made is tried again later, not at once', async () => {
  let asked = 0;
  const { pool, acquire, make } = pooling({
    sharing: 'once',
    open: async () => {
      if (asked++ > 0) throw new McpxError('UPSTREAM_UNAVAILABLE', 'no more');
      return make();
    },
  });
  (await acquire()).release();
  await vi.waitFor(() => expect(asked).toBeGreaterThan(1));
  const soon = asked;
  await new Promise(resolve => setTimeout(resolve, 200));
  expect(asked).toBe(soon);
  expect(pool.counters.total).toBe(0);
});

test('each further attempt to make a spare comes later, until one has been made', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let fails = true;
  const times = new Set<number>();
  const { pool, acquire, make } = pooling({
    sharing: 'once',
    min: 1,
    open: async () => {
      times.add(performance.now());
      if (fails) throw new McpxError('UPSTREAM_UNAVAILABLE', 'not now');
      return make();
    },
  });
  pool.keep();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times.size).toBeGreaterThan(3);
  expect(times.size).toBeLessThan(10);
  fails = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(pool.counters.spare).toBe(1);

  fails = true;
  times.clear();
  (await acquire()).release();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(times.size).toBeGreaterThan(1);
});
