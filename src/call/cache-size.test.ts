import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeOf } from './cache-size.ts';

const megabyte = 1024 * 1024;

test('is at least two bytes for each character of its texts and keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      let characters = 0;
      JSON.stringify(value, (key, child: unknown) => {
        characters += key.length + (typeof child === 'string' ? child.length : 0);
        return child;
      });
      expect(sizeOf(value, megabyte)).toBeGreaterThanOrEqual(2 * characters);
    }),
  );
});

test.each([
  ['text', 'x'.repeat(1_000_000), 2_000_000],
  ['text under a key', { key: 'x'.repeat(1_000) }, 2_000],
  ['keys', { ['k'.repeat(1_000)]: 1 }, 2_000],
  ['many small values', Array.from({ length: 10_000 }, () => ({})), 320_000],
])('counts %s', (_, value, least) => {
  expect(sizeOf(value, 10 * megabyte)).toBeGreaterThanOrEqual(least);
  expect(sizeOf(value, 10 * megabyte)).toBeLessThan(least * 1.1);
});

test('looks no further than it must, and is not afraid of the deep', () => {
  const seen: string[] = [];
  const watched = (name: string) =>
    new Proxy(
      {},
      {
        ownKeys: () => Array.from({ length: 1_000 }, (_, index) => String(index)),
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
        get: () => seen.push(name),
      },
    );
  expect(sizeOf({ a: watched('a'), b: watched('b') }, 20)).toBeGreaterThan(20);
  expect(seen).toEqual(['b']);
  let deep: unknown = 0;
  for (let depth = 0; depth < 50_000; depth++) deep = [deep];
  expect(sizeOf(deep, 10 * megabyte)).toBeGreaterThan(50_000);
});
