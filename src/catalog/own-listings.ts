import type { ServerConfig } from '../config/types.ts';
import type { Listing, RawListing } from '../types.ts';
import { type ChangedList, changedLists, repaired } from './listing.ts';
import { type Snapshot, withListing } from './snapshot.ts';

/** The most listings that are kept beside those of the catalog. */
const maxListings = 1_000;

/**
 * What servers list over the connections of single owners, where that is not what they list for everybody: a tool that
 * somebody has switched on in a process of its own is there for nobody else.
 */
export class OwnListings {
  readonly #servers: Pick<ReadonlyMap<string, ServerConfig>, 'get'>;
  readonly #owners = new Map<string, Map<string, Listing>>();
  readonly #snapshots = new Map<string, { base: Snapshot; own: Snapshot }>();

  constructor(servers: Pick<ReadonlyMap<string, ServerConfig>, 'get'>) {
    this.#servers = servers;
  }

  /** Whether `owner` sees anything that others do not, or the other way round. */
  has(owner: string): boolean {
    return this.#owners.has(owner);
  }

  /** `server` has listed over a connection of `owner`. Returns which lists are not what the owner saw before. */
  adopt(owner: string, server: string, raw: RawListing, base: Snapshot): ChangedList[] {
    const general = base.servers.get(server)?.listing;
    const before = this.#owners.get(owner)?.get(server) ?? general;
    const listing = repaired(raw);
    const changed = changedLists(before, listing);
    if (changed.length === 0) return changed;
    if (general !== undefined && changedLists(general, listing).length === 0) this.forget(owner, server);
    else this.#keep(owner, server, listing);
    return changed;
  }

  /** The connection of `owner` is gone, and with it what was special about it; without `server`, all of them. */
  forget(owner: string, server?: string): void {
    const own = this.#owners.get(owner);
    this.#snapshots.delete(owner);
    if (own === undefined) return;
    if (server !== undefined) own.delete(server);
    if (server === undefined || own.size === 0) this.#owners.delete(owner);
  }

  /** Another serves under the name `server`, or none. Returns whose own listings were of it. */
  forgetServer(server: string): string[] {
    const owners = [...this.#owners].flatMap(([owner, own]) => (own.has(server) ? [owner] : []));
    for (const owner of owners) this.forget(owner, server);
    return owners;
  }

  /** `base` as `owner` sees it. */
  over(base: Snapshot, owner: string): Snapshot {
    const own = this.#owners.get(owner);
    if (own === undefined) return base;
    const known = this.#snapshots.get(owner);
    if (known?.base === base) return known.own;
    let snapshot = base;
    for (const [name, listing] of own) {
      const server = this.#servers.get(name);
      if (server !== undefined) snapshot = withListing(snapshot, name, listing, server.tools, true);
    }
    this.#snapshots.set(owner, { base, own: snapshot });
    return snapshot;
  }

  #keep(owner: string, server: string, listing: Listing): void {
    const own = this.#owners.get(owner) ?? new Map<string, Listing>();
    if (!own.has(server) && this.#size >= maxListings) return;
    own.set(server, listing);
    this.#owners.set(owner, own);
    this.#snapshots.delete(owner);
  }

  get #size(): number {
    let size = 0;
    for (const own of this.#owners.values()) size += own.size;
    return size;
  }
}
