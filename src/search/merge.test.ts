import { expect, test } from 'vitest';
import { mergeRankings } from './merge.ts';
import { compare } from './part.ts';

const merged = (...rankings: string[]) =>
  mergeRankings(
    rankings.map(ranking => [...ranking]),
    compare,
  ).join('');

test.each<[string[], string]>([
  [[], ''],
  [['ba'], 'ba'],
  [['ab', ''], 'ab'],
  [['ab', 'cd'], 'acbd'], // each has its best in front
  [['cd', 'ab'], 'acbd'], // equals as they compare
  [['xb', 'yb', 'za'], 'xyzba'], // two say more than one
  [['bxa', 'b', 'cya'], 'bcxya'], // a better place in one ranking says more than two worse ones
  [['ax', 'bx', 'cxy'], 'abcxy'],
])('%j are merged as %s', (rankings, order) => {
  expect(merged(...rankings)).toBe(order);
});

test('of members with the same best place, one that is further in front elsewhere comes first', () => {
  expect(merged('ab', 'cd', 'xyzd', 'uvb')).toBe('acuxbdvyz');
});
