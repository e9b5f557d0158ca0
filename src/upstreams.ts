import { isDeepStrictEqual } from 'node:util';
import { sameConnection } from './config/diff.ts';
import type { ProxySettings, ServerConfig } from './config/types.ts';
import type { RawListing } from './types.ts';
import type { Audience, Watchers } from './upstream/audience.ts';
import type { OpenStore } from './upstream/logins.ts';
import { Upstream } from './upstream/upstream.ts';
import type { Way } from './upstream/ways.ts';
import { within } from './within.ts';

/** What a server listed last and how it was reached. `fresh`: in this run. */
export interface Heard {
  listing: RawListing;
  way?: Way;
  fresh: boolean;
}

export interface UpstreamsOptions {
  proxy: ProxySettings;
  audience: Audience;
  watchers: Watchers;
  logins: OpenStore;
  /** From now on another upstream serves under this name; `heard` is all that is known of its listing. */
  onServe: (server: ServerConfig, heard: Heard | undefined) => void;
  /** What serves has listed. */
  onListing: (server: ServerConfig, listing: RawListing, way: Way) => void;
  /** What it lists over the connection of an owner is something else, or no more. */
  onOwnListing: (owner: string, name: string, listing: RawListing | undefined) => void;
  onListChanged: (name: string) => void;
}

/**
 * The upstreams of a gateway by name: one that serves, perhaps one that has been started to take its place, and those
 * that finish what they have begun.
 */
export class Upstreams {
  readonly #options: UpstreamsOptions;
  readonly #serving = new Map<string, Upstream>();
  readonly #next = new Map<string, Upstream>();
  readonly #leaving = new Set<Upstream>();
  /** What is known of listings of upstreams that do not serve yet. */
  readonly #heard = new WeakMap<Upstream, Heard>();
  #started = false;

  constructor(options: UpstreamsOptions) {
    this.#options = options;
  }

  /** The one that serves. */
  get(name: string): Upstream | undefined {
    return this.#serving.get(name);
  }

  /** Whether the first attempt of each to list has ended, and none waits to take another's place. */
  get settled(): boolean {
    return this.#next.size === 0 && [...this.#serving.values()].every(({ settled }) => settled);
  }

  /** Begins to connect to every server. */
  start(): void {
    this.#started = true;
    for (const upstream of this.#serving.values()) upstream.start();
  }

  /**
   * From now on these are the servers; `heard` is what is known of listings. One that is reached as before keeps its
   * connections. One that is not is started beside the one that serves, takes its place when it has listed or could
   * not, and the other one gets `drainMs` to finish its calls. Resolves when all have taken their places.
   */
  async adopt(
    servers: ServerConfig[],
    heard: ReadonlyMap<string, Heard | undefined>,
    drainMs: number,
  ): Promise<void> {
    const wanted = new Set(servers.map(({ name }) => name));
    for (const name of this.#serving.keys()) if (!wanted.has(name)) this.#remove(name, drainMs);
    await Promise.all(servers.map(server => this.#place(server, heard.get(server.name), drainMs)));
  }

  /**
   * Starts `name` anew beside what serves, which gets `drainMs` to finish its calls. Resolves when the new one has taken
   * its place, or when something else has been decided meanwhile.
   */
  async restart(name: string, heard: Heard | undefined, drainMs: number): Promise<void> {
    const serving = this.#serving.get(name);
    if (serving === undefined) return;
    this.#giveUp(name);
    const upstream = this.#made(serving.server, heard);
    this.#next.set(name, upstream);
    if (this.#started) upstream.start();
    await this.#swap(name, drainMs);
  }

  /** The owner says something to the servers that it has connections to. */
  tell(owner: string, method: string): void {
    for (const upstream of this.#serving.values()) upstream.tell(owner, method);
  }

  /** The owner has gone. */
  async leave(owner: string): Promise<void> {
    await Promise.all([...this.#serving.values(), ...this.#leaving].map(upstream => upstream.leave(owner)));
  }

  /** Ends all of them. */
  async close(graceMs?: number): Promise<void> {
    const all = [...this.#serving.values(), ...this.#next.values(), ...this.#leaving];
    this.#next.clear();
    await Promise.all(all.map(upstream => upstream.close(graceMs)));
  }

  /** Resolves when `server` serves. */
  async #place(server: ServerConfig, heard: Heard | undefined, drainMs: number): Promise<void> {
    const { name } = server;
    const [serving, next] = [this.#serving.get(name), this.#next.get(name)];
    if (serving === undefined) return this.#serve(this.#made(server, heard));
    if (sameConnection(serving.server, server)) {
      this.#giveUp(name);
      adjust(serving, server);
    } else if (next !== undefined && sameConnection(next.server, server)) adjust(next, server);
    else {
      this.#giveUp(name);
      const upstream = this.#made(server, heard);
      this.#next.set(name, upstream);
      if (this.#started) upstream.start();
    }
    await this.#swap(name, drainMs);
  }

  /** Puts what waits to take the place of `name` there, as soon as it has listed or its time is over. */
  async #swap(name: string, drainMs: number): Promise<void> {
    const next = this.#next.get(name);
    if (next === undefined) return;
    if (this.#started) await within(next.server.connectTimeoutMs, next.listed());
    if (this.#next.get(name) !== next) return; // a newer one, or none any more
    const old = this.#serving.get(name);
    this.#next.delete(name);
    this.#serve(next);
    if (old !== undefined) this.#drain(old, drainMs, true);
  }

  #serve(upstream: Upstream): void {
    const { server } = upstream;
    this.#serving.set(server.name, upstream);
    this.#options.onServe(server, this.#heard.get(upstream));
    if (this.#started && !upstream.settled) upstream.start();
  }

  #remove(name: string, drainMs: number): void {
    const upstream = this.#serving.get(name);
    this.#giveUp(name);
    this.#serving.delete(name);
    if (upstream !== undefined) this.#drain(upstream, drainMs, false);
  }

  /** What was to take the place of `name` will not. */
  #giveUp(name: string): void {
    const next = this.#next.get(name);
    this.#next.delete(name);
    if (next !== undefined) this.#drain(next, 0, true);
  }

  #drain(upstream: Upstream, ms: number, replaced: boolean): void {
    this.#leaving.add(upstream);
    void upstream.drain(ms, replaced).finally(() => this.#leaving.delete(upstream));
  }

  #made(server: ServerConfig, heard: Heard | undefined): Upstream {
    const { proxy, audience, watchers, logins, onListing, onOwnListing, onListChanged } = this.#options;
    const { name } = server;
    const serves = () => this.#serving.get(name) === upstream;
    const upstream: Upstream = new Upstream({
      server,
      proxy,
      audience,
      watchers,
      logins,
      remembered: heard?.way,
      onListing: (listing, way) => {
        if (serves()) onListing(upstream.server, listing, way);
        else this.#heard.set(upstream, { listing, way, fresh: true });
      },
      onOwnListing: (owner, listing) => serves() && onOwnListing(owner, name, listing),
      onListChanged: () => serves() && onListChanged(name),
    });
    if (heard !== undefined) this.#heard.set(upstream, heard);
    return upstream;
  }
}

function adjust(upstream: Upstream, server: ServerConfig): void {
  if (!isDeepStrictEqual(upstream.server, server)) upstream.adjust(server);
}
