import { expect, test } from 'vitest';
import { hasTable } from './table.ts';

const row = { a: 1, b: 2 };
const under = (levels: number, value: unknown): unknown =>
  levels === 0 ? value : { inner: under(levels - 1, value) };

test.each([
  ['three rows of the same keys', [row, row, row], true],
  ['wherever they stand', { a: [1, { b: [row, row, row, 5] }] }, true],
  ['rows in rows', [{ a: row }, { a: row }, { a: row }], true],
  ['two rows', [row, row], false],
  ['rows of other keys', [row, { a: 1 }, row], false],
  ['rows of other order', [row, { b: 2, a: 1 }, row], false],
  ['rows of nothing', [{}, {}, {}], false],
  ['values', [1, 2, 3], false],
  ['one object', row, false],
  ['a text', 'abc', false],
  ['rows as deep as may be', under(20, [row, row, row]), true],
  ['rows too deep', under(40, [row, row, row]), false],
  ['rows beside what is too deep', [row, row, row, under(40, {})], false],
])('%s', (_, value, expected) => {
  expect(hasTable(value)).toBe(expected);
});
