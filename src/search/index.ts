import { mergeRankings } from './merge.ts';
import { byName, createPart, type Entry, nameToken, type Part, type SearchServer } from './part.ts';
import { rank } from './rank.ts';
import { Vocabulary } from './vocabulary.ts';

export type { SearchServer } from './part.ts';

/** A tool that was found. */
export interface Hit extends Entry {
  /** Whether a query was its name. */
  exact: boolean;
}

const maxQueries = 20;

/** Finds tools by words. What it answers depends on nothing but the servers it has and the queries. */
export class SearchIndex {
  readonly #parts = new Map<SearchServer, Part>();
  readonly #vocabulary = new Vocabulary();

  /** From now on these are searched. A server that is the same object as before costs nothing. */
  update(servers: Iterable<SearchServer>): void {
    const wanted = new Set(servers);
    for (const [server, part] of this.#parts) {
      if (wanted.has(server)) continue;
      this.#vocabulary.remove(part);
      this.#parts.delete(server);
    }
    for (const server of wanted) {
      if (this.#parts.has(server)) continue;
      const { part, documents } = createPart(server);
      this.#vocabulary.add(part, documents);
      this.#parts.set(server, part);
    }
    this.#vocabulary.number();
  }

  /**
   * The tools for any of the queries, best first, those named exactly before all others; a few hundred at most. `only`
   * is the one server to be searched.
   */
  search(queries: readonly string[], only?: string): Hit[] {
    const asked = queries.slice(0, maxQueries);
    const ranked = mergeRankings(
      asked.map(query => rank(query, this.#vocabulary, only)),
      byName,
    );
    const named = this.#named(asked, only);
    const order = [...ranked.filter(entry => named.has(entry)), ...named, ...ranked];
    return [...new Set(order)].map(entry => ({ ...entry, exact: named.has(entry) }));
  }

  /** The tools that have a query as their name, in the order of their names. */
  #named(queries: readonly string[], only: string | undefined): Set<Entry> {
    const slots = queries.flatMap(query => [...(this.#vocabulary.posting(nameToken(query))?.slots ?? [])]);
    const entries = slots.map(slot => this.#vocabulary.slots[slot]!.entry!);
    return new Set(entries.filter(({ server }) => only === undefined || server === only).sort(byName));
  }
}
