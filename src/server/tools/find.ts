import type { Shown } from '../../call/learned/learned.ts';
import type { Lessons, ServerLessons } from '../../call/learned/lessons.ts';
import type { CatalogServer, Snapshot } from '../../catalog/snapshot.ts';
import type { Embeddings } from '../../embeddings/embeddings.ts';
import { type Hit, SearchIndex, type SearchServer } from '../../search/index.ts';
import { publish } from '../../telemetry/events.ts';
import type { CallContext } from '../../types.ts';
import type { View } from '../../view.ts';
import { defaultFound, foundText } from './found.ts';

/** What a model is told where nothing is found. */
export const nothingFound = 'No tool found. Try other words, or inspect() for the servers there are.';

/** What is looked for: in all servers or in one, at most `limit` tools. */
interface Wanted {
  queries: string[];
  server?: string;
  limit?: number;
}

/** What the words of the queries find, as text, best first. */
export async function find(
  gateway: View,
  { queries, server, limit }: Wanted,
  context: CallContext,
): Promise<string> {
  const started = performance.now();
  const { learned, embeddings } = gateway;
  const index = indexOf(gateway, await learned?.of(context.principal));
  const hits = await search(index, embeddings, queries, server);
  publish('search.ended', { queries, found: hits.length, ms: performance.now() - started });
  if (hits.length === 0) return nothingFound;
  learned?.searched(
    context,
    foundBy(queries, query => (queries.length === 1 ? hits : index.search([query], server))),
  );
  return foundText(gateway, hits, limit);
}

/** What each query has found of what is shown. */
function foundBy(queries: string[], hitsOf: (query: string) => Hit[]): Shown[] {
  return queries.map(query => ({ query, tools: hitsOf(query).slice(0, defaultFound) }));
}

/** By words, and by meaning too where that is known in time. */
export async function search(
  index: SearchIndex,
  embeddings: Embeddings | undefined,
  queries: string[],
  server?: string,
): Promise<Hit[]> {
  if (embeddings === undefined) return index.search(queries, server);
  const { entries } = index;
  const searched = server === undefined ? entries : entries.filter(entry => entry.server === server);
  const near = await embeddings.near(queries, searched);
  // What was near in a catalog that has changed meanwhile may be gone.
  return index.search(queries, server, index.entries === entries ? near : undefined);
}

/** An index and what it was made of. */
interface Indexed {
  index: SearchIndex;
  snapshot?: Snapshot;
  taught?: number;
}

/** For each gateway its index, by the gateway itself, and those of whoever has taught it something, by the lessons. */
const indexes = new WeakMap<View, WeakMap<View | Lessons, Indexed>>();

/** Brought up to date when it is asked: most snapshots are never searched. */
export function indexOf(gateway: View, lessons?: Lessons): SearchIndex {
  const all = indexes.get(gateway) ?? new WeakMap<View | Lessons, Indexed>();
  indexes.set(gateway, all);
  const known = all.get(lessons ?? gateway) ?? { index: new SearchIndex() };
  all.set(lessons ?? gateway, known);
  const { snapshot } = gateway;
  if (known.snapshot !== snapshot || known.taught !== lessons?.version) {
    known.index.update([...snapshot.servers.values()].map(server => searchable(gateway, server, lessons)));
    known.snapshot = snapshot;
    known.taught = lessons?.version;
  }
  return known.index;
}

const searchables = new WeakMap<CatalogServer, SearchServer>();
const taughtOnes = new WeakMap<ServerLessons, SearchServer>();

/** The same object for the same server of the catalog, so that what has not changed is not read again. */
function searchable(gateway: View, server: CatalogServer, lessons?: Lessons): SearchServer {
  const plain = searchables.get(server) ?? untaught(gateway, server);
  searchables.set(server, plain);
  const taught = lessons?.of(server.name) ?? {};
  if (Object.keys(taught).length === 0) return plain;
  const known = taughtOnes.get(taught);
  if (known !== undefined && known.tools === plain.tools) return known;
  const examples = new Map(Object.entries(plain.examples ?? {}));
  for (const [tool, queries] of Object.entries(taught))
    examples.set(tool, [...(examples.get(tool) ?? []), ...queries]);
  const one = { ...plain, examples: Object.fromEntries(examples) };
  taughtOnes.set(taught, one);
  return one;
}

function untaught(gateway: View, { name, listing, forModel }: CatalogServer): SearchServer {
  const { serverInfo, instructions } = listing ?? {};
  const about = [serverInfo?.title, instructions].filter(text => typeof text === 'string');
  return { name, tools: forModel, about, examples: gateway.configOf(name)?.tools.examples };
}
