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
