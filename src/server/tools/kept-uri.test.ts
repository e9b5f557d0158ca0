import { expect, test } from 'vitest';
import { isKeptUri, keptUri, readKeptUri } from './kept-uri.ts';

test('an address is read as it was made', () => {
  expect(isKeptUri(keptUri('abc'))).toBe(true);
  expect(readKeptUri(keptUri('abc'))).toEqual({ id: 'abc', query: {} });
  expect(isKeptUri('mcpx://other/abc')).toBe(false);
});

test.each([
  ['?', {}],
  ['?lines=1-2', { lines: '1-2' }],
  ["?select=items[?a=='x' && b=='y'].{c: d}", { select: "items[?a=='x' && b=='y'].{c: d}" }],
  ['?select=a%20%26%26%20b', { select: 'a && b' }],
  ['?select=a[?b>`1`]&grep=x=y&lines=3', { select: 'a[?b>`1`]', grep: 'x=y', lines: '3' }],
  ['?grep=100%', { grep: '100%' }],
  ['?grep=a+b\n', { grep: 'a+b\n' }],
])('%s', (query, expected) => {
  expect(readKeptUri(`${keptUri('abc')}${query}`)).toEqual({ id: 'abc', query: expected });
});

test.each(['?x=1', '?lines', '?grep=', '?lines=1&lines=2', '?__proto__=1', '?grep&lines=1'])(
  '%s is refused',
  query => {
    expect(() => readKeptUri(`${keptUri('abc')}${query}`)).toThrow(/is no part of a kept result/);
  },
);
