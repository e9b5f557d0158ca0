import type { Cancellation } from '../cancellation.ts';
import { formatProblem, type Isolation, type ProxySettings, type ServerConfig } from '../config/types.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import { Gate } from '../pool/gate.ts';
import type { Lease, Usage } from '../pool/member.ts';
import type { Order, PoolCounters, PoolLimits, PoolOptions } from '../pool/options.ts';
import { type HeaderParameter, headerParametersOf, paramHeaders } from '../rpc/param-headers.ts';
import { publish } from '../telemetry/events.ts';
import {
  type JsonObject,
  type LoginReport,
  localPrincipal,
  type Principal,
  type RawListing,
  type RawResponse,
  type UpstreamStatus,
} from '../types.ts';
import { within } from '../within.ts';
import { type Audience, nobody, type Watchers } from './audience.ts';
import type { Login } from './auth/login.ts';
import { Checks } from './checks.ts';
import type { Connection } from './connection.ts';
import { Health, type HealthReport } from './health.ts';
import { Lister } from './lister.ts';
import { Logins, type OpenStore } from './logins.ts';
import { groupMemoryMb } from './memory.ts';
import { OwnLists } from './own-lists.ts';
import { Pools } from './pools.ts';
import type { Way } from './ways.ts';

export interface UpstreamOptions {
  server: ServerConfig;
  proxy: ProxySettings;
  /** The way that worked last time. */
  remembered?: Way;
  onListing: (listing: RawListing, way: Way) => void;
  /** What the server lists over the connection of `owner`, once it has said that this has changed; undefined at its end. */
  onOwnListing?: (owner: string, listing: RawListing | undefined) => void;
  /** The server says that what it lists has changed. */
  onListChanged?: () => void;
  /** Nobody when left out. */
  audience?: Audience;
  watchers?: Watchers;
  /** Where logins are kept; in memory when left out. */
  logins?: OpenStore;
}

/** How an upstream is, and what is being done with it. */
export interface UpstreamReport extends UpstreamStatus {
  health: HealthReport;
  pool: PoolCounters;
  calls: { running: number; waiting: number };
  /** Of those who have logged in, or have tried to. */
  logins: LoginReport[];
}

const sharing = { call: 'once', client: 'owner', shared: 'all' } as const satisfies Record<Isolation, string>;

/** An on-demand attempt to bring back a failed server may take this long before its failure is told. */
const secondChanceMs = 2_000;

/** There is no other on-demand attempt for so long, in milliseconds: whoever asks again and again must not start as often. */
const chanceRestMs = 5_000;

/** To wait this long for the connection that lists now costs less than to start another beside it. */
const spareMs = 2_000;

/** What waits for a connection outlives the attempt to open it by this much, to hear why it failed. */
const lastWordMs = 1_000;

/** A connection that nobody has used for this long is asked whether it works before somebody's call depends on it. */
const pauseMs = 60_000;

/** A process that has served its one call gets this long to leave by itself. */
const usedGraceMs = 500;

/** Who waits goes first, then what lists, then what is made ahead of need. */
const rank = { awaited: 0, background: 1, ahead: 2 };

/** One configured server: its listing, kept fresh, the connections to it, and how it is. */
export class Upstream {
  #server: ServerConfig;
  /** How many calls may run. */
  readonly gate: Gate;
  readonly #proxy: ProxySettings;
  readonly #onListChanged?: () => void;
  readonly #lister: Lister;
  readonly #pools: Pools;
  readonly #logins: Logins;
  /** Whose login is refused, and why: nothing is opened ahead for them. */
  readonly #refused = new Map<Principal, McpxError>();
  readonly #health: Health;
  #checks: Checks;
  /** Of the tools last listed, those whose calls carry headers of their own. */
  #headerParameters = new Map<unknown, HeaderParameter[]>();
  /** Whether somebody waits for the listing. */
  #listingAwaited = false;
  /** When a failed server was last tried because somebody asked, on the clock of `performance`. */
  #lastChanceAt = Number.NEGATIVE_INFINITY;
  /** Whether a call waits for the connection that lists. */
  #spareClaimed = false;
  readonly #audience: Audience;
  readonly #watchers?: Watchers;
  readonly #ownLists: OwnLists;
  /** What the latest owner can be asked: the next one probably can as well. */
  #capabilities: JsonObject = {};

  constructor(options: UpstreamOptions) {
    const { server, remembered, onListing } = options;
    this.#server = server;
    this.#proxy = options.proxy;
    this.#audience = options.audience ?? nobody;
    this.#watchers = options.watchers;
    this.#ownLists = new OwnLists(server.connectTimeoutMs, options.onOwnListing);
    this.#onListChanged = options.onListChanged;
    this.gate = new Gate(gateOf(server));
    this.#health = new Health({
      threshold: server.health.threshold,
      onopen: (reason, retryInMs) => this.#lister.doubt(reason, retryInMs),
      onclose: by => by !== 'listing' && this.#lister.refresh(),
      onchange: (state, failures, reason) =>
        publish('breaker.changed', { server: server.name, state, failures, reason }),
    });
    const configured = () => this.#server;
    this.#lister = new Lister({
      get server() {
        return configured();
      },
      remembered,
      onListing: (listing, way) => {
        this.#health.heard('listing');
        this.#headerParameters = headerParametersOf(listing);
        onListing(listing, way);
        this.#pools.keep(localPrincipal);
      },
      wanted: connection => this.#isHeard(connection),
      open: (way, cancellation) =>
        this.#open(way, cancellation, () => (this.#listingAwaited ? rank.awaited : rank.background)),
    });
    this.#logins = new Logins({
      server: server.name,
      target: server.target,
      proxy: options.proxy,
      store: options.logins ?? openNowhere,
      onrefused: (principal, error) => this.#loginRefused(principal, error),
      onfound: principal => this.#loginFound(principal),
    });
    this.#pools = new Pools(login => this.#poolOptions(login));
    this.#checks = this.#newChecks();
  }

  /** How it is configured. */
  get server(): ServerConfig {
    return this.#server;
  }

  get status(): UpstreamReport {
    const { running, waiting } = this.gate;
    const listing = this.#lister.status;
    const pool = this.#pools.counters;
    const isConnected = this.#lister.connection !== undefined || pool.total + pool.opening > 0;
    const isUp = listing.state === 'ready' || listing.state === 'idle';
    return {
      ...listing,
      ...(isUp && { state: isConnected ? 'ready' : 'idle' }),
      health: this.#health.report,
      pool,
      calls: { running, waiting },
      logins: this.#logins.reports,
    };
  }

  /** Whether the first attempt to list has ended, well or not. */
  get settled(): boolean {
    return this.#lister.settled;
  }

  /** Connects and lists in the background. */
  start(): void {
    if (this.#server.problem !== undefined) this.#lister.refuse(formatProblem(this.#server.problem));
    else void this.#lister.list();
  }

  /** Resolves when the first attempt to list, or the one under way, has ended; a failed server gets a second chance, not too often. */
  async listed(): Promise<void> {
    if (this.#server.problem !== undefined) return;
    this.#listingAwaited = true;
    try {
      if (this.#lister.attempt !== undefined || !this.settled) await this.#lister.list();
      else if (this.#lister.status.state === 'failed') await this.#secondChance();
    } finally {
      this.#listingAwaited = false;
    }
  }

  async #secondChance(): Promise<void> {
    if (performance.now() - this.#lastChanceAt < chanceRestMs) return;
    this.#lastChanceAt = performance.now();
    await within(secondChanceMs, this.#lister.list());
  }

  /** The login that `principal` uses here; undefined where nobody can log in. */
  login(principal: Principal): Promise<Login | undefined> {
    return this.#logins.of(principal);
  }

  /** A connection for a call of `owner`, who is `principal`. Rejects with the reason why there is none; tell how it went. */
  acquire(
    owner: string,
    cancellation: Cancellation,
    principal: Principal = localPrincipal,
  ): Lease<Connection> | Promise<Lease<Connection>> {
    this.#health.admit(this.#server.name, cancellation);
    const acquired = this.#pools.acquire(this.#logins.ownerFor(principal), owner, cancellation);
    if (this.#server.isolation === 'shared') return acquired;
    if (acquired instanceof Promise) return acquired.then(lease => this.#owned(lease, owner));
    return this.#owned(acquired, owner);
  }

  /** A connection that stays after the call; where none does, the one that lists. */
  async steady(
    owner: string,
    cancellation: Cancellation,
    principal: Principal = localPrincipal,
  ): Promise<Lease<Connection>> {
    if (this.server.isolation !== 'call') return this.acquire(owner, cancellation, principal);
    this.#health.admit(this.server.name, cancellation);
    if (this.#lister.connection === undefined) await this.#lister.list();
    cancellation.throwIfCancelled();
    const { connection, status } = this.#lister;
    if (connection === undefined)
      throw new McpxError('UPSTREAM_UNAVAILABLE', status.reason ?? 'it cannot be had');
    if (this.#logins.ownerFor(principal) !== localPrincipal && this.#logins.isOwn) {
      throw new McpxError('UPSTREAM_UNAVAILABLE', 'what lists here has the gateway’s own login, not yours');
    }
    return { held: connection, release: () => {} };
  }

  /** The server has answered a call of `principal`. */
  answered(principal: Principal = localPrincipal): void {
    this.#health.heard('call');
    if (this.#refused.size > 0) this.#loginWorks(this.#logins.ownerFor(principal));
  }

  /** A call has failed; that of a connection which broke is told by the connection, once for all its calls. */
  failed(thrown: unknown, connection: Connection | undefined, work: Cancellation): void {
    const error = asMcpxError(thrown);
    const isTold = isLoss(error) && connection?.closed !== false;
    if (!isTold) this.#health.failed('call', error, work);
    if (error.code === 'CALL_TIMEOUT' && connection !== undefined) this.#checks.doubt(connection);
  }

  /** The connections that calls use, or may use. */
  get connections(): Usage<Connection>[] {
    return this.#pools.usages;
  }

  /** Closes one of them, whatever runs on it; false when there is none with this id. */
  end(id: number): Promise<boolean> {
    return this.#pools.end(id);
  }

  /** Asks the server now whether it is well, over a connection that no call uses. Resolves in ms; rejects when it is not. */
  async check(): Promise<number> {
    const { problem, health } = this.#server;
    if (problem !== undefined) throw new McpxError('UPSTREAM_UNAVAILABLE', formatProblem(problem));
    const find = () => this.#lister.connection ?? this.#pools.idle;
    const started = performance.now();
    if (find() === undefined) await this.#lister.list();
    const connection = find();
    const { reason = 'it cannot be had', help } = this.#lister.status;
    if (connection === undefined) throw new McpxError('UPSTREAM_UNAVAILABLE', reason, { help });
    try {
      await connection.ping(health.timeoutMs);
    } catch (thrown) {
      this.#health.failed('check', asMcpxError(thrown));
      throw thrown;
    }
    this.#health.heard('check');
    return performance.now() - started;
  }

  /** The owner tells the server something over its own connection, if there is one; a server of 2026 hears nothing unasked. */
  tell(owner: string, method: string): void {
    const connection = this.server.isolation === 'client' ? this.#pools.holds(owner) : undefined;
    if (connection?.era === 'legacy') connection.tell(method);
  }

  /** The owner has gone. */
  leave(owner: string): Promise<void> {
    return this.#pools.leave(owner);
  }

  /** Takes over settings that need no other connection; what is under way goes on. */
  adjust(server: ServerConfig): void {
    this.#server = server;
    this.gate.resize(gateOf(server));
    this.#pools.limit(limitsOf(server));
    this.#health.threshold = server.health.threshold;
    this.#checks.stop();
    this.#checks = this.#newChecks();
    if (server.problem !== undefined) this.#lister.refuse(formatProblem(server.problem));
  }

  /** Ends when its calls have ended, or after `ms`. New ones go elsewhere; `replaced`: to another that has its name. */
  async drain(ms: number, replaced: boolean): Promise<void> {
    this.#checks.stop();
    this.#pools.empty();
    const listed = this.#lister.close(undefined, replaced);
    await within(ms, this.gate.idle());
    await Promise.all([listed, this.close()]);
  }

  /** Ends everything within twice `graceMs` and a second. */
  async close(graceMs?: number): Promise<void> {
    this.#checks.stop();
    this.#logins.close();
    await Promise.all([this.#lister.close(graceMs), this.#pools.close(graceMs)]);
  }

  #poolOptions(login: Principal): PoolOptions<Connection> {
    const { name, isolation } = this.#server;
    return {
      ...limitsOf(this.#server),
      name: `server "${name}"`,
      sharing: sharing[isolation],
      pauseMs,
      ...(isolation === 'call' && { graceMs: usedGraceMs }),
      open: order => this.#session(order, login),
      inUse: ({ isWatching }) => isWatching,
      ondiscard: reason => publish('pool.discarded', { server: name, reason }),
      ...(isolation !== 'shared' && {
        suits: (connection, owner) => this.#suits(connection, this.#audience.capabilitiesOf(owner)),
      }),
      validate: connection =>
        connection.ping(this.#server.health.timeoutMs).then(
          () => true,
          () => false,
        ),
    };
  }

  #newChecks(): Checks {
    return new Checks({
      ...this.#server.health,
      health: this.#health,
      connection: () => this.#lister.connection ?? this.#pools.idle,
    });
  }

  /** A connection that nobody has used: of a process the lister's own, since starting another is what costs. */
  async #session({ cancellation, owner, awaited }: Order, login: Principal): Promise<Connection> {
    const refusal = this.#refused.get(login);
    if (refusal !== undefined && !awaited()) throw refusal;
    if (owner !== undefined) this.#capabilities = this.#audience.capabilitiesOf(owner);
    const capabilities = this.#server.isolation === 'shared' ? undefined : this.#capabilities;
    const spare = this.#server.target?.type === 'stdio' ? await this.#spare(capabilities) : undefined;
    if (spare !== undefined) return spare;
    cancellation.throwIfCancelled();
    const ranked = () => (awaited() ? rank.awaited : rank.ahead);
    const connection = await this.#open(this.#lister.way, cancellation, ranked, { capabilities, login });
    // What a process lists may be special to it; a server that is reached over HTTP is heard by the lister.
    if (this.#server.isolation !== 'call' && connection.pid !== undefined) {
      void connection.subscribe(this.#server.connectTimeoutMs).catch(() => {}); // then it cannot tell us of changes
    }
    // A process answers its first request more slowly than the next ones: that one need not be a user's.
    if (!awaited()) void connection.ping(this.#server.health.timeoutMs).catch(() => {});
    return connection;
  }

  async #spare(capabilities: JsonObject = {}): Promise<Connection | undefined> {
    if (this.#spareClaimed) return undefined;
    this.#spareClaimed = true;
    try {
      const listing = this.#lister.settled ? this.#lister.attempt : this.#lister.list();
      if (listing !== undefined) await within(spareMs, listing);
      const { connection } = this.#lister;
      return connection && this.#suits(connection, capabilities) ? this.#lister.takeConnection() : undefined;
    } finally {
      this.#spareClaimed = false;
    }
  }

  /** Whom it was opened for may be gone: only who holds it may be asked, and hear, what its server has to say. */
  #owned(lease: Lease<Connection>, owner: string): Lease<Connection> | Promise<Lease<Connection>> {
    const { held } = lease;
    if (held.owner === undefined) {
      held.owner = owner;
      held.onquestion = question => this.#audience.ask(owner, this.#server.name, question);
    }
    const told = held.setLogLevel(this.#audience.logLevelOf(owner));
    return told === undefined ? lease : told.then(() => lease);
  }

  /** A server of 2025 was told once what it may ask; one of 2026 is told with each call. */
  #suits({ era, declared }: Connection, capabilities: JsonObject): boolean {
    return era === 'modern' || JSON.stringify(declared) === JSON.stringify(capabilities);
  }

  async #open(
    way: Way | undefined,
    cancellation: Cancellation,
    ranked: () => number,
    /** `capabilities`: what may be asked of whoever will hold it; undefined where nobody will alone. */
    { capabilities, login = localPrincipal }: { capabilities?: JsonObject; login?: Principal } = {},
  ): Promise<Connection> {
    const { name, target, problem } = this.#server;
    if (target === undefined)
      throw new McpxError('UPSTREAM_UNAVAILABLE', problem ? formatProblem(problem) : 'not configured');
    const started = performance.now();
    const { connect } = await import('./connect.ts'); // the SDK's client, which the first list does not need
    let connection: Connection;
    try {
      connection = await connect({
        server: { ...this.#server, target },
        proxy: this.#proxy,
        remembered: way,
        cancellation,
        capabilities,
        rank: ranked,
        login: await this.#logins.of(login),
      });
    } catch (thrown) {
      if (cancellation.reason === undefined) this.#health.failed('connection', asMcpxError(thrown));
      throw thrown;
    }
    if (capabilities === undefined) connection.onquestion = refused;
    this.#attend(connection);
    const { pid, protocolVersion } = connection;
    publish('connection.opened', { server: name, ms: performance.now() - started, protocolVersion, pid });
    return connection;
  }

  /** A server that is no process costs little to listen to, and tells of changes only while somebody does. */
  #isHeard({ pid, tellsOfLists }: Connection): boolean {
    return pid === undefined && tellsOfLists && this.#watchers?.isListening() === true;
  }

  /** What lists has the gateway's own login: where that is refused, all the server is. */
  #loginRefused(principal: Principal, error: McpxError): void {
    this.#refused.set(principal, error);
    if (principal === localPrincipal) this.#lister.suspend(error);
  }

  /** A server that refused a login may accept it after all. */
  #loginWorks(principal: Principal): void {
    if (!this.#refused.delete(principal) || principal !== localPrincipal) return;
    if (this.#lister.status.state === 'needs_auth') this.#lister.refresh();
  }

  #loginFound(principal: Principal): void {
    this.#refused.delete(principal);
    if (principal === localPrincipal && this.#lister.status.state === 'needs_auth') void this.#lister.list();
  }

  #attend(connection: Connection): void {
    void connection.ended.then(() => {
      if (connection.isWatching) this.#watchers?.unheard(connection.owner, this.server.name);
    });
    connection.onlost = reason => this.#health.failed('connection', reason);
    connection.onended = (reason, lost) => {
      const { protocolVersion, ageMs } = connection;
      const told = { server: this.server.name, ms: ageMs, protocolVersion, lost, reason: reason.message };
      publish('connection.closed', told);
    };
    connection.onnotification = (method, params) => {
      if (method === 'notifications/resources/updated') {
        this.#watchers?.updated(connection.owner, this.server.name, params);
        return;
      }
      if (!method.endsWith('/list_changed')) {
        if (connection.owner !== undefined)
          this.#audience.tell(connection.owner, this.#server.name, method, params);
        return;
      }
      this.#onListChanged?.();
      this.#lister.refresh();
      this.#ownLists.changed(connection);
    };
    connection.headersFor = (tool, given) => {
      const parameters = this.#headerParameters.get(tool);
      return parameters && paramHeaders(parameters, given);
    };
  }
}

async function openNowhere() {
  const { LoginStore } = await import('./auth/store.ts');
  return new LoginStore(undefined, { keychain: false });
}

async function refused(): Promise<RawResponse> {
  throw new McpxError('CANNOT_ASK', 'nobody holds this connection alone, so nobody can be asked');
}

function isLoss({ code }: McpxError): boolean {
  return code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_LOST';
}

/** The limits of its pool. */
function limitsOf({ pool, concurrency, connectTimeoutMs }: ServerConfig): PoolLimits<Connection> {
  const { min, max, idleMs, lifetimeMs, maxUses, maxMemoryMb } = pool;
  const isUnfit = async ({ pid }: Connection, most: number) =>
    pid !== undefined && (await groupMemoryMb(pid)) > most;
  return {
    min,
    max,
    idleMs,
    lifetimeMs,
    maxUses,
    share: Math.ceil(concurrency / max),
    waitMs: spareMs + connectTimeoutMs + lastWordMs,
    unfit: maxMemoryMb === undefined ? undefined : connection => isUnfit(connection, maxMemoryMb),
  };
}

/** Where no two calls share a connection, no more of them can run than there are connections. */
function gateOf({ name, isolation, concurrency, queue, pool }: ServerConfig) {
  const places = isolation === 'call' ? Math.min(concurrency, pool.max) : concurrency;
  return { name: `server "${name}"`, places, queue };
}
