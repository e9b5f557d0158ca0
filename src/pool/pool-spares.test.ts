// What is made ready before it is asked for, and how often that is tried.
import { expect, onTestFinished, test, vi } from 'vitest';
import { McpxError } from '../errors.ts';
import { pooling } from './pool.fixture.ts';

test('after the first use another is ready, and is lent without waiting', async () => {
  const { pool, acquire } = pooling({ sharing: 'once' });
  (await acquire()).release();
  await vi.waitFor(() => expect(pool.counters.spare).toBeGreaterThan(0));
  expect(pool.acquire('b', new (await import('../cancellation.ts')).Cancellation())).not.toBeInstanceOf(
    Promise,
  );
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
