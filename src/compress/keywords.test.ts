// Every keyword of draft-07, 2019-09, 2020-12 and OpenAPI 3.0, at every place where a schema can stand.
import { describe, expect, test } from 'vitest';
import type { JsonObject, Tool } from '../types.ts';
import { declaration } from './declaration.ts';
import { signature } from './signature.ts';
import { complaints, statementOf, toolOf } from './typescript.fixture.ts';

const text = { type: 'string' };

/** Schemas that use a keyword as it is meant; `mark…` is what must be found again. */
const keywords: Record<string, JsonObject> = {
  type: { type: ['string', 'integer', 'number', 'boolean', 'array', 'object', 'null'] },
  enum: { enum: ['mark1', 2, -3.5, true, null, ['mark2'], { mark3: 'mark4' }] },
  const: { const: { mark1: ['mark2'] } },
  properties: {
    properties: { mark1: { type: 'object', properties: { mark2: text } } },
    required: ['mark1', 'mark3'],
  },
  patternProperties: {
    type: 'object',
    patternProperties: { '^mark1': text, '^mark2/': { enum: ['mark3'] } },
  },
  additionalProperties: { type: 'object', additionalProperties: { enum: ['mark1'] } },
  additionalPropertiesToo: { properties: { mark1: text }, additionalProperties: { const: 'mark2' } },
  unevaluatedProperties: { type: 'object', unevaluatedProperties: { const: 'mark1' } },
  propertyNames: { type: 'object', propertyNames: { pattern: 'mark1' } },
  minProperties: { type: 'object', minProperties: 1001, maxProperties: 1002, marks: ['1001', '1002'] },
  dependentRequired: { type: 'object', dependentRequired: { mark1: ['mark2'] } },
  dependentSchemas: { type: 'object', dependentSchemas: { mark1: { required: ['mark2'] } } },
  dependencies: { type: 'object', dependencies: { mark1: ['mark2'] } },
  items: { type: 'array', items: { type: 'string', description: 'mark1', enum: ['mark2'] } },
  itemsUntil2019: { type: 'array', items: [{ const: 'mark1' }, text], additionalItems: { const: 'mark2' } },
  prefixItems: { type: 'array', prefixItems: [{ const: 'mark1' }, text], items: { const: 'mark2' } },
  contains: {
    type: 'array',
    contains: { const: 'mark1' },
    minContains: 1001,
    maxContains: 1002,
    marks: ['1001', '1002'],
  },
  unevaluatedItems: { type: 'array', unevaluatedItems: { const: 'mark1' } },
  minItems: {
    type: 'array',
    minItems: 1001,
    maxItems: 1002,
    uniqueItems: true,
    marks: ['1001', '1002', 'unique'],
  },
  minLength: { type: 'string', minLength: 1001, maxLength: 1002, marks: ['1001', '1002'] },
  untyped: {
    minLength: 1001,
    minimum: 1002,
    minItems: 1003,
    format: 'mark1',
    pattern: 'mark2',
    marks: ['1001', '1002', '1003'],
  },
  pattern: { type: 'string', pattern: '^mark1*/' },
  patternOfLines: { type: 'string', pattern: 'mark1\nmark2' },
  format: { type: 'string', format: 'mark1' },
  oddFormat: { type: 'string', format: '  mark1 */ \u202e' },
  formatOfNumber: { type: 'integer', format: 'mark1' },
  contentEncoding: {
    type: 'string',
    contentEncoding: 'mark1',
    contentMediaType: 'mark2',
    contentSchema: { const: 'mark3' },
  },
  minimum: {
    type: 'number',
    minimum: 1001,
    maximum: 1002,
    multipleOf: 1003,
    marks: ['1001', '1002', '1003'],
  },
  exclusiveMinimum: {
    type: 'integer',
    exclusiveMinimum: 1001,
    exclusiveMaximum: 1002,
    marks: ['1001', '1002'],
  },
  exclusiveMinimumOfOpenApi: { type: 'number', minimum: 1001, exclusiveMinimum: true, marks: ['1001'] },
  allOf: {
    allOf: [
      { properties: { mark1: text } },
      { properties: { mark2: { const: 'mark3' } }, description: 'mark4' },
    ],
  },
  anyOf: {
    anyOf: [{ const: 'mark1', description: 'mark2' }, { type: 'string', format: 'mark3' }, { type: 'null' }],
  },
  anyOfAnything: { anyOf: [{ const: 'mark1', description: 'mark2' }, {}] },
  oneOf: {
    type: 'object',
    oneOf: [{ properties: { mark1: text }, description: 'mark2' }, { required: ['mark3'] }],
  },
  not: { not: { const: 'mark1' } },
  // biome-ignore lint/suspicious/noThenProperty: the keyword is called so
  if: { if: { required: ['mark1'] }, then: { required: ['mark2'] }, else: { required: ['mark3'] } },
  $ref: { $ref: '#/$defs/Node', description: 'mark2', marks: ['next', 'mark3', 'mark4'] },
  $refElsewhere: { $ref: 'https://mark1.example/schema' },
  $refToNothing: { $ref: '#/$defs/mark1' },
  $dynamicRef: { $dynamicRef: '#mark1' },
  $anchor: { $anchor: 'mark1', type: 'string' },
  description: { type: 'string', description: 'mark1. */ mark2\n\n// mark3', title: 'mark0' },
  default: { type: 'string', default: 'mark1' },
  oddDefault: { type: 'array', default: [{ mark1: 'mark2' }] },
  longDefault: { type: 'string', default: `mark1${'x'.repeat(500)}` },
  examples: { type: 'string', examples: ['mark1', { mark2: 1 }], example: 'mark3' },
  deprecated: { type: 'string', deprecated: true, readOnly: true, writeOnly: true, marks: ['deprecated'] },
  nullable: { type: 'string', nullable: true, description: 'mark1', marks: ['null'] },
  discriminator: {
    oneOf: [text],
    discriminator: { propertyName: 'mark1' },
    xml: { name: 'mark2' },
    externalDocs: 'mark3',
  },
  unheardOf: { 'x-mark1': { mark2: [{ mark3: 'mark4' }] }, type: 'mark5' },
};

const $defs = {
  Node: {
    description: 'mark3',
    properties: { next: { $ref: '#/$defs/Node' }, value: { const: 'mark4' } },
    required: [],
  },
};

/** Where the schema of a tool can hold another. */
const places: Record<string, (schema: unknown) => Tool> = {
  root: schema => toolOf({ ...(schema as JsonObject), $defs }),
  property: schema => toolOf({ properties: { p: schema }, $defs }),
  'required property': schema => toolOf({ properties: { p: schema, 'x-y': true }, required: ['p'], $defs }),
  'inner property': schema =>
    toolOf({ properties: { p: { type: 'object', properties: { q: schema } } }, $defs }),
  'included schema': schema => toolOf({ allOf: [schema], $defs }),
  alternative: schema => toolOf({ oneOf: [schema, { properties: {} }], $defs }),
  items: schema => toolOf({ properties: { p: { type: 'array', items: schema } }, $defs }),
  'tuple item': schema => toolOf({ properties: { p: { prefixItems: [schema, schema] } }, $defs }),
  'one of several': schema => toolOf({ properties: { p: { anyOf: [schema, { type: 'null' }] } }, $defs }),
  'one of all': schema =>
    toolOf({ properties: { p: { allOf: [schema, { properties: { q: {} } }] } }, $defs }),
  'other properties': schema => toolOf({ additionalProperties: schema, $defs }),
  definition: schema => toolOf({ properties: { p: { $ref: '#/$defs/D' } }, $defs: { ...$defs, D: schema } }),
  'shared definition': schema => {
    return toolOf({
      properties: { p: { $ref: '#/$defs/D' }, q: { $ref: '#/$defs/D' } },
      $defs: { ...$defs, D: schema },
    });
  },
  'what the root refers to': schema => toolOf({ $ref: '#/$defs/D', $defs: { ...$defs, D: schema } }),
  result: schema => toolOf({}, { outputSchema: { ...(schema as JsonObject), $defs } }),
};

describe.each(Object.keys(keywords))('%s', name => {
  const { marks = [], ...schema } = keywords[name]!;
  const wanted = [...(JSON.stringify(schema).match(/mark[1-9]/g) ?? []), ...(marks as string[])];

  test.each(Object.keys(places))('as %s parses, and nothing is lost', place => {
    const tool = places[place]!(schema);
    const whole = declaration('s', tool);
    for (const mark of wanted) expect(whole).toContain(mark);
    const lines = [1, 40, 80, 600].map(maxLength => signature('s', tool, { maxLength }));
    const statements = [whole, ...lines].map(line => statementOf(line, 's', tool));
    expect(complaints(statements.join(';\n'))).toEqual([]);
  });
});

const odd = [
  null,
  true,
  false,
  0,
  -1.5,
  Number.POSITIVE_INFINITY,
  '',
  'x',
  '#',
  '__proto__',
  [],
  {},
  [null],
  [[]],
  [{}],
  { a: 1 },
  { '': null },
];
const words = new Set(Object.values(keywords).flatMap(schema => Object.keys(schema)));

test.each(Object.keys(places))('nothing odd as %s makes it throw, or print what does not parse', place => {
  const schemas = [...words].flatMap(word =>
    odd.map(value => ({ type: ['object', 'array', 'string'], [word]: value })),
  );
  const statements = [...schemas, ...odd.filter(value => place !== 'root' || value)].flatMap(schema => {
    const tool = places[place]!(schema);
    return [signature('s', tool), declaration('s', tool)].map(text => statementOf(text, 's', tool));
  });
  expect(statements.length).toBeGreaterThan(words.size * odd.length);
  expect(complaints(statements.join(';\n'))).toEqual([]);
});
