import { Dictionary } from './dictionary.ts';
import { fuse } from './fuse.ts';
import { mergeRankings } from './merge.ts';
import { Names } from './names.ts';
import { byName, createPart, type Entry, type Part, type SearchServer } from './part.ts';
import { type Ranked, rank } from './rank.ts';
import { Vocabulary } from './vocabulary.ts';

export type { Entry, SearchServer } from './part.ts';

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
  #dictionary = new Dictionary();

  /** From now on these are searched. A server that is the same object as before is not read again. */
  update(servers: Iterable<SearchServer>): void {
    this.#parts = [...servers].map(partOf);
    this.#ready = undefined;
  }

  /** All tools, as long as the servers stay the same the same array. */
  get entries(): readonly Entry[] {
    this.#ready ??= this.#prepared();
    return this.#ready.vocabulary.entries;
  }

  /**
   * The tools for any of the queries, best first, those named exactly before all others; a few hundred at most. `only`
   * is the one server to be searched; `near` has for each query the tools that are near to it in meaning, if that is known.
   */
  search(queries: readonly string[], only?: string, near?: readonly (readonly Entry[])[]): Hit[] {
    this.#ready ??= this.#prepared();
    const { vocabulary, names } = this.#ready;
    const asked = queries.slice(0, maxQueries);
    const rankings = asked.map((query, index) => {
      const ranked = rank(query, vocabulary, only);
      return near === undefined ? ranked.map(({ entry }) => entry) : fuse(ranked, near[index]!);
    });
    const ranked = mergeRankings(rankings, byName);
    const named = new Set(names.find(asked).filter(({ server }) => only === undefined || server === only));
    const order = [...ranked.filter(entry => named.has(entry)), ...named, ...ranked];
    return [...new Set(order)].map(entry => ({ ...entry, exact: named.has(entry) }));
  }

  /** The best tools for a query by its words alone, with their scores. */
  ranked(query: string, only?: string): Ranked[] {
    this.#ready ??= this.#prepared();
    return rank(query, this.#ready.vocabulary, only);
  }

  #prepared() {
    const vocabulary = new Vocabulary(this.#parts, this.#dictionary);
    // What only servers said that are gone is forgotten at last.
    if (this.#dictionary.size > 2 * vocabulary.size) this.#dictionary = new Dictionary();
    return { vocabulary, names: new Names(this.#parts) };
  }
}

function partOf(server: SearchServer): Part {
  const part = parts.get(server) ?? createPart(server);
  parts.set(server, part);
  return part;
}
