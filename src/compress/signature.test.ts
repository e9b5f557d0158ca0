import fc from 'fast-check';
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
  const properties = { body: { type: 'string' }, owner: { type: 'string' }, 'x-y': { type: 'boolean' } };
  expect(shown({ type: 'object', properties, required: ['owner'] })).toBe(
    '(body?: string, owner: string, "x-y"?: boolean)',
  );
  expect(shown({ type: 'object' })).toBe('()');
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
  expect(typeOf({ enum: values })).toBe(`${values.slice(0, 20).join(' | ')} | …`);
});

test('references are followed, and recursion stays a name', () => {
  const $defs = {
    Color: { enum: ['red', 'blue'] },
    Node: {
      type: 'object',
      properties: { next: { $ref: '#/$defs/Node' }, color: { $ref: '#/$defs/Color' } },
    },
    'no name': { type: 'array', items: { $ref: '#/$defs/no name' } },
    a: { $ref: '#/$defs/b' },
    b: { $ref: '#/$defs/a' },
  };
  expect(typeOf({ $ref: '#/$defs/Node' }, $defs)).toBe('{next?: Node, color?: "red" | "blue"}');
  expect(typeOf({ $ref: '#/$defs/no name' }, $defs)).toBe('object[]');
  expect(typeOf({ $ref: '#/$defs/a' }, $defs)).toBe('a');
  expect(typeOf({ $ref: '#' })).toBe('object');
  expect(typeOf({ $ref: 'https://example.com/schema' })).toBe('unknown');
});

test('parameters of included schemas are parameters', () => {
  const $defs = { Base: { properties: { id: { type: 'string' } }, required: ['id'] } };
  expect(shown({ $defs, $ref: '#/$defs/Base' })).toBe('(id: string)');
  const properties = { b: { type: 'number' } };
  expect(
    shown({ $defs, type: 'object', properties, allOf: [{ $ref: '#/$defs/Base' }, { required: ['b'] }] }),
  ).toBe('(b: number, id: string)');
  expect(shown({ properties, additionalProperties: { type: 'string' } })).toBe(
    '(b?: number, [key: string]: string)',
  );
});

test('a choice between objects is shown as one', () => {
  const a = { properties: { a: { type: 'string' } }, required: ['a'] };
  const b = { properties: { b: { type: 'number' } } };
  expect(shown({ type: 'object', oneOf: [a, b] })).toBe('({a: string} | {b?: number})');
  expect(shown({ ...a, anyOf: [{ required: ['a'] }, { required: ['b'] }] })).toBe('(a: string)');
});

test('a long line loses nesting, then values, then optional parameters', () => {
  const properties = {
    a: { type: 'object', properties: { long: { enum: ['x'.repeat(30), 'y'.repeat(30)] } } },
    b: { type: 'string' },
    c: { type: 'string' },
  };
  const schema = { type: 'object', properties, required: ['c'] };
  expect(shown(schema)).toContain('{long?: "xxx');
  expect(shown(schema, 60)).toBe('(a?: object, b?: string, c: string)');
  expect(shown(schema, 33)).toBe('(a?: object, c: string, …)');
  expect(shown(schema, 20)).toBe('(c: string, …)');
  expect(shown(schema, 1)).toBe('(…)');
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

const keyword = fc.constantFrom(
  ...[
    'type',
    'properties',
    'required',
    'items',
    'prefixItems',
    'anyOf',
    'allOf',
    'oneOf',
    'enum',
    'const',
    '$ref',
  ],
  ...['additionalProperties', 'patternProperties', 'default', 'nullable', '__proto__', 'constructor'],
);

test('no JSON makes it throw, or print what cannot be seen', () => {
  const { schema } = fc.letrec(tie => ({
    schema: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(
        'object',
        'array',
        'string',
        '#',
        '#/properties/a',
        '__proto__',
        '\u202e\n',
        1,
        true,
        null,
      ),
      fc.dictionary(fc.oneof(keyword, fc.string()), tie('schema'), { maxKeys: 5 }),
      fc.array(tie('schema'), { maxLength: 5 }),
    ),
  }));
  fc.assert(
    fc.property(schema, inputSchema => {
      const line = shown(inputSchema);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(line.length).toBeLessThanOrEqual(600);
    }),
    { numRuns: 500 },
  );
});

test('every name of an ordinary schema survives, with whether it is needed', () => {
  const type = fc.constantFrom(
    { type: 'string' },
    { type: 'array', items: { type: 'number' } },
    { enum: ['a', 'b'] },
  );
  const parameters = fc.uniqueArray(
    fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), type, fc.boolean()),
    {
      selector: ([name]) => name,
      maxLength: 10,
    },
  );
  fc.assert(
    fc.property(parameters, list => {
      const properties = Object.fromEntries(list.map(([name, schema]) => [name, schema]));
      const required = list.filter(([, , needed]) => needed).map(([name]) => name);
      const line = shown({ type: 'object', properties, required });
      for (const [name, , needed] of list) {
        const quoted = `${JSON.stringify(name)}${needed ? ':' : '?:'} `;
        expect(line.includes(quoted) || line.includes(`${name}${needed ? ':' : '?:'} `)).toBe(true);
      }
    }),
  );
});
