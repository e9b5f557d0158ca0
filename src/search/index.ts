import { mergeRankings } from './merge.ts';
import { Names } from './names.ts';
import { byName, createPart, type Entry, type Part, type SearchServer } from './part.ts';
import { rank } from './rank.ts';
import { Vocabulary } from './vocabulary.ts';

export type { SearchServer } from './part.ts';

/** A tool that was found. */
export interface Hit extends Entry {
  /** Whether a query was its name. */
  exact: boolean;
}

const maxQueries = 20;

/** What has been read of each server, for all indexes that have it. */
const parts = new WeakMap<SearchServer, Part>();

/** Finds tools by words. What it answers depends on nothing but the servers it has and the queries. */
export class SearchIndex {
  #parts: Part[] = [];
  /** Made of the parts when it is needed. */
  #ready?: { vocabulary: Vocabulary; names: Names };

  /** From now on these are searched. A server that is the same object as before is not read again. */
  update(servers: Iterable<SearchServer>): void {
    this.#parts = [...servers].map(partOf);
    this.#ready = undefined;
  }

  /**
   * The tools for any of the queries, best first, those named exactly before all others; a few hundred at most. `only`
   * is the one server to be searched.
   */
  search(queries: readonly string[], only?: string): Hit[] {
    this.#ready ??= this.#prepared();
    const { vocabulary, names } = this.#ready;
    const asked = queries.slice(0, maxQueries);
    const ranked = mergeRankings(
      asked.map(query => rank(query, vocabulary, only)),
      byName,
    );
    const named = new Set(names.find(asked).filter(({ server }) => only === undefined || server === only));
    const order = [...ranked.filter(entry => named.has(entry)), ...named, ...ranked];
    return [...new Set(order)].map(entry => ({ ...entry, exact: named.has(entry) }));
  }

  #prepared() {
    return { vocabulary: new Vocabulary(this.#parts), names: new Names(this.#parts) };
  }
}

function partOf(server: SearchServer): Part {
  const part = parts.get(server) ?? createPart(server);
  parts.set(server, part);
  return part;
}
