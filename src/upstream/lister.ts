import { Cancellation } from '../cancellation.ts';
import type { ServerConfig } from '../config/types.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import { Backoff } from '../pool/backoff.ts';
import { publish } from '../telemetry/events.ts';
import type { RawListing, UpstreamState, UpstreamStatus } from '../types.ts';
import type { Connection } from './connection.ts';
import { asUnavailable, stderrOf } from './failures.ts';
import { list } from './list.ts';
import { Throttle } from './throttle.ts';
import type { Way } from './ways.ts';

export interface ListerOptions {
  server: ServerConfig;
  /** Opens a connection by the way that worked last time, if any. */
  open: (remembered: Way | undefined, cancellation: Cancellation) => Promise<Connection>;
  remembered?: Way;
  /** A new listing, and the way it was reached. */
  onListing: (listing: RawListing, way: Way) => void;
  /** Whether somebody wants to hear at once of what changes on this connection. */
  wanted?: (connection: Connection) => boolean;
  /** The shortest time between two listings that nobody has asked for, in milliseconds; 30 s when left out. */
  restMs?: number;
}

/** A server that was well for this long is in no crash loop. */
const healthyMs = 10_000;

/** A server that asks to be left alone is left alone no longer than this, in milliseconds. */
const longestPauseMs = 600_000;

/** A listing that is good for a time is taken again after that, but neither sooner nor later than this, in milliseconds. */
const shortestRestMs = 30_000;
const longestRestMs = 3_600_000;

/**
 * Keeps one upstream's listing fresh over a connection of the gateway's own, which is closed when it has been idle.
 * States: idle → connecting → ready → degraded (lost, coming back) | failed (does not come) | needs_auth → closed.
 */
export class Lister {
  readonly #options: ListerOptions;
  readonly #backoff = new Backoff();
  readonly #refresh = new Throttle(() => void this.list(), 100, 1_000);
  readonly #cancellation = new Cancellation();
  #status: UpstreamStatus = { state: 'idle', since: Date.now(), stderr: [] };
  #remembered?: Way;
  /** False while the era is only what an earlier run found. */
  #eraKnown: boolean;
  #connection?: Connection;
  /** When it last listed, on the clock of `performance`; undefined once something has gone wrong. */
  #wellSince?: number;
  #attempt?: Promise<void>;
  #retry?: NodeJS.Timeout;
  #idle?: NodeJS.Timeout;
  #stale?: NodeJS.Timeout;
  /** Whether somebody wants the listing that is being taken; one that is only taken again is no use of the connection. */
  #wanted = false;
  /** When the last listing that somebody wanted was there, on the clock of `performance`. */
  #idleSince = 0;
  /** Whether the first attempt has ended, well or not. */
  settled = false;

  constructor(options: ListerOptions) {
    this.#options = options;
    this.#remembered = options.remembered;
    this.#eraKnown = options.remembered === undefined;
  }

  get status(): UpstreamStatus {
    return this.#connection ? { ...this.#status, stderr: this.#connection.stderr } : this.#status;
  }

  /** The way that works, for those who open connections of their own. */
  get way(): Way | undefined {
    return this.#remembered;
  }

  /** An attempt to list, shared by all who ask while it runs. Resolves when it has ended, well or not. */
  list(): Promise<void> {
    this.#wanted = true;
    return this.#list();
  }

  #list(): Promise<void> {
    if (this.#cancellation.reason !== undefined) return Promise.resolve();
    this.#attempt ??= this.#tryList().finally(() => {
      this.#attempt = undefined;
      this.settled = true;
    });
    return this.#attempt;
  }

  /** The attempt under way, if any. */
  get attempt(): Promise<void> | undefined {
    return this.#attempt;
  }

  /** The connection, while it is not being used to list. */
  get connection(): Connection | undefined {
    return this.#attempt === undefined && this.#connection?.closed === false ? this.#connection : undefined;
  }

  /** Lists again soon: at most once a second, however often this is called. */
  refresh(): void {
    this.#refresh.request();
  }

  /** Hands over the connection: nobody but us has used it, and we shall open another when we need one. */
  takeConnection(): Connection | undefined {
    const { connection } = this;
    if (connection === undefined || connection.isWatching) return undefined;
    this.#release();
    return connection;
  }

  /** What was listed well does not work well: it is listed again in `retryInMs`. */
  doubt(reason: string, retryInMs: number): void {
    if (this.#status.state !== 'ready' && this.#status.state !== 'idle') return; // then it is being tried anyway
    this.#set('degraded', { reason });
    this.#retryIn(retryInMs);
  }

  /** Nothing works here before somebody logs in. An attempt under way finds that out by itself. */
  suspend({ message, help }: McpxError): void {
    if (this.#attempt !== undefined) return;
    clearTimeout(this.#retry);
    this.#set('needs_auth', { reason: message, help });
  }

  /** Marks the server as unusable without trying. */
  refuse(reason: string): void {
    this.settled = true;
    this.#set('failed', { reason, help: 'Correct the configuration at the place named.' });
  }

  /** `quietly`: nobody is told, since another has taken its place. */
  async close(graceMs?: number, quietly = false): Promise<void> {
    this.#cancellation.cancel(new McpxError('SHUTTING_DOWN', 'the gateway is stopping'));
    this.#refresh.stop();
    clearTimeout(this.#retry);
    const connection = this.#connection;
    this.#release();
    if (quietly) this.#status = { state: 'closed', since: Date.now(), stderr: [] };
    else this.#set('closed');
    await Promise.all([connection?.close(graceMs), this.#attempt]);
  }

  async #tryList(): Promise<void> {
    clearTimeout(this.#retry);
    clearTimeout(this.#idle);
    clearTimeout(this.#stale);
    const { server } = this.#options;
    const started = performance.now();
    try {
      const connection = await this.#connect();
      const { listing, ttlMs } = await list(connection, server.connectTimeoutMs, this.#eraKnown);
      this.#cancellation.throwIfCancelled();
      this.#remembered = connection.way;
      this.#eraKnown = true;
      this.#wellSince ??= performance.now();
      this.#set('ready');
      const ms = performance.now() - started;
      publish('upstream.listed', {
        server: server.name,
        tools: listing.tools.length,
        ms,
        warnings: listing.warnings,
      });
      this.#options.onListing(listing, connection.way);
      this.#closeWhenIdle();
      if (ttlMs !== undefined) this.#listAgainAfter(ttlMs);
    } catch (thrown) {
      await this.#failed(asMcpxError(thrown));
    }
  }

  async #connect(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection;
    const { state, reason, help, stderr } = this.#status; // what went wrong before is why it is tried again
    if (state !== 'ready') this.#set('connecting', { reason, help, stderr });
    const connection = await this.#options.open(this.#remembered, this.#cancellation);
    if (this.#cancellation.reason !== undefined) {
      await connection.close();
      throw this.#cancellation.reason;
    }
    this.#connection = connection;
    connection.onclose = reason => this.#lost(connection, reason);
    connection.onresumed = () => this.refresh();
    await connection.subscribe(this.#options.server.connectTimeoutMs).catch(() => {}); // then it cannot tell us of changes
    return connection;
  }

  /** Unexpected: whoever closes the connection on purpose has released it before. */
  #lost(connection: Connection, reason: McpxError): void {
    if (this.#connection !== connection) return;
    this.#release();
    if (this.#attempt !== undefined) return; // the attempt fails by itself
    this.#set('degraded', { reason: reason.message, stderr: stderrOf(reason) });
    this.#retryLater();
  }

  async #failed(error: McpxError): Promise<void> {
    const connection = this.#connection;
    const stderr = connection?.stderr ?? stderrOf(error);
    this.#release();
    await connection?.close();
    if (this.#cancellation.reason !== undefined) return;
    const wasModern = this.#remembered?.mode.kind === 'modern';
    this.#remembered = undefined; // what worked once may be what fails now
    this.#eraKnown = true;
    const needsAuth = error.code === 'UPSTREAM_NEEDS_AUTH';
    // A remembered 2026 server is asked nothing before it is to list: it may be an older one by now.
    if (wasModern && !needsAuth) return this.#tryList();
    const { message: reason, help } = asUnavailable(error);
    this.#set(needsAuth ? 'needs_auth' : 'failed', { reason, help, stderr });
    if (!needsAuth) this.#retryLater(pauseOf(error));
  }

  /** Not before `pauseMs`, which the server asked for. */
  #retryLater(pauseMs = 0): void {
    if (this.#wellSince !== undefined && performance.now() - this.#wellSince > healthyMs)
      this.#backoff.reset();
    this.#wellSince = undefined;
    this.#retryIn(Math.max(this.#backoff.next(), Math.min(pauseMs, longestPauseMs)));
  }

  #retryIn(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.list(), ms).unref();
  }

  /** Of a server that does not tell of changes, while the connection is open. Not all at one time, as SEP-2549 demands. */
  #listAgainAfter(ttlMs: number): void {
    const { restMs = shortestRestMs } = this.#options;
    const wait = Math.min(Math.max(ttlMs, restMs), longestRestMs);
    this.#stale = setTimeout(() => void this.#list(), wait * (1 + Math.random() / 10)).unref();
  }

  #closeWhenIdle(): void {
    if (this.#wanted) this.#idleSince = performance.now();
    this.#wanted = false;
    const idleMs = performance.now() - this.#idleSince;
    const { idleMs: most } = this.#options.server.pool;
    this.#idle = setTimeout(() => this.#closeIfUnwanted(), most - idleMs).unref();
  }

  #closeIfUnwanted(): void {
    const { connection } = this;
    if (connection === undefined) return; // whatever is under way comes here again
    if (this.#options.wanted?.(connection) === true || this.takeConnection() === undefined) {
      this.#idle = setTimeout(() => this.#closeIfUnwanted(), this.#options.server.pool.idleMs).unref();
      return;
    }
    this.#set('idle');
    void connection.close();
  }

  #release(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#stale);
    this.#connection = undefined;
  }

  #set(state: UpstreamState, detail: Partial<UpstreamStatus> = {}): void {
    const { state: before, reason } = this.#status;
    if (before === 'closed' || (before === state && reason === detail.reason)) return;
    this.#status = { stderr: [], ...detail, state, since: Date.now() };
    publish('upstream.state', { server: this.#options.server.name, status: this.#status });
  }
}

function pauseOf({ code, data }: McpxError): number {
  return code === 'UPSTREAM_BUSY' ? (data as { retryAfterMs: number }).retryAfterMs : 0;
}
