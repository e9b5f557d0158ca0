import { expect, test, vi } from 'vitest';
import { Throttle } from './throttle.ts';

test('a burst becomes one run; what comes after it another, the later the more there have been', async () => {
  const runs: number[] = [];
  const throttle = new Throttle(() => runs.push(performance.now()), 10, 300);
  for (let run = 1; run <= 4; run++) {
    for (let count = 0; count < 100; count++) throttle.request();
    await vi.waitFor(() => expect(runs).toHaveLength(run), { interval: 1, timeout: 3_000 });
  }
  const pauses = runs.slice(1).map((at, index) => at - runs[index]!);
  for (const [index, least] of [100, 200, 300].entries())
    expect(pauses[index]).toBeGreaterThanOrEqual(least - 2);
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
