import { expect, test, vi } from 'vitest';
import { Throttle } from './throttle.ts';

test('a burst becomes one run, and what comes after it another, an interval later', async () => {
  const runs: number[] = [];
  const throttle = new Throttle(() => runs.push(performance.now()), 10, 200);
  for (let count = 0; count < 100; count++) throttle.request();
  await vi.waitFor(() => expect(runs).toHaveLength(1), { interval: 1 });
  for (let count = 0; count < 100; count++) throttle.request();
  await vi.waitFor(() => expect(runs).toHaveLength(2), { interval: 1, timeout: 2_000 });
  expect(runs[1]! - runs[0]!).toBeGreaterThanOrEqual(198);
});

test('once stopped it runs no more', async () => {
  let runs = 0;
  const throttle = new Throttle(() => runs++, 1, 1);
  throttle.request();
  throttle.stop();
  const other = new Throttle(() => runs--, 20, 1);
  other.request();
  await vi.waitFor(() => expect(runs).toBe(-1), { interval: 1 });
});
