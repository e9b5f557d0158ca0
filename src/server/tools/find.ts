import type { CatalogServer, Snapshot } from '../../catalog/snapshot.ts';
import type { Embeddings } from '../../embeddings/embeddings.ts';
import { type Hit, SearchIndex, type SearchServer } from '../../search/index.ts';
import { publish } from '../../telemetry/events.ts';
import type { View } from '../../view.ts';
import { foundText } from './found.ts';

/** What the words of `queries` find, as text: best first, in all servers or in one, at most `limit` tools. */
export async function find(
  gateway: View,
  queries: string[],
  server: string | undefined,
  limit: number | undefined,
): Promise<string> {
  const started = performance.now();
  const hits = await search(indexOf(gateway), gateway.embeddings, queries, server);
  publish('search.ended', { queries, found: hits.length, ms: performance.now() - started });
  if (hits.length === 0) return 'No tool found. Try other words, or inspect() for the servers there are.';
  return foundText(gateway, hits, limit);
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

/** The index of each gateway, and the snapshot that it has. */
const indexes = new WeakMap<View, { index: SearchIndex; snapshot?: Snapshot }>();

/** Brought up to date when it is asked: most snapshots are never searched. */
export function indexOf(gateway: View): SearchIndex {
  const known = indexes.get(gateway) ?? { index: new SearchIndex() };
  indexes.set(gateway, known);
  const { snapshot } = gateway;
  if (known.snapshot !== snapshot) {
    known.index.update([...snapshot.servers.values()].map(server => searchable(gateway, server)));
    known.snapshot = snapshot;
  }
  return known.index;
}

const searchables = new WeakMap<CatalogServer, SearchServer>();

/** The same object for the same server of the catalog, so that what has not changed is not read again. */
function searchable(gateway: View, server: CatalogServer): SearchServer {
  let known = searchables.get(server);
  if (known === undefined) {
    const { serverInfo, instructions } = server.listing ?? {};
    const about = [serverInfo?.title, instructions].filter(text => typeof text === 'string');
    const examples = gateway.configOf(server.name)?.tools.examples;
    known = { name: server.name, tools: server.forModel, about, examples };
    searchables.set(server, known);
  }
  return known;
}
