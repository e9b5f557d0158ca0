import { expect, test } from 'vitest';
import type { JsonObject } from '../types.ts';
import { argumentChecker, checkArguments, loadValidator } from './arguments.ts';

const classic = 'http://json-schema.org/draft-07/schema#';

/** The problems as text, or what the verdict says of the check. */
async function verdict(schema: JsonObject, args: unknown): Promise<string | string[]> {
  const result = await checkArguments(schema, args);
  if (result.ok) return result.checked ? 'checked' : `unchecked: ${result.note}`;
  return result.problems.map(({ path, message }) => `${path}: ${message}`);
}

function object(properties: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'object', properties, ...more };
}

test('once the validator is loaded a checker is there at once, and made once', async () => {
  const schema = object({ a: { type: 'string' } });
  const first = argumentChecker(schema);
  expect(await first).toBeTypeOf('function');
  await loadValidator();
  expect(argumentChecker(schema)).toBe(await first);
  expect(argumentChecker({ type: 'object' })).toBeTypeOf('function');
  expect(checkArguments(schema, { a: 'x' })).toEqual({ ok: true, checked: true });
});

test('what is wrong is said in words, with its place', async () => {
  const schema = object(
    {
      owner: { type: 'string', minLength: 2 },
      labels: { type: 'array', items: { type: 'string' } },
      state: { enum: ['open', 'closed'] },
      count: { type: 'integer', maximum: 5 },
      'x y': { type: 'object', properties: { 7: { const: true } } },
    },
    { required: ['owner'] },
  );
  expect(await verdict(schema, { labels: ['a', 'b', 3] })).toEqual([
    'arguments.owner: is required',
    'arguments.labels[2]: must be string, not number',
  ]);
  expect(await verdict(schema, { owner: 'a', state: 'x', count: 6, 'x y': { 7: 1 } })).toEqual([
    'arguments.owner: must not have fewer than 2 characters',
    'arguments.state: must be one of "open", "closed"',
    'arguments.count: must be <= 5',
    'arguments["x y"]["7"]: must be true',
  ]);
  expect(await verdict(schema, { owner: null, count: 1.5 })).toEqual([
    'arguments.owner: must be string, not null',
    'arguments.count: must be integer, not number',
  ]);
  expect(await verdict(schema, ['a'])).toEqual(['arguments: must be object, not array']);
});

test('a surplus key is named with what was meant, or with what there is', async () => {
  const schema = object({ owner: {}, repo: {} }, { additionalProperties: false });
  expect(await verdict(schema, { ownr: 1 })).toEqual([
    'arguments: does not take "ownr"; did you mean "owner"?',
  ]);
  expect(await verdict(schema, { zzzzzz: 1 })).toEqual([
    'arguments: does not take "zzzzzz"; it takes "owner", "repo"',
  ]);
});

test('alternatives are not listed as if all had to hold', async () => {
  const text = { type: 'string' };
  expect(await verdict(object({ a: { anyOf: [text, { type: 'null' }] } }), { a: 1 })).toEqual([
    'arguments.a: must be string or null, not number',
  ]);
  expect(await verdict(object({ a: { anyOf: [text, { type: 'array', items: text }] } }), { a: [1] })).toEqual(
    ['arguments.a[0]: must be string, not number'],
  );
  const either = { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] };
  expect(await verdict(either, {})).toEqual([
    'arguments: fits none of the alternatives',
    'arguments.a: is required',
    'arguments.b: is required',
  ]);
  expect(await verdict(either, { a: 1, b: 1 })).toEqual([
    'arguments: fits more than one of the alternatives',
  ]);
});

test('no more than five problems, each of bounded length', async () => {
  const properties = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`${i}`.repeat(500), { const: 1 }]),
  );
  const result = await checkArguments(object({}, { required: Object.keys(properties) }), {});
  const problems = result.ok ? [] : result.problems;
  expect(problems).toHaveLength(5);
  for (const { path } of problems) expect(path.length).toBeLessThanOrEqual(200);
  const hostile = object({ a: { pattern: `x${'\u202e'.repeat(2000)}` } });
  const [problem] = (await verdict(hostile, { a: 'y' })) as string[];
  expect(problem!.length).toBeLessThanOrEqual(520);
  expect(problem).not.toContain('\u202e');
});

test('both dialects are understood', async () => {
  const tuple = { type: 'array', items: [{ type: 'string' }], additionalItems: false };
  expect(await verdict({ $schema: classic, ...object({ a: tuple }) }, { a: [1] })).toEqual([
    'arguments.a[0]: must be string, not number',
  ]);
  const modern = { type: 'array', prefixItems: [{ type: 'string' }], items: false };
  expect(await verdict(object({ a: modern }), { a: [1] })).toEqual([
    'arguments.a[0]: must be string, not number',
  ]);
  expect(
    await verdict({ $schema: 'urn:nobody-knows', ...object({ a: { type: 'string' } }) }, { a: 1 }),
  ).toHaveLength(1);
});

test('nullable of OpenAPI accepts null, beside a type or a reference', async () => {
  const schema = object(
    { a: { type: 'string', enum: ['x'], nullable: true }, b: { $ref: '#/$defs/B', nullable: true } },
    { $defs: { B: { type: 'number' } }, nullable: true },
  );
  expect(await verdict(schema, { a: null, b: null })).toBe('checked');
  expect(await verdict(schema, { a: 'y', b: 'z' })).toEqual([
    'arguments.a: must be one of "x"',
    'arguments.b: must be null or number, not string',
  ]);
});

test('parameters called like members of every object are ordinary', async () => {
  const schema = object({ constructor: { type: 'string' } }, { required: ['toString'] });
  expect(await verdict(schema, {})).toEqual(['arguments.toString: is required']);
  expect(await verdict(schema, { toString: 1 })).toBe('checked');
});

test('decimal multiples are not refused for their binary form', async () => {
  expect(await verdict(object({ price: { multipleOf: 0.01 } }), { price: 19.99 })).toBe('checked');
});

test('patterns are matched in linear time, each by itself', async () => {
  const schema = object({
    a: { pattern: '^(a+)+$' },
    b: { pattern: '^b$' },
    c: { pattern: '^[\\u4e00-\\u9fa5]$' },
  });
  const evil = `${'a'.repeat(5000)}!`;
  expect(await verdict(schema, { a: evil, b: 'b', c: '中' })).toEqual([
    'arguments.a: must match pattern "^(a+)+$"',
  ]);
  expect(await verdict(schema, { a: 'a', b: 'a' })).toEqual(['arguments.b: must match pattern "^b$"']);
});

test('a pattern that cannot be matched so is not enforced, and nothing is refused for it', async () => {
  const ahead = { type: 'string', pattern: '^(?=x)' };
  const note = 'unchecked: the pattern "^(?=x)" is not supported and not enforced';
  expect(await verdict(object({ a: ahead, b: { type: 'number' } }), { a: 'y' })).toBe(note);
  expect(await verdict(object({ a: ahead, b: { type: 'number' } }), { b: 'y' })).toHaveLength(1);
  expect(await verdict(object({ a: { not: ahead } }), { a: 'y' })).toContain('unchecked');
  const byName = object({}, { patternProperties: { '^(?!a)': { type: 'number' } } });
  expect(await verdict(byName, { a: 'text' })).toContain('unchecked');
});

function nested(levels: number): JsonObject {
  return levels === 0 ? { type: 'string' } : { properties: { a: nested(levels - 1) } };
}

const circular: JsonObject = { type: 'object' };
circular['properties'] = { a: circular };

test.each([
  ['deep', nested(100)],
  ['circular', circular],
  [
    'looping',
    object({ a: { $ref: '#/$defs/a' } }, { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }),
  ],
  ['elsewhere', object({ a: { $ref: 'https://example.com/schema.json' } })],
  ['missing', object({ a: { $ref: '#/$defs/none' } })],
  ['malformed', object({ a: { type: 'text' } })],
  ['code in it', object({ a: { maxLength: '1);throw 1;(' } })],
  ['claiming the dialect', object({ a: { $id: 'https://json-schema.org/draft/2020-12/schema', type: 7 } })],
])('a schema that is %s lets everything through, and says so', async (_, schema) => {
  expect(await verdict(schema, { a: 1 })).toMatch(/^unchecked: the schema is not enforced: ./);
});

test('recursive schemas are enforced, on arguments of bounded depth and size', async () => {
  const schema = object({ next: { $ref: '#' }, list: { type: 'array', uniqueItems: true } });
  expect(await verdict(schema, { next: { next: { next: 1 } } })).toEqual([
    'arguments.next.next.next: must be object, not number',
  ]);
  let deep: JsonObject = {};
  for (let i = 0; i < 10_000; i++) deep = { next: deep };
  expect(await verdict(schema, deep)).toMatch('too deep');
  expect(await verdict(schema, { list: Array.from({ length: 20_000 }, (_, n) => ({ n })) })).toMatch(
    'too large',
  );
});

test('$async does not turn verdicts into promises', async () => {
  expect(await verdict({ $async: true, ...object({ a: { type: 'string' } }) }, { a: 1 })).toHaveLength(1);
});

test('the $ids of one schema mean nothing to another', async () => {
  const withId = (type: string) => ({
    $id: 'https://a.example/root',
    ...object({ a: { $id: 'inner', type } }),
  });
  expect(await verdict(withId('string'), { a: 1 })).toHaveLength(1);
  expect(await verdict(withId('number'), { a: 1 })).toBe('checked');
  expect(await verdict(object({ a: { $ref: 'https://a.example/inner' } }), {})).toContain('unchecked');
});

test('many schemas one after the other', async () => {
  for (let i = 0; i < 150; i++) {
    expect(await verdict(object({ [`p${i}`]: { type: 'string' } }), { [`p${i}`]: 1 })).toHaveLength(1);
  }
});
