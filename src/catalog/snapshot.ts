import type { Listing, Tool } from '../types.ts';
import { isForModel } from './interface-of.ts';

/** One server in the catalog. */
export interface CatalogServer {
  readonly name: string;
  /** Absent until the server has listed, now or in an earlier run. */
  readonly listing?: Listing;
  /** The tools that may be seen and called, by name, in the server's order. */
  readonly tools: ReadonlyMap<string, Tool>;
  /** Those of them that are to be shown to a model. */
  readonly forModel: ReadonlyMap<string, Tool>;
  /** False while the listing is that of an earlier run and the server has not confirmed it. */
  readonly fresh: boolean;
}

/** All listings at one moment. Never changed: a new one takes its place. */
export interface Snapshot {
  /** Grows by one with each snapshot. */
  readonly version: number;
  /** In the order of the configuration. */
  readonly servers: ReadonlyMap<string, CatalogServer>;
}

/** Which tools of a server may be seen: `deny` wins over `allow`; no `allow` means all. */
export interface Visibility {
  allow?: string[];
  deny: string[];
}

export function emptySnapshot(names: Iterable<string>): Snapshot {
  const servers = new Map<string, CatalogServer>();
  for (const name of names) servers.set(name, { name, ...shown(undefined, { deny: [] }), fresh: false });
  return { version: 0, servers };
}

/** The snapshot that follows `before`, with one server's listing replaced. */
export function withListing(
  before: Snapshot,
  name: string,
  listing: Listing | undefined,
  visibility: Visibility,
  fresh: boolean,
): Snapshot {
  const servers = new Map(before.servers);
  servers.set(name, { name, listing, ...shown(listing, visibility), fresh });
  return { version: before.version + 1, servers };
}

/** The snapshot that follows `before`, with these servers; those that are `same` stay the same objects. */
export function withServers(
  before: Snapshot,
  entries: { name: string; tools: Visibility; same: boolean }[],
): Snapshot {
  const servers = new Map<string, CatalogServer>();
  for (const { name, tools: visibility, same } of entries) {
    const { listing, fresh = false } = before.servers.get(name) ?? {};
    const known = same ? before.servers.get(name) : undefined;
    servers.set(name, known ?? { name, listing, ...shown(listing, visibility), fresh });
  }
  return { version: before.version + 1, servers };
}

export function countTools(snapshot: Snapshot, of: 'tools' | 'forModel' = 'tools'): number {
  let count = 0;
  for (const server of snapshot.servers.values()) count += server[of].size;
  return count;
}

function shown(
  listing: Listing | undefined,
  visibility: Visibility,
): Pick<CatalogServer, 'tools' | 'forModel'> {
  const all = (listing?.tools ?? []).filter(({ name }) => visible(name, visibility));
  const byName = (tools: Tool[]) => new Map(tools.map(tool => [tool.name, tool]));
  const tools = byName(all);
  const offered = all.filter(({ _meta: meta }) => isForModel(meta));
  return { tools, forModel: offered.length === all.length ? tools : byName(offered) };
}

function visible(tool: string, { allow, deny }: Visibility): boolean {
  return !deny.includes(tool) && (allow === undefined || allow.includes(tool));
}
