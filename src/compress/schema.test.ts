import { expect, test } from 'vitest';
import { refName, resolveRef } from './schema.ts';

const root = { $defs: { 'a/b': { '~': 1 }, 'x y': 2, list: [3] } };

test('local references are resolved', () => {
  expect(resolveRef(root, '#')).toBe(root);
  expect(resolveRef(root, '#/$defs/a~1b/~0')).toBe(1);
  expect(resolveRef(root, '#/$defs/x%20y')).toBe(2);
  expect(resolveRef(root, '#/$defs/list/0')).toBe(3);
});

test('all others lead nowhere', () => {
  const refs = [
    '#/nothing',
    '#/$defs/constructor',
    '#/__proto__',
    '#anchor',
    'https://a.example/#/$defs',
    '',
    1,
    null,
  ];
  expect(refs.map(ref => resolveRef(root, ref))).toEqual(refs.map(() => undefined));
  expect(resolveRef(null, '#/a')).toBeUndefined();
});

test('a definition is called by the last step', () => {
  expect(refName('#/$defs/Node')).toBe('Node');
  expect(refName('#/$defs/a~1b%20c')).toBe('a/b c');
  expect(refName('#/%E0%A4%A')).toBe('%E0%A4%A');
});
