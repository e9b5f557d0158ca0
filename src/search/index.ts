import { comparable, exactNames } from './exact.ts';
import { fieldTokens, fieldWeights, type SearchEntry } from './fields.ts';
import { createPostings } from './postings.ts';
import { mergeRankings, rank } from './rank.ts';

export type { SearchEntry } from './fields.ts';

/** An entry that was found. */
interface Hit extends SearchEntry {
  /** The best BM25F score that any of the queries gave it; comparable within one answer only. */
  score: number;
  /** Whether a query was its name. */
  exact: boolean;
}

/** Finds tools by words. What it answers depends on nothing but its entries and the queries. */
export interface SearchIndex {
  /** The best `limit` (not negative) entries for any of the queries, those named exactly first. */
  search(queries: string[], limit: number): Hit[];
}

const maxQueries = 20;

/** An index of `entries`, which must not change; another listing is another index. */
export function createIndex(entries: readonly SearchEntry[]): SearchIndex {
  const sorted = [...entries].sort(byName);
  const postings = createPostings(sorted.map(fieldTokens), fieldWeights);
  const names = exactNames(sorted);
  const scratch = new Float64Array(sorted.length);
  return {
    search(queries, limit) {
      const asked = queries.slice(0, maxQueries);
      const rankings = asked.map(query => rank(query, postings, scratch, limit));
      const scores = new Map<number, number>();
      for (const { document, score } of rankings.flat()) {
        scores.set(document, Math.max(score, scores.get(document) ?? 0));
      }
      const scoreOf = (document: number) => scores.get(document) ?? 0;
      const exact = new Set(asked.flatMap(query => names.get(comparable(query)) ?? []));
      const named = [...exact].sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
      const order = [...new Set([...named, ...mergeRankings(rankings)])].slice(0, limit);
      return order.map(document => {
        return { ...sorted[document]!, score: scoreOf(document), exact: exact.has(document) };
      });
    },
  };
}

/** By server, then by tool: which of two equals comes first does not depend on which server answered first. */
function byName(a: SearchEntry, b: SearchEntry): number {
  return compare(a.server, b.server) || compare(a.tool.name, b.tool.name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
