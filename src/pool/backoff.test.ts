import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';

test('delays double up to the most, and start again after a success', () => {
  const backoff = new Backoff({ first: 100, max: 1_000, random: () => 1 });
  const delays = () => Array.from({ length: 6 }, () => backoff.next());
  expect(delays()).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  backoff.reset();
  expect(delays()[0]).toBe(100);
});

test('whatever chance says, a delay lies between half and all of its step', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(2_000), (chance, attempts) => {
      const backoff = new Backoff({ first: 1_000, max: 60_000, random: () => chance });
      for (let attempt = 0; attempt <= attempts % 40; attempt++) {
        const step = Math.min(1_000 * 2 ** attempt, 60_000);
        const delay = backoff.next();
        expect(delay).toBeGreaterThanOrEqual(step / 2);
        expect(delay).toBeLessThanOrEqual(step);
      }
    }),
  );
});
