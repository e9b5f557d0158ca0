import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WaitingCalls } from './waiting-calls.ts';

test('knows every call by its id until it is taken, however many wait and in whatever order they go', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(300)), { maxLength: 1_000 }), steps => {
      const calls = new WaitingCalls<{ id: number }>(1_000);
      const waiting: { id: number }[] = [];
      let lastId = 0;
      for (const [ends, which] of steps) {
        const [call] = ends ? waiting.splice(which % (waiting.length || 1), 1) : [];
        if (call !== undefined) {
          expect(calls.take(call.id)).toBe(call);
          expect(calls.get(call.id)).toBeUndefined();
        } else {
          const added = { id: 0 };
          calls.add(added);
          expect(added.id).toBeGreaterThan(lastId);
          lastId = added.id;
          waiting.push(added);
        }
        expect(calls.size).toBe(waiting.length);
      }
      for (const call of waiting) expect(calls.get(call.id)).toBe(call);
      expect(new Set(calls.all)).toEqual(new Set(waiting));
    }),
    { numRuns: 50 },
  );
});

test('one that waits for long is passed by', () => {
  const calls = new WaitingCalls<{ id: number }>(7);
  const slow = { id: 0 };
  calls.add(slow);
  for (let i = 0; i < 1_000; i++) {
    const quick = { id: 0 };
    calls.add(quick);
    calls.take(quick.id);
  }
  expect(calls.get(7)).toBe(slow);
  expect(calls.size).toBe(1);
});

test('an id that was never given, or given back, is nobody', () => {
  const calls = new WaitingCalls<{ id: number }>(10);
  calls.add({ id: 0 });
  expect([calls.get(10 + 64), calls.get(9), calls.get(Number.NaN), calls.get(1.5)]).toEqual(
    Array(4).fill(undefined),
  );
  expect(calls.take(11)).toBeUndefined();
  expect(calls.size).toBe(1);
});
