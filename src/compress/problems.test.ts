import { expect, test } from 'vitest';
import { problemsOf, type Violation } from './problems.ts';

function violation(keyword: string, instancePath = '', more: Partial<Violation> = {}): Violation {
  return { keyword, instancePath, params: {}, ...more };
}

test('a number in a path is an index only in an array', () => {
  const wrong = ['/a/0', '/b/0', '/b/x~1y'].map(path => violation('false schema', path));
  expect(problemsOf(wrong, { a: [1], b: { 0: 1 } }).map(problem => problem.path)).toEqual([
    'arguments.a[0]',
    'arguments.b["0"]',
    'arguments.b["x/y"]',
  ]);
});

test('types that are tried at one place become one sentence', () => {
  const types = ['string', 'null', 'string'].map(type =>
    violation('type', '/a', { params: { type }, data: 1 }),
  );
  expect(problemsOf([...types, violation('anyOf', '/a')], { a: 1 })).toEqual([
    { path: 'arguments.a', message: 'must be string or null, not number' },
  ]);
});

test('what is not known is said in the validator’s words, cleaned and cut', () => {
  const message = `must NOT be ${'\u001b[31mx '.repeat(500)}`;
  const [problem] = problemsOf([violation('not', '', { message })], {});
  expect(problem!.message).toMatch(/^must not be x x .*…$/);
  expect(problem!.message.length).toBeLessThanOrEqual(300);
  expect(problemsOf([violation('odd')], {})[0]!.message).toBe('does not satisfy odd');
});

test.each<[string, Partial<Violation>, string]>([
  ['enum', { schema: ['a', 1, null] }, 'must be one of "a", 1, null'],
  ['enum', { schema: Array.from({ length: 99 }, (_, index) => index) }, 'must be one of 0, 1, 2,'],
  ['enum', { schema: 'odd' }, 'must be one of'],
  ['const', { schema: { a: [1] } }, 'must be {a: [1]}'],
  ['type', { params: { type: 'string' }, data: null }, 'must be string, not null'],
  ['type', { params: { type: 'string' }, data: [1] }, 'must be string, not array'],
  ['anyOf', {}, 'fits none of the alternatives'],
  ['oneOf', {}, 'fits none of the alternatives'],
  ['oneOf', { params: { passingSchemas: [0, 1] } }, 'fits more than one of the alternatives'],
  ['false schema', {}, 'is not allowed'],
])('%s is told in words: %j', (keyword, more, told) => {
  const [problem] = problemsOf([violation(keyword, '/a', more)], {});
  expect(problem).toEqual({ path: 'arguments.a', message: expect.stringContaining(told) });
});

test('a key that a tool does not take is told with those that it does', () => {
  const surplus = (additionalProperty: string, properties: object) =>
    problemsOf(
      [
        violation('additionalProperties', '', {
          params: { additionalProperty },
          parentSchema: { properties },
        }),
      ],
      {},
    )[0]!.message;
  expect(surplus('pth', { path: {}, mode: {} })).toBe('does not take "pth"; did you mean "path"?');
  expect(surplus('zzzzzz', { path: {}, mode: {} })).toBe('does not take "zzzzzz"; it takes "path", "mode"');
  expect(surplus('x', {})).toBe('does not take "x"');
  expect(surplus('x'.repeat(81), {})).toBe(`does not take "${'x'.repeat(79)}…"`);
  expect(surplus('x'.repeat(80), {})).toBe(`does not take "${'x'.repeat(80)}"`);
});

test('a key that is not allowed is named once', () => {
  const params = { propertyName: 'A\n' };
  const inner = { ...violation('pattern', ''), propertyName: 'A\n' };
  expect(problemsOf([inner, violation('propertyNames', '', { params })], {})).toEqual([
    { path: 'arguments', message: 'takes no key "A\\n"' },
  ]);
});

test('hostile numbers of violations are cut short', () => {
  const many = Array.from({ length: 100_000 }, (_, i) =>
    violation('type', `/${i}`, { params: { type: 'null' }, data: 1 }),
  );
  expect(problemsOf(many, {})).toHaveLength(5);
});
