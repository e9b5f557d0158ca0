import { isDeepStrictEqual } from 'node:util';
import type { ServerConfig } from '../config/types.ts';
import { publish } from '../telemetry/events.ts';
import type { RawListing } from '../types.ts';
import { type ChangedList, changedLists, repaired } from './listing.ts';
import {
  type CatalogServer,
  countTools,
  emptySnapshot,
  type Snapshot,
  withListing,
  withServers,
} from './snapshot.ts';

/** The listings of all upstreams. Readers take `snapshot` once and use that one to the end of their work. */
export class Catalog {
  /** Called after a new snapshot that shows something else of `server` than the one before. */
  onchange?: (server: string, lists: ChangedList[]) => void;
  #servers: Map<string, ServerConfig>;
  #snapshot: Snapshot;

  constructor(servers: ServerConfig[]) {
    this.#servers = new Map(servers.map(server => [server.name, server]));
    this.#snapshot = emptySnapshot(this.#servers.keys());
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** From now on these are the servers, in this order. Those that were there keep what they have listed. */
  configure(servers: ServerConfig[]): void {
    const before = this.#snapshot;
    const isSame = ({ name, tools }: ServerConfig) =>
      isDeepStrictEqual(shownBy(tools), shownBy(this.#servers.get(name)?.tools));
    const entries = servers.map(server => ({ ...server, same: isSame(server) }));
    this.#servers = new Map(servers.map(server => [server.name, server]));
    this.#snapshot = withServers(before, entries);
    const { servers: now } = this.#snapshot;
    for (const name of new Set([...before.servers.keys(), ...now.keys()])) {
      this.#tell(name, changedBetween(before.servers.get(name), now.get(name)));
    }
  }

  /** What a server reported, or, with `fresh` false, what it reported in an earlier run; undefined: nothing yet. */
  adopt(name: string, raw: RawListing | undefined, fresh: boolean): void {
    const server = this.#servers.get(name);
    const known = this.#snapshot.servers.get(name)?.listing;
    if (server === undefined) return;
    const listing = raw && repaired(raw);
    this.#snapshot = withListing(this.#snapshot, name, listing, server.tools, fresh);
    this.#tell(name, changedLists(known, listing));
  }

  #tell(name: string, lists: ChangedList[]): void {
    if (lists.length === 0) return;
    const { version, servers } = this.#snapshot;
    publish('catalog.changed', { version, servers: servers.size, tools: countTools(this.#snapshot) });
    this.onchange?.(name, lists);
  }
}

/** The settings that say how the catalog shows a server. */
function shownBy(tools: ServerConfig['tools'] | undefined) {
  return tools && [tools.allow, tools.deny, tools.examples];
}

/** What is new of a server that has come, or gone, or shows other tools. */
function changedBetween(before: CatalogServer | undefined, now: CatalogServer | undefined): ChangedList[] {
  const lists = changedLists(before?.listing, now?.listing);
  const names = (server: CatalogServer | undefined) => server && [...server.tools.keys()];
  if (!lists.includes('tools') && !isDeepStrictEqual(names(before), names(now))) lists.push('tools');
  return lists;
}
