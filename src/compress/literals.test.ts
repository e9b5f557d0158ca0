import { expect, test } from 'vitest';
import { key, literal, literals } from './literals.ts';

test.each<[unknown, string]>([
  ['a "b"', '"a \\"b\\""'],
  [1.5, '1.5'],
  [true, 'true'],
  [null, 'null'],
  [[], '[]'],
  [{}, '{}'],
  [[1, ['x', null]], '[1, ["x", null]]'],
  [{ a: 1, 'b c': { d: [] } }, '{a: 1, "b c": {d: []}}'],
])('%j is written as %s', (value, text) => {
  expect(literal(value)).toBe(text);
});

test('a literal is as long as it may be, or not there at all', () => {
  expect(literal('x'.repeat(78))).toHaveLength(80);
  expect(literal('x'.repeat(79))).toBeUndefined();
  expect(literal([1, 2, 3], 9)).toBe('[1, 2, 3]');
  expect(literal([1, 2, 3], 8)).toBeUndefined();
  expect(literal({ a: 1 }, 6)).toBe('{a: 1}');
  expect(literal({ a: 1 }, 5)).toBeUndefined();
});

test('only as much of a value is read as can be shown', () => {
  let read = 0;
  const item = () => {
    read++;
    return 1;
  };
  const endless = new Proxy([], {
    get: (_, name) => {
      if (name === 'length') return 1_000_000;
      if (name === Symbol.iterator)
        return function* () {
          for (;;) yield item();
        };
      return item();
    },
  });
  expect(literal(endless, 20)).toBeUndefined();
  expect(read).toBeLessThan(20);
});

test('of many values the first are told, and that there are more', () => {
  expect(literals(['a', 1], 2)).toEqual(['"a"', '1']);
  expect(literals(['a', 1, 2], 2)).toEqual(['"a"', '1', '…']);
  expect(literals(['x'.repeat(99), 'a'], 2)).toEqual(['"a"', '…']);
  expect(literals([], 2)).toEqual([]);
});

test('a name that is none stands in quotes', () => {
  expect([key('a_1'), key('a b')]).toEqual(['a_1', '"a b"']);
});
