import { expect, test } from 'vitest';
import { declaration } from './declaration.ts';
import { toolOf } from './typescript.fixture.ts';

test('a tool in full: each parameter with its remarks, the description, and what is left as JSON', () => {
  const tool = {
    name: 'create_issue',
    title: 'Create issue',
    description: 'Creates an issue.\n\nNeeds\tthe scope `repo`.\n',
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        owner: { type: 'string', minLength: 1, title: 'Owner', description: 'Who owns\nthe repository' },
        labels: { type: 'array', items: { type: 'string', description: 'A */ label' }, maxItems: 5 },
        page: { type: 'integer', minimum: 1, default: 1, examples: [2, 3], 'x-widget': 'slider' },
        by: { $ref: '#/$defs/User', description: 'The author' },
        to: { $ref: '#/$defs/User' },
      },
      required: ['owner'],
      additionalProperties: false,
      $defs: {
        User: { description: 'Somebody', properties: { name: { type: 'string', description: 'Login' } } },
        Unused: { type: 'string' },
      },
    },
    outputSchema: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] },
    annotations: { readOnlyHint: false },
  };
  expect(declaration('github', tool)).toBe(`github.create_issue(
  // 1+ chars; Who owns
  // the repository
  owner: string,
  labels?: string /* A * / label */[], // <=5 items
  page?: number = 1, // integer; >=1; e.g. 2, 3
  by?: User, // The author
  to?: User,
): {
  number: number, // integer
}
// Somebody
type User = {
  name?: string, // Login
}

Creates an issue.

Needs  the scope \`repo\`.

{"title":"Create issue","annotations":{"readOnlyHint":false},"inputSchema":{"properties":{"page":{"x-widget":"slider"}}}}`);
});

test('a plain tool is one line', () => {
  expect(declaration('s', toolOf({ properties: { a: { type: 'string' }, b: {} } }))).toBe(
    's.t(a?: string, b?: unknown)',
  );
});

test('who may write a value is a remark as well', () => {
  const a = { type: 'string', deprecated: true, readOnly: true, writeOnly: true };
  expect(declaration('s', toolOf({ properties: { a } }))).toContain(
    '  a?: string, // deprecated; read-only; write-only\n',
  );
});

test('a title stands in for a description where it says more than the name', () => {
  const a_b = { type: 'string', title: 'A B' };
  const code = { type: 'string', title: 'ISO country code' };
  const level = {
    oneOf: [
      { const: 1, title: 'Low' },
      { const: 2, title: 'High' },
    ],
  };
  expect(declaration('s', toolOf({ title: 'Arguments', properties: { a_b, code, level } }))).toBe(`s.t(
  a_b?: string,
  code?: string, // ISO country code
  level?: 1 /* Low */ | 2 /* High */,
)`);
});

test('what TypeScript has no words for is left where it stands', () => {
  const kinds = {
    type: 'object',
    properties: { a: {}, b: {} },
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
  };
  const text = declaration(
    's',
    toolOf({ ...kinds, dependentRequired: { a: ['b'] }, not: { required: ['c'] } }),
  );
  expect(JSON.parse(text.slice(text.indexOf('{')))).toEqual({
    inputSchema: {
      anyOf: [{ required: ['a'] }, { required: ['b'] }],
      dependentRequired: { a: ['b'] },
      not: { required: ['c'] },
    },
  });
});

test('where a bound is met, the whole tool follows as JSON', () => {
  const wide = toolOf({
    properties: Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`p${i}`, {}])),
  });
  const text = declaration('s', wide);
  expect(text).toContain('/* 100 more */');
  expect(JSON.parse(text.slice(text.indexOf('\n\n')))).toEqual(wide);
  const long = toolOf({ properties: { a: { description: 'x'.repeat(10_001) } } });
  expect(declaration('s', long)).toContain(`{"description":"${'x'.repeat(10_001)}"}`);
  const longer = toolOf({ properties: { ['x'.repeat(100_000)]: {} } });
  expect(declaration('s', longer)).toBe(`s.t\n\n${JSON.stringify(longer)}`);
});

test('circular and bottomless schemas end soon', () => {
  const circle: Record<string, unknown> = { type: 'object', anyOf: [] };
  circle['properties'] = { again: circle };
  let deep: unknown = 1;
  for (let i = 0; i < 50_000; i++) deep = i % 2 === 0 ? [deep] : { a: deep };
  let lists: unknown = 1;
  for (let i = 0; i < 50_000; i++) lists = [lists];
  const deeps = [deep, lists].flatMap(value => [
    { properties: { a: { default: value } } },
    { properties: { a: { const: value } } },
    { not: value },
  ]);
  for (const schema of [circle, ...deeps]) {
    expect(declaration('s', toolOf(schema))).toMatch(
      /^s\.t\(.*\)\n\nThere is more to it, nested too deep to be shown\.$/s,
    );
  }
});
