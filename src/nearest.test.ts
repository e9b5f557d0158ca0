import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['timeoutMS', ['timeoutMs', 'maxTotalMs'], ['timeoutMs']],
  ['create_isue', ['list_issues', 'create_issue', 'createIssue'], ['create_issue', 'createIssue']],
  ['mcpServer', ['servers', 'mcpServers'], ['mcpServers']],
  ['ab', ['xy'], []],
  ['', ['a'], []],
  ['x', [], []],
])('%s of %j', (word, candidates, expected) => {
  expect(nearest(word, candidates, 3)).toEqual(expected);
});

test('the limit holds', () => {
  expect(nearest('abc', ['abd', 'abe', 'abf'], 2)).toEqual(['abd', 'abe']);
});

test('a candidate is nearest to itself, and hostile names are cheap', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (word, others) => {
      const found = nearest(word, [...others, word], 1);
      expect(/^[\s_.-]*$/.test(word) || found.length === 1).toBe(true);
    }),
  );
  const long = 'x'.repeat(100_000);
  expect(nearest(long, [`${long}y`], 1)).toHaveLength(1);
});
