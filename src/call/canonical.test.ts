import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical } from './canonical.ts';

/** Any JSON, its objects made of what JSON.parse makes, `__proto__` as a key included. */
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.json({ maxDepth: 4 }).map(text => JSON.parse(text) as unknown),
  fc
    .tuple(fc.constantFrom('__proto__', 'constructor', 'toJSON', '', '1', '"'), fc.jsonValue())
    .map(([key, value]) => JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`) as unknown),
);

/** The same value with the keys of all its objects in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  const text = entries.map(([key, child]) => `${JSON.stringify(key)}:${JSON.stringify(turned(child))}`);
  return JSON.parse(`{${text.join()}}`);
}

/** Equal as JSON, told without `canonical`. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return JSON.stringify(a) === JSON.stringify(b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    key => Object.hasOwn(b, key) && same((a as never)[key] as unknown, (b as never)[key] as unknown),
  );
}

test('is the same for the same value, whatever the order of its keys', () => {
  fc.assert(
    fc.property(json, value => {
      expect(canonical(turned(value))).toBe(canonical(value));
    }),
  );
});

test('is another one for another value', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(canonical(a) === canonical(b)).toBe(same(a, b));
    }),
    { numRuns: 1_000 },
  );
});

test('is JSON that says the same', () => {
  fc.assert(
    fc.property(json, value => {
      expect(same(JSON.parse(canonical(value)!), value)).toBe(true);
    }),
  );
});

describe('is never mistaken', () => {
  const values = ['1', 1, [1], ['1'], { 0: 1 }, { a: 1 }, '{"a":1}', { '{"a"': 1 }, null, 'null', [], {}, ''];
  const more = [[[]], [[], []], [[1], 2], [1, [2]], { a: { b: 1 } }, { a: {}, b: 1 }, true, 'true', [null]];
  const hostile = [
    '{"__proto__":1}',
    '{"__proto__":{"a":1}}',
    '{"constructor":1}',
    '"\\ud800"',
    '"\\\\ud800"',
  ];
  const all = [...values, ...more, ...hostile.map(text => JSON.parse(text) as unknown)];

  test.each(all.map(value => [JSON.stringify(value), value]))('%s', (_, value) => {
    expect(all.filter(other => canonical(other) === canonical(value))).toEqual([value]);
  });
});

describe('is not made', () => {
  const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
  const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, i]));

  test('of what is nested deeper than 64', () => {
    expect(canonical(nested(64))).toBeDefined();
    expect(canonical(nested(65))).toBeUndefined();
    expect(canonical(nested(100_000))).toBeUndefined();
  });

  test('of what is longer than 65,536 characters', () => {
    expect(canonical('x'.repeat(65_534))).toHaveLength(65_536);
    expect(canonical('x'.repeat(65_535))).toBeUndefined();
    expect(canonical({ ['k'.repeat(70_000)]: 1 })).toBeUndefined();
    expect(canonical(Array.from({ length: 40_000 }, () => 1))).toBeUndefined();
    expect(canonical(wide(20_000))).toBeUndefined();
    expect(canonical(wide(100))).toBeDefined();
  });

  test.each([[undefined], [() => 1], [Symbol('x')], [10n], [{ a: undefined }], [[undefined]]])(
    'of what is no JSON: %o',
    value => {
      expect(canonical(value)).toBeUndefined();
    },
  );
});
