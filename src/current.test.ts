import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Current, type Entry } from './current.ts';

test('holds what has come and not left, whatever the order: the latest first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), steps => {
      const current = new Current<number>();
      const expected: Entry<number>[] = [];
      for (const [value, step] of steps.entries()) {
        const [leaver] = step < expected.length ? expected.splice(step, 1) : [];
        if (leaver === undefined) expected.unshift(current.enter(value));
        else current.leave(leaver);
        expect(current.all.map(({ value }) => value)).toEqual(expected.map(({ value }) => value));
        expect(current.isEmpty).toBe(expected.length === 0);
      }
    }),
  );
});

test('what has left refers to nobody, and leaving again changes nothing', () => {
  const current = new Current<string>();
  const [a, b, c] = ['a', 'b', 'c'].map(value => current.enter(value)) as [
    Entry<string>,
    Entry<string>,
    Entry<string>,
  ];
  current.leave(b);
  expect(b).toEqual({ value: 'b', present: false });
  current.leave(b);
  expect(current.all).toEqual([c, a]);
  current.leave(c);
  current.leave(a);
  expect(a).toEqual({ value: 'a', present: false });
  expect(c).toEqual({ value: 'c', present: false });
});

test('finds the latest that suits', () => {
  const current = new Current<number>();
  for (const value of [1, 2, 3, 4, 5]) current.enter(value);
  expect(current.latest(value => value % 2 === 0)).toBe(4);
  expect(current.latest(value => value > 5)).toBeUndefined();
});
