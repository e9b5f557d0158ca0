import { expect, test } from 'vitest';
import type { Tool } from '../types.ts';
import { entry, signature } from './signature.ts';

/** The parameter list of a tool with this schema. */
function shown(inputSchema: unknown, maxLength?: number): string {
  const tool = { name: 't', inputSchema } as Tool;
  return signature('s', tool, maxLength === undefined ? {} : { maxLength }).slice('s.t'.length);
}

/** The type of one required property. */
function typeOf(schema: unknown, $defs: unknown = {}): string {
  return shown({ type: 'object', properties: { p: schema }, required: ['p'], $defs }).slice(
    '(p: '.length,
    -1,
  );
}

test('required and optional parameters keep the order of the schema', () => {
  const properties = { body: { type: 'string' }, owner: { type: 'string' }, x: { type: 'boolean' } };
  expect(shown({ type: 'object', properties, required: ['owner', 'new'] })).toBe(
    '(arguments: {body?: string, owner: string, x?: boolean, new: unknown})',
  );
  expect(shown({ type: 'object', properties, required: ['owner'] })).toBe(
    '(body?: string, owner: string, x?: boolean)',
  );
  expect(shown({ type: 'object' })).toBe('()');
});

test('what cannot be named as a parameter is shown as a member of the arguments', () => {
  const a = { type: 'string' };
  expect(shown({ properties: { a, 'x-y': a }, required: ['x-y'] })).toBe(
    '(arguments: {a?: string, "x-y": string})',
  );
  expect(shown({ properties: { in: a } })).toBe('(arguments: {in?: string})');
  expect(shown({ properties: { arguments: a } })).toBe('(arguments: {arguments?: string})');
  expect(shown({ additionalProperties: a })).toBe('(arguments: {[key: string]: string})');
  expect(shown({ properties: { a }, additionalProperties: {} })).toBe('(a?: string)');
});

test('short defaults are shown', () => {
  const properties = {
    a: { type: 'integer', default: 30 },
    b: { default: 'x'.repeat(30), type: 'string' },
    c: { type: 'string', default: null },
    d: { type: 'array', items: { type: 'string' }, default: [] },
    e: { type: 'string', default: 'a\u202e' },
  };
  expect(shown({ properties })).toBe(
    '(a?: number = 30, b?: string, c?: string, d?: string[] = [], e?: string = "a\\u202e")',
  );
  expect(shown({ properties, required: ['a'] })).toContain('(a: number /* default 30 */, b?');
});

test.each([
  [{ type: 'string', format: 'date-time' }, 'string /* date-time */'],
  [{ type: 'string', minLength: 1, maxLength: 9 }, 'string /* 1..9 chars */'],
  [{ type: 'string', minLength: 0, maxLength: 9 }, 'string /* <=9 chars */'],
  [{ type: 'string', minLength: 2, maxLength: 2 }, 'string /* 2 chars */'],
  [{ type: 'string', pattern: '^a*/' }, 'string /* /^a* // */'],
  [{ type: 'string', format: 'uuid', pattern: '^[0-9a-f-]+$' }, 'string /* uuid */'],
  [{ type: 'string', pattern: 'x'.repeat(50) }, 'string'],
  [{ type: 'integer', minimum: 1, maximum: 100 }, 'number /* 1..100 */'],
  [{ type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 }, 'number'],
  [{ type: 'number', exclusiveMinimum: 0, maximum: 1 }, 'number /* >0 <=1 */'],
  [{ type: 'number', minimum: 0, exclusiveMinimum: true }, 'number /* >0 */'],
  [{ type: 'number', multipleOf: 0.5 }, 'number /* multiple of 0.5 */'],
  [
    { type: 'array', items: { type: 'string', format: 'uri' }, minItems: 1 },
    'string /* uri */[] /* 1+ items */',
  ],
  [{ type: 'array', uniqueItems: true }, 'unknown[] /* unique */'],
  [{ type: ['string', 'null'], format: 'email' }, 'string /* email */ | null'],
  [{ type: 'boolean', deprecated: true }, 'boolean /* deprecated */'],
  [{ type: 'string', format: '*/ evil()\n' }, 'string'],
  [{ type: 'string', description: 'Not on a line.' }, 'string'],
])('%j is remarked on: %s', (schema, text) => {
  expect(typeOf(schema)).toBe(text);
});

test.each([
  [{ type: 'integer' }, 'number'],
  [{ type: 'null' }, 'null'],
  [{}, 'unknown'],
  [true, 'unknown'],
  [false, 'never'],
  [null, 'unknown'],
  [{ type: 'file' }, 'unknown'],
  [{ const: 'a"b' }, '"a\\"b"'],
  [{ enum: ['a', 1, null, true] }, '"a" | 1 | null | true'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, '("a" | "b")[]'],
  [{ type: 'array' }, 'unknown[]'],
  [{ items: { type: 'array', items: { type: 'string' } } }, 'string[][]'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ type: ['integer', 'number'] }, 'number'],
  [{ type: 'string', nullable: true }, 'string | null'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  [{ oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, 'string | string[]'],
  [{ type: 'string', anyOf: [{ minLength: 1 }, { pattern: 'x' }] }, 'string'],
  [{ anyOf: [{ type: 'string' }, {}] }, 'unknown'],
  [{ anyOf: [false, { type: 'string' }] }, 'string'],
  [{ properties: { a: {} }, allOf: [{ properties: { b: {} } }] }, '{a?: unknown} & {b?: unknown}'],
  [{ type: 'object' }, 'object'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
  [{ patternProperties: { '^x': { type: 'string' } }, type: 'object' }, 'Record<string, string>'],
  [
    { properties: { a: { type: 'string' } }, additionalProperties: { type: 'number' } },
    '{a?: string, [key: string]: number}',
  ],
  [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] }, '[string, number]'],
  [{ prefixItems: [{ type: 'string' }], items: { enum: [1, 2] } }, '[string, ...(1 | 2)[]]'],
  [{ type: 'array', items: [{ type: 'string' }], additionalItems: { type: 'null' } }, '[string, ...null[]]'],
  [
    { type: 'object', properties: { a: { type: 'string' }, b: {} }, required: ['a'] },
    '{a: string, b?: unknown}',
  ],
  [{ allOf: [{ properties: { a: {} } }, { properties: { b: {} } }] }, '{a?: unknown} & {b?: unknown}'],
  [{ type: 'object', properties: { a: {} }, anyOf: [{ required: ['a'] }] }, '{a?: unknown}'],
  [{ allOf: [{ type: 'string' }] }, 'string'],
])('%j is %s', (schema, text) => {
  expect(typeOf(schema)).toBe(text);
});

test('an enum shows twenty values, then that there are more', () => {
  const values = Array.from({ length: 30 }, (_, i) => i);
  expect(typeOf({ enum: values })).toBe(`${values.slice(0, 20).join(' | ')} /* 10 more */`);
});

test('references are followed; what is used twice or in itself gets a name', () => {
  const color = { enum: ['red', 'blue'] };
  const point = { type: 'object', properties: { x: { type: 'number' }, long: { type: 'number' } } };
  const $defs = {
    Color: color,
    Point: point,
    Node: {
      type: 'object',
      properties: { next: { $ref: '#/$defs/Node' }, color: { $ref: '#/$defs/Color' } },
    },
    'no name': { type: 'array', items: { $ref: '#/$defs/no name' } },
    string: point,
    a: { $ref: '#/$defs/b' },
    b: { $ref: '#/$defs/a' },
  };
  const shows = (...names: string[]) =>
    shown({
      $defs,
      properties: Object.fromEntries(names.map((name, i) => [`p${i}`, { $ref: `#/$defs/${name}` }])),
    });
  expect(shows('Point')).toBe('(p0?: {x?: number, long?: number})');
  expect(shows('Point', 'Point')).toBe('(p0?: Point, p1?: Point); type Point = {x?: number, long?: number}');
  expect(shows('Color', 'Color')).toBe('(p0?: "red" | "blue", p1?: "red" | "blue")');
  expect(shows('Node')).toBe('(p0?: Node); type Node = {next?: Node, color?: "red" | "blue"}');
  expect(shows('no%20name')).toBe('(p0?: no_name); type no_name = no_name[]');
  expect(shows('string', 'string')).toBe(
    '(p0?: string2, p1?: string2); type string2 = {x?: number, long?: number}',
  );
  expect(shows('a')).toBe('(p0?: a); type a = a');
  expect(shown({ properties: { p: { $ref: '#' } } })).toBe('(p?: Root); type Root = {p?: Root}');
  expect(typeOf({ $ref: 'https://example.com/schema' })).toBe('unknown');
});

test('where names are too long, what they stand for is written out as deep as there is room', () => {
  const Deep = { properties: { a: { properties: { b: { properties: { long: { type: 'string' } } } } } } };
  const schema = {
    $defs: { Deep },
    properties: { p: { $ref: '#/$defs/Deep' }, q: { $ref: '#/$defs/Deep' } },
  };
  expect(shown(schema, 80)).toBe('(p?: Deep, q?: Deep); type Deep = {a?: {b?: {long?: string}}}');
  expect(shown(schema, 50)).toBe('(p?: {a?: object}, q?: {a?: object})');
  expect(shown(schema, 30)).toBe('(p?: object, q?: object)');
});

test('the result follows, as long as it leaves the arguments alone', () => {
  const items = {
    type: 'array',
    items: { properties: { id: { type: 'string' }, by: { properties: { x: {} } } } },
  };
  const result = { type: 'object', properties: { items }, required: ['items'] };
  const inputSchema = { properties: { a: { type: 'string' } } };
  const tool = { name: 't', inputSchema, outputSchema: result };
  expect(signature('s', tool)).toBe('s.t(a?: string): {items: {id?: string, by?: object}[]}');
  expect(signature('s', tool, { maxLength: 50 })).toBe('s.t(a?: string): {items: object[]}');
  expect(signature('s', tool, { maxLength: 20 })).toBe('s.t(a?: string)');
  expect(signature('s', { ...tool, outputSchema: 'odd' })).toBe('s.t(a?: string)');
});

test('parameters of included schemas are parameters', () => {
  const $defs = { Base: { properties: { id: { type: 'string' } }, required: ['id'] } };
  expect(shown({ $defs, $ref: '#/$defs/Base' })).toBe('(id: string)');
  const properties = { b: { type: 'number' } };
  expect(
    shown({ $defs, type: 'object', properties, allOf: [{ $ref: '#/$defs/Base' }, { required: ['b'] }] }),
  ).toBe('(b: number, id: string)');
  expect(shown({ properties, additionalProperties: { type: 'string' } })).toBe(
    '(arguments: {b?: number, [key: string]: string})',
  );
});

test('a choice between objects is shown as one', () => {
  const a = { properties: { a: { type: 'string' } }, required: ['a'] };
  const b = { properties: { b: { type: 'number' } } };
  expect(shown({ type: 'object', oneOf: [a, b] })).toBe('(arguments: {a: string} | {b?: number})');
  expect(shown({ ...a, anyOf: [{ required: ['a'] }, { required: ['b'] }] })).toBe('(a: string)');
});

test('a long line loses nesting, then values, then optional parameters', () => {
  const properties = {
    a: { type: 'object', properties: { long: { enum: ['x'.repeat(30), 'y'.repeat(30)] } } },
    long_name: { type: 'string' },
    c: { type: 'string' },
  };
  const schema = { type: 'object', properties, required: ['c'] };
  expect(shown(schema)).toContain('{long?: "xxx');
  expect(shown(schema, 60)).toBe('(a?: object, long_name?: string, c: string)');
  expect(shown(schema, 43)).toBe('(a?: object, c: string, /* 1 more */)');
  expect(shown(schema, 33)).toBe('(c: string, /* 2 more */)');
  expect(shown(schema, 1)).toBe('(/* 3 more */)');
  const dashed = { properties: { 'a-b': { type: 'string' }, long_name: { type: 'string' } } };
  expect(shown(dashed, 49)).toBe('(arguments: {"a-b"?: string, /* 1 more */})');
});

test('the description follows, and the title where there is none', () => {
  const tool = { name: 't', inputSchema: { type: 'object' } };
  expect(entry('s', { ...tool, description: 'Does\nit.', title: 'T' })).toBe('s.t() — Does it.');
  expect(entry('s', { ...tool, title: 'T' })).toBe('s.t() — T');
  expect(entry('s', tool)).toBe('s.t()');
});

test('circular, deep, wide and multiplying schemas end soon', () => {
  const circle: Record<string, unknown> = { type: 'object' };
  circle['properties'] = { again: circle };
  circle['anyOf'] = [circle, circle];
  expect(shown(circle)).toMatch(/^\(.*\)$/);
  let deep: unknown = {};
  for (let i = 0; i < 10_000; i++) deep = { properties: { a: deep }, items: [deep], allOf: [deep] };
  expect(shown(deep).length).toBeLessThanOrEqual(600);
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`p${i}`, { type: 'string' }]));
  expect(shown({ properties: wide }).length).toBeLessThanOrEqual(600);
  const refs = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`r${i}`, { $ref: '#/$defs/d' }]));
  const nested = { p: { properties: refs } };
  expect(shown({ properties: nested, $defs: { d: { properties: wide } } }).length).toBeLessThanOrEqual(600);
  const long = { ['x'.repeat(200_000)]: {} };
  expect(shown({ properties: nested, $defs: { d: { properties: long } } }).length).toBeLessThanOrEqual(600);
  const level = (i: number) => ({
    anyOf: Array.from({ length: 9 }, () => ({ items: { $ref: `#/$defs/d${i + 1}` } })),
  });
  const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${i}`, level(i)]));
  expect(shown({ $defs, properties: { p: { $ref: '#/$defs/d0' } } }).length).toBeLessThanOrEqual(600);
});
