import type { Postings } from './postings.ts';
import { tokenize } from './tokens.ts';

/** A document and what one query says of it. */
export interface Scored {
  document: number;
  score: number;
}

const maxTokens = 100;

/** The `limit` best documents for one query, best first; `scores` is scratch space: all zeros, before and after. */
export function rank(query: string, postings: Postings, scores: Float64Array, limit: number): Scored[] {
  const touched: number[] = [];
  for (const token of [...new Set(tokenize(query))].slice(0, maxTokens)) {
    const { documents, impacts } = postings.get(token) ?? { documents: [], impacts: [] };
    for (let index = 0; index < documents.length; index++) {
      const document = documents[index]!;
      if (scores[document] === 0) touched.push(document);
      scores[document]! += impacts[index]!;
    }
  }
  const found = best(touched, scores, limit);
  for (const document of touched) scores[document] = 0;
  return found;
}

/** The first `limit` of `documents` in order; most are turned away by one comparison with the last of these. */
function best(documents: number[], scores: Float64Array, limit: number): Scored[] {
  const found: Scored[] = [];
  for (const document of documents) {
    const scored = { document, score: scores[document]! };
    if (found.length === limit && !isBefore(scored, found[limit - 1])) continue;
    found.splice(positionOf(scored, found), 0, scored);
    if (found.length > limit) found.pop();
  }
  return found;
}

function positionOf(scored: Scored, sorted: Scored[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(sorted[middle]!, scored)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(a: Scored, b: Scored | undefined): boolean {
  return b !== undefined && (a.score === b.score ? a.document < b.document : a.score > b.score);
}

/** How much a place in one more ranking is worth beside the places before it (reciprocal rank fusion's k). */
const fusion = 60;

/**
 * The documents of several rankings in one: by the best place that any of them gives, then by the sum of the
 * reciprocal places, then by number. So every query has its best in front, and agreement decides between equals.
 */
export function mergeRankings(rankings: Scored[][]): number[] {
  const merged = new Map<number, { place: number; sum: number }>();
  for (const ranking of rankings) {
    for (const [place, { document }] of ranking.entries()) {
      const before = merged.get(document) ?? { place, sum: 0 };
      const sum = before.sum + 1 / (fusion + place);
      merged.set(document, { place: Math.min(before.place, place), sum });
    }
  }
  const order = [...merged].sort(([a, x], [b, y]) => x.place - y.place || y.sum - x.sum || a - b);
  return order.map(([document]) => document);
}
