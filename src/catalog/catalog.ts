import type { ServerConfig } from '../config/types.ts';
import { publish } from '../telemetry/events.ts';
import type { RawListing } from '../types.ts';
import { type ChangedList, changedLists, repaired } from './listing.ts';
import { countTools, emptySnapshot, type Snapshot, withListing } from './snapshot.ts';

/** The listings of all upstreams. Readers take `snapshot` once and use that one to the end of their work. */
export class Catalog {
  /** Called after a new snapshot that shows something else of `server` than the one before. */
  onchange?: (server: string, lists: ChangedList[]) => void;
  readonly #servers: Map<string, ServerConfig>;
  #snapshot: Snapshot;

  constructor(servers: ServerConfig[]) {
    this.#servers = new Map(servers.map(server => [server.name, server]));
    this.#snapshot = emptySnapshot(this.#servers.keys());
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** What a server reported, or, with `fresh` false, what it reported in an earlier run. */
  adopt(name: string, raw: RawListing, fresh: boolean): void {
    const server = this.#servers.get(name);
    const known = this.#snapshot.servers.get(name);
    if (server === undefined || (!fresh && known?.listing !== undefined)) return; // never old over new
    const listing = repaired(raw);
    this.#snapshot = withListing(this.#snapshot, name, listing, server.tools, fresh);
    const changed = changedLists(known?.listing, listing);
    if (changed.length === 0) return;
    const { version, servers } = this.#snapshot;
    publish('catalog.changed', { version, servers: servers.size, tools: countTools(this.#snapshot) });
    this.onchange?.(name, changed);
  }
}
