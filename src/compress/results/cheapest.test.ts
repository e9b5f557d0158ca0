import { decode } from '@toon-format/toon';
import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { cheapest } from './cheapest.ts';

const tokens = (text: string) => encode(text).length;
const rows = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ id, name: `customer ${id}`, active: id % 2 === 0 }));

describe('the form', () => {
  test('of a table is TOON', async () => {
    const text = JSON.stringify({ total: 50, items: rows(50) });
    const cheaper = await cheapest(text);
    expect(cheaper?.form).toBe('toon');
    expect(decode(cheaper!.text)).toEqual(JSON.parse(text));
    expect(tokens(cheaper!.text)).toBeLessThan(0.7 * tokens(text));
  });

  test('of indented JSON without tables is compact JSON', async () => {
    const value = { name: 'x', nested: { list: ['a', { b: 'c' }], deep: { deeper: [1, 2, 3] } } };
    const cheaper = await cheapest(JSON.stringify(value, null, 2));
    expect(cheaper).toMatchObject({ form: 'json', text: JSON.stringify(value) });
  });

  test.each([
    ['compact JSON without tables', JSON.stringify({ a: [1, 2, { b: 'c' }], d: 'e' })],
    [
      'rows that differ',
      JSON.stringify(rows(20).map((row, index) => ({ ...row, [`own${index}`]: { index } }))),
    ],
    ['numbers that would change', JSON.stringify(rows(20), null, 2).replaceAll(/"id": (\d+)/g, '"id": $1.0')],
    ['ids beyond 2^53', JSON.stringify(rows(20)).replaceAll(/"id":/g, '"id":9007199254740993')],
    ['no JSON', 'one, two, three\n'.repeat(50)],
    ['JSON in prose', `Here it is:\n${JSON.stringify(rows(20), null, 2)}`],
    ['more than a million characters', JSON.stringify(rows(30_000), null, 2)],
  ])('of %s is what it was', async (_, text) => {
    expect(await cheapest(text)).toBeUndefined();
  });

  test('of what is nested deeper than it can be indented is JSON', async () => {
    const nested = Array.from({ length: 100 }).reduce<unknown>(inner => ({ inner }), rows(10));
    expect(await cheapest(JSON.stringify(nested, null, 1))).toMatchObject({ form: 'json' });
  });
});

/** Keys and strings that mean something to TOON, or to JavaScript. */
const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    '- a',
    'a: b',
    '[3]:',
    'true',
    'null',
    '12',
    '1.0',
    '-0',
    '"',
    '\\',
    'a,b',
    '#',
    '__proto__',
    'x\ny',
    '\ud800',
  ),
);
const leaf = fc.oneof(
  word,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const table = fc
  .uniqueArray(word, { minLength: 1, maxLength: 4 })
  .chain(keys =>
    fc
      .array(fc.tuple(...keys.map(() => leaf)), { minLength: 3, maxLength: 30 })
      .map(lines => lines.map(line => Object.fromEntries(keys.map((key, index) => [key, line[index]])))),
  );
const value = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    table,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(word, tie('value'), { maxKeys: 5 }),
  ),
})).value;

test('whatever the value, it comes back exactly, in no more tokens', async () => {
  const seen = { json: 0, toon: 0 };
  await fc.assert(
    fc.asyncProperty(value, fc.integer({ min: 0, max: 2 }), async (given, indent) => {
      const text = JSON.stringify([given], null, indent);
      const cheaper = await cheapest(text);
      if (cheaper === undefined) return;
      seen[cheaper.form]++;
      const back = cheaper.form === 'toon' ? decode(cheaper.text) : JSON.parse(cheaper.text);
      expect(JSON.stringify(back)).toBe(JSON.stringify(JSON.parse(text)));
      expect(tokens(cheaper.text)).toBeLessThanOrEqual(tokens(text));
    }),
    { numRuns: 1_000 },
  );
  expect(Math.min(seen.json, seen.toon)).toBeGreaterThan(20);
});
