import type { Cancellation } from '../cancellation.ts';
import { formatProblem, type ProxySettings, type ServerConfig } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { type Lease, OwnedPool } from '../pool/owned.ts';
import { publish } from '../telemetry/events.ts';
import type { RawListing, UpstreamStatus } from '../types.ts';
import { within } from '../within.ts';
import type { Connection } from './connection.ts';
import { Lister } from './lister.ts';
import { type HeaderParameter, headerParametersOf, paramHeaders } from './param-headers.ts';
import type { Way } from './ways.ts';

export interface UpstreamOptions {
  server: ServerConfig;
  proxy: ProxySettings;
  /** The way that worked last time. */
  remembered?: Way;
  onListing: (listing: RawListing, way: Way) => void;
}

/** The most clients that may hold a connection to one server. */
const maxOwners = 256;

/** An on-demand attempt to bring back a failed server may take this long before its failure is told. */
const secondChanceMs = 2_000;

/** To wait this long for the connection that lists now costs less than to start another beside it. */
const spareMs = 2_000;

/** One configured server: its listing, kept fresh, and for every client a connection of its own. */
export class Upstream {
  readonly server: ServerConfig;
  readonly #proxy: ProxySettings;
  readonly #lister: Lister;
  readonly #sessions: OwnedPool<Connection>;
  /** Of the tools last listed, those whose calls carry headers of their own. */
  #headerParameters = new Map<unknown, HeaderParameter[]>();

  constructor(options: UpstreamOptions) {
    const { server, remembered, onListing } = options;
    this.server = server;
    this.#proxy = options.proxy;
    const open = (way: Way | undefined, cancellation: Cancellation) => this.#open(way, cancellation);
    this.#lister = new Lister({
      server,
      remembered,
      onListing: (listing, way) => {
        this.#headerParameters = headerParametersOf(listing);
        onListing(listing, way);
      },
      open,
    });
    this.#sessions = new OwnedPool({ max: maxOwners, open: cancellation => this.#session(cancellation) });
  }

  get status(): UpstreamStatus {
    return this.#lister.status;
  }

  /** Whether the first attempt to list has ended, well or not. */
  get settled(): boolean {
    return this.#lister.settled;
  }

  /** Connects and lists in the background. */
  start(): void {
    if (this.server.problem !== undefined) this.#lister.refuse(formatProblem(this.server.problem));
    else void this.#lister.list();
  }

  /** Resolves when the first attempt to list, or the one under way, has ended; a failed server gets a second chance. */
  async listed(): Promise<void> {
    if (this.server.problem !== undefined) return;
    if (this.#lister.attempt !== undefined || !this.settled) return this.#lister.list();
    if (this.status.state !== 'failed') return;
    await within(secondChanceMs, this.#lister.list());
  }

  /** The connection of `owner`, opened now if it has none. Rejects with the reason why there is none. */
  acquire(owner: string, cancellation: Cancellation): Lease<Connection> | Promise<Lease<Connection>> {
    return this.#sessions.acquire(owner, cancellation);
  }

  /** The owner has gone. */
  leave(owner: string): Promise<void> {
    return this.#sessions.leave(owner);
  }

  /** Ends everything within twice `graceMs` and a second. */
  async close(graceMs?: number): Promise<void> {
    await Promise.all([this.#lister.close(graceMs), this.#sessions.close(graceMs)]);
  }

  /** A connection that nobody has used: of a process the lister's own, since starting another is what costs. */
  async #session(cancellation: Cancellation): Promise<Connection> {
    const spare = this.server.target?.type === 'stdio' ? await this.#spare() : undefined;
    const connection = spare ?? (await this.#open(this.#lister.way, cancellation));
    connection.onclose = undefined; // the next call finds it closed and opens another
    return connection;
  }

  async #spare(): Promise<Connection | undefined> {
    const listing = this.#lister.settled ? this.#lister.attempt : this.#lister.list();
    if (listing !== undefined) await within(spareMs, listing);
    return this.#lister.takeConnection();
  }

  async #open(remembered: Way | undefined, cancellation: Cancellation): Promise<Connection> {
    const { name, target, problem } = this.server;
    if (target === undefined)
      throw new McpxError('UPSTREAM_UNAVAILABLE', problem ? formatProblem(problem) : 'not configured');
    const started = performance.now();
    const { connect } = await import('./connect.ts'); // the SDK's client, which the first list does not need
    const connection = await connect({
      server: { ...this.server, target },
      proxy: this.#proxy,
      remembered,
      cancellation,
    });
    connection.onnotification = method => {
      if (method.endsWith('/list_changed')) this.#lister.refresh();
    };
    connection.headersFor = (tool, given) => {
      const parameters = this.#headerParameters.get(tool);
      return parameters && paramHeaders(parameters, given);
    };
    const { pid, protocolVersion } = connection;
    publish('connection.opened', { server: name, ms: performance.now() - started, protocolVersion, pid });
    return connection;
  }
}
