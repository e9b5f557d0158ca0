import { expect, test } from 'vitest';
import { createPostings } from './postings.ts';
import { mergeRankings, rank, type Scored } from './rank.ts';

function ranking(...documents: number[]): Scored[] {
  return documents.map((document, index) => ({ document, score: 10 - index }));
}

test('rankings are merged by best place, then by agreement, then by number', () => {
  expect(mergeRankings([ranking(5, 2), ranking(7, 3), ranking(9, 3)])).toEqual([5, 7, 9, 3, 2]);
  expect(mergeRankings([ranking(1, 2, 3), ranking(3)])).toEqual([3, 1, 2]);
  expect(mergeRankings([])).toEqual([]);
});

test('a ranking is the best in order, and leaves no traces', () => {
  const documents = [['x'], ['x', 'y'], ['z'], ['y', 'y', 'x']].map(tokens => [tokens]);
  const postings = createPostings(documents, [1]);
  const scratch = new Float64Array(documents.length);
  const full = rank('y x', postings, scratch, 10);
  expect(full.map(({ document }) => document)).toEqual([3, 1, 0]);
  expect(rank('y x', postings, scratch, 2)).toEqual(full.slice(0, 2));
  expect([...scratch]).toEqual([0, 0, 0, 0]);
});
