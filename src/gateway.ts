import { join } from 'node:path';
import { authorize } from './call/authorize.ts';
import { ResultCache } from './call/cache.ts';
import { type Handler, pipeline, type UpstreamRequest } from './call/call.ts';
import { Clients } from './call/clients.ts';
import { KeptResults } from './call/kept/kept.ts';
import { Learned } from './call/learned/learned.ts';
import { limit } from './call/limit.ts';
import { observe } from './call/observe.ts';
import { retry } from './call/retry.ts';
import { rounds } from './call/rounds.ts';
import { router } from './call/router.ts';
import { SignIn } from './call/sign-in.ts';
import { Subscriptions, type Watcher } from './call/subscriptions.ts';
import { timeout } from './call/timeout.ts';
import { Catalog } from './catalog/catalog.ts';
import { Collisions } from './catalog/collisions.ts';
import { type ChangedList, contentOf } from './catalog/listing.ts';
import { unknownServer } from './catalog/names.ts';
import { OwnListings } from './catalog/own-listings.ts';
import type { Snapshot } from './catalog/snapshot.ts';
import { ListingStore } from './catalog/store.ts';
import { difference } from './config/diff.ts';
import type { Applied } from './config/reloads.ts';
import type { Config, ServerConfig } from './config/types.ts';
import { type Embeddings, embeddingsFor } from './embeddings/embeddings.ts';
import { McpxError } from './errors.ts';
import type { CallContext, JsonObject, Principal, RawListing, RawResponse } from './types.ts';
import type { Login } from './upstream/auth/login.ts';
import type { LoginStore } from './upstream/auth/store.ts';
import { sweepOrphans } from './upstream/orphans.ts';
import type { Upstream, UpstreamReport } from './upstream/upstream.ts';
import { isWay, type Way } from './upstream/ways.ts';
import { type Heard, Upstreams } from './upstreams.ts';
import { personal, type View } from './view.ts';
import { within } from './within.ts';

export interface GatewayOptions {
  config: Config;
  /** Where listings are remembered; nowhere when left out. */
  stateFolder?: string;
}

/** Servers wait this long for the end of their predecessors, which may hold what they need. */
const sweepMs = 500;

/** Everything behind the front doors: upstreams, their catalog, and the path of a call. */
export class Gateway {
  /** Results that were too large for the model. */
  readonly kept: KeptResults;
  /** What queries and tools mean, where an endpoint for that is configured. */
  embeddings: Embeddings | undefined;
  /** What calls have taught searches, where they may. */
  learned: Learned | undefined;
  /** Names that two servers use. */
  readonly collisions: Collisions;
  readonly #stateFolder?: string;
  #config: Config;
  /** Replaced as a whole, as the configuration is. */
  #servers: ReadonlyMap<string, ServerConfig>;
  readonly #catalog: Catalog;
  readonly #upstreams: Upstreams;
  readonly #clients = new Clients();
  readonly #cache: ResultCache;
  readonly #handler: Handler;
  readonly #signIn: SignIn;
  /** The address of a page on which a person can log in to a server; undefined where nobody serves one. */
  loginPage: (server: string) => Promise<string | undefined> = async () => undefined;
  readonly #subscriptions: Subscriptions;
  readonly #own: OwnListings;
  /** Views of owners who see something that others do not. */
  readonly #views = new Map<string, View>();
  /** Whether anybody is there who could be told of changed lists. */
  isListening = false;
  #store?: ListingStore;
  #logins?: Promise<LoginStore>;
  /** What each server listed last, and how it was reached, as text: on disk, where there is one. */
  readonly #kept = new Map<string, string>();
  #writing: Promise<unknown> = Promise.resolve();
  #closing?: Promise<void>;

  constructor({ config, stateFolder }: GatewayOptions) {
    this.#config = config;
    this.#stateFolder = stateFolder;
    this.#catalog = new Catalog(config.servers);
    this.#servers = byName(config);
    this.#own = new OwnListings({ get: name => this.#servers.get(name) });
    const folder = stateFolder && join(stateFolder, 'results');
    this.kept = new KeptResults({ ...keptLimits(config), folder });
    this.embeddings = embeddingsFor(config, stateFolder);
    this.learned = this.#learnedFor(config);
    this.collisions = new Collisions(stateFolder && join(stateFolder, 'names.json'));
    this.#cache = new ResultCache({ settingsOf: name => this.#servers.get(name)?.cache });
    this.#upstreams = new Upstreams({
      proxy: config.proxy,
      audience: this.#clients,
      watchers: {
        updated: (owner, name, params) => this.#subscriptions.updated(owner, name, params),
        unheard: (owner, name) => this.#subscriptions.unheard(owner, name),
        isListening: () => this.isListening,
      },
      logins: () => this.#loginStore(),
      onServe: (server, heard) => this.#serve(server, heard),
      onListing: (server, listing, way) => {
        this.#catalog.adopt(server.name, listing, true);
        this.#keep(server, listing, way);
      },
      onOwnListing: (owner, name, listing) => this.#learnOwn(owner, name, listing),
      onListChanged: name => this.#cache.clear(name),
    });
    this.#signIn = new SignIn({
      isOpen: name => isOpen(this.#servers.get(name)),
      login: (name, principal) => this.login(name, principal),
      page: name => this.loginPage(name),
    });
    this.#handler = pipeline(
      [
        this.#clients.middleware,
        observe,
        authorize((server, tool) => this.#servers.get(server)?.tools.ask.includes(tool) ?? false),
        this.#cache.middleware,
        this.#signIn.middleware,
        timeout(name => this.#servers.get(name)),
        rounds,
        limit(name => limitsOf(this.#upstreams.get(name))),
        retry(name => this.#servers.get(name)?.retry ?? false),
      ],
      router(name => this.#upstreams.get(name)),
    );
    this.#subscriptions = new Subscriptions({
      handler: this.#handler,
      isOwned: name => this.#servers.get(name)?.isolation === 'client',
    });
  }

  /** The configuration that holds. */
  get config(): Config {
    return this.#config;
  }

  get snapshot(): Snapshot {
    return this.#catalog.snapshot;
  }

  /** Called after each snapshot that shows something new, with the server and what of it is new. */
  set onCatalogChange(listener: (server: string, lists: ChangedList[]) => void) {
    this.#catalog.onchange = listener;
  }

  /** Called when what `owner` alone sees of a server has changed. */
  onOwnChange: (owner: string, server: string, lists: ChangedList[]) => void = () => {};

  /** Called for each watcher of a resource of which its server tells; `params` as the server sent them. */
  set onResourceUpdate(listener: (watcher: string, server: string, params: JsonObject) => void) {
    this.#subscriptions.onupdate = listener;
  }

  /** What `owner` sees: the same for everybody, but for those whose own servers list something else. */
  for(owner: string): View {
    if (!this.#own.has(owner)) return this;
    const known = this.#views.get(owner) ?? personal(this, () => this.#own.over(this.snapshot, owner));
    this.#views.set(owner, known);
    return known;
  }

  /** Serves what earlier runs remembered. Quick: reads a file for each server. */
  async recall(): Promise<void> {
    this.#store = this.#stateFolder === undefined ? undefined : await ListingStore.open(this.#stateFolder);
    await this.collisions.recall();
    const { servers, gateway } = this.#config;
    void this.#upstreams.adopt(servers, await this.#remembered(servers), gateway.drainMs);
    void this.#store?.prune();
  }

  /** Ends what dead gateways left running, then begins to connect to every server, all in the background. */
  start(): void {
    void this.kept.sweep();
    void within(sweepMs, sweepOrphans(this.#stateFolder)).then(() => {
      if (this.#closing === undefined) this.#upstreams.start();
    });
  }

  /**
   * Makes `wanted` the configuration that holds, server by server and setting by setting: what is the same keeps its
   * connections and processes. One at a time. Resolves when settings hold; `swapped` when servers that had to be
   * connected to anew have taken their places. The address to listen on stays what it is.
   */
  async reload(wanted: Config): Promise<Applied> {
    const changes = difference(this.#config, wanted);
    const { added, removed, replaced, gateway } = changes;
    const anew = new Set([...added, ...replaced.map(({ server }) => server)]);
    const remembered = await this.#remembered(wanted.servers.filter(({ name }) => anew.has(name)));
    if (this.#closing !== undefined) throw new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    const { host, port, portNamed } = this.#config.gateway;
    this.#config = { ...wanted, gateway: { ...wanted.gateway, host, port, portNamed } };
    this.#servers = byName(wanted);
    this.kept.limit(keptLimits(wanted));
    if (gateway.some(name => name.startsWith('search.embeddings'))) {
      void this.embeddings?.close();
      this.embeddings = embeddingsFor(wanted, this.#stateFolder);
    }
    if (gateway.includes('search.learn')) this.learned = this.#learnedFor(wanted);
    this.#catalog.configure(wanted.servers);
    const swapped = this.#upstreams.adopt(wanted.servers, remembered, wanted.gateway.drainMs);
    for (const name of removed) {
      this.#forget(name);
      this.#subscriptions.forget(name);
    }
    if (gateway.includes('menuTokens'))
      for (const name of this.#servers.keys()) this.#catalog.onchange?.(name, ['tools']);
    return { difference: changes, swapped };
  }

  /** Connects to `server` anew, beside what serves. Resolves when that has taken its place. Throws UNKNOWN_SERVER. */
  async restart(server: string): Promise<void> {
    this.#mustHave(server);
    const remembered = await this.#remembered([this.#servers.get(server)!]);
    await this.#upstreams.restart(server, remembered.get(server), this.#config.gateway.drainMs);
  }

  /** Asks `server` whether it is well. Resolves with the milliseconds that took; rejects when it is not. */
  async check(server: string): Promise<number> {
    return this.#mustHave(server).check();
  }

  /** The connections to `server` that calls use, or may use. */
  connections(server: string): Upstream['connections'] {
    return this.#mustHave(server).connections;
  }

  /** Closes one of them, whatever runs on it; false when there is none with this id. */
  async endConnection(server: string, id: number): Promise<boolean> {
    return this.#mustHave(server).end(id);
  }

  #mustHave(server: string): Upstream {
    const upstream = this.#upstreams.get(server);
    if (upstream === undefined) throw unknownServer(this.snapshot, server);
    return upstream;
  }

  /** How `server` is configured. */
  configOf(server: string): ServerConfig | undefined {
    return this.#servers.get(server);
  }

  /** How each server is, in the order of the configuration. */
  statuses(): Map<string, UpstreamReport> {
    return new Map(
      [...this.#servers.keys()].flatMap(name => {
        const status = this.#upstreams.get(name)?.status;
        return status === undefined ? [] : [[name, status]];
      }),
    );
  }

  /** Servers that have never listed and whose first attempt is still under way. */
  unlisted(): string[] {
    const { servers } = this.snapshot;
    return [...this.#servers.keys()].filter(
      name => this.#upstreams.get(name)?.settled === false && servers.get(name)?.listing === undefined,
    );
  }

  /** Whether every server's first attempt has ended, also after a change of the configuration. */
  get settled(): boolean {
    return this.#upstreams.settled;
  }

  /** Resolves when the attempt to list `server` has ended, well or not, or after `ms`. A failed server is tried again. */
  async listed(server: string, ms: number): Promise<void> {
    const upstream = this.#upstreams.get(server);
    if (upstream !== undefined) await within(ms, upstream.listed());
  }

  /** One request to one upstream, raw answer. Rejects with an McpxError when there is none. */
  call(request: UpstreamRequest, context: CallContext): Promise<RawResponse> {
    if (this.#closing) return Promise.reject(new McpxError('SHUTTING_DOWN', 'the gateway is stopping'));
    const { server, method, params, tool } = request; // one shape for all calls
    const { onProgress } = context;
    return this.#handler({
      server,
      method,
      params,
      tool,
      context,
      onProgress,
      clock: undefined,
      note: undefined,
    });
  }

  /** From now on servers send `owner` log messages of this severity and above, where its connections are its own. */
  setLogLevel(owner: string, level: string): void {
    this.#clients.setLogLevel(owner, level);
  }

  /** From now on `watcher` hears of changes of the resource `uri` of `server`. Resolves with the server's answer. */
  subscribe(watcher: Watcher, server: string, uri: string): Promise<RawResponse> {
    return this.#subscriptions.subscribe(watcher, server, uri);
  }

  unsubscribe(watcher: Watcher, server: string, uri: string): Promise<RawResponse> {
    return this.#subscriptions.unsubscribe(watcher, server, uri);
  }

  /** The watcher wants to hear of nothing any more. */
  unwatch(watcher: string): void {
    this.#subscriptions.leave(watcher);
  }

  /** The client `owner` says something to the servers that it has connections to. */
  tellServers(owner: string, method: string): void {
    this.#upstreams.tell(owner, method);
  }

  /** The client `owner` is gone: its upstream connections are closed. */
  async leave(owner: string): Promise<void> {
    this.#clients.leave(owner);
    this.#subscriptions.leaveOwner(owner);
    this.#forgetOwn(owner);
    await this.#upstreams.leave(owner);
  }

  /** Ends every connection and process. */
  close(graceMs?: number): Promise<void> {
    this.#subscriptions.close();
    this.#closing ??= this.#upstreams
      .close(graceMs)
      .then(() =>
        Promise.all([
          this.#writing,
          this.kept.close(),
          this.collisions.close(),
          this.embeddings?.close(),
          this.learned?.close(),
        ]),
      )
      .then(() => {});
    return this.#closing;
  }

  #learnedFor({ gateway }: Config): Learned | undefined {
    if (!gateway.search.learn) return undefined;
    return new Learned({ folder: this.#stateFolder && join(this.#stateFolder, 'learned') });
  }

  #learnOwn(owner: string, server: string, listing: RawListing | undefined): void {
    const lists = listing === undefined ? [] : this.#own.adopt(owner, server, listing, this.snapshot);
    if (listing === undefined) this.#forgetOwn(owner, server);
    if (lists.length > 0) this.onOwnChange(owner, server, lists);
  }

  #forgetOwn(owner: string, server?: string): void {
    this.#own.forget(owner, server);
    if (!this.#own.has(owner)) this.#views.delete(owner);
  }

  async #remembered(servers: ServerConfig[]): Promise<Map<string, Heard | undefined>> {
    const read = async (server: ServerConfig): Promise<[string, Heard | undefined]> => {
      const kept = await this.#store?.read(server);
      const way = isWay(kept?.way) ? kept.way : undefined;
      return [server.name, kept && { listing: kept.listing, way, fresh: false }];
    };
    return new Map(await Promise.all(servers.map(read)));
  }

  /** Whatever served under this name before, what it said is not what this one would say. */
  #serve(server: ServerConfig, heard: Heard | undefined): void {
    this.#forget(server.name);
    this.#subscriptions.move(server.name);
    this.#catalog.adopt(server.name, heard?.listing, heard?.fresh ?? false);
    if (heard?.fresh) this.#keep(server, heard.listing, heard.way);
    else if (heard !== undefined) this.#kept.set(server.name, textOf(heard));
  }

  #forget(name: string): void {
    this.#cache.clear(name);
    for (const owner of this.#own.forgetServer(name)) this.#forgetOwn(owner, name);
    this.#kept.delete(name);
  }

  #loginStore(): Promise<LoginStore> {
    const { keychain } = this.config.gateway;
    const folder = this.#stateFolder && join(this.#stateFolder, 'logins');
    this.#logins ??= import('./upstream/auth/store.ts').then(
      ({ LoginStore }) => new LoginStore(folder, { keychain }),
    );
    return this.#logins;
  }

  /** The login that `principal` uses at `server`; undefined where nobody can log in. */
  async login(server: string, principal: Principal): Promise<Login | undefined> {
    return this.#upstreams.get(server)?.login(principal);
  }

  /** Resolves when a person has logged in to `server`, which is what was lacking; rejects with `thrown` when nobody has. */
  signIn(thrown: unknown, server: string, context: CallContext): Promise<void> {
    return this.#signIn.mend(thrown, server, context);
  }

  #keep(server: ServerConfig, listing: RawListing, way: Way | undefined): void {
    const remembered = { listing, way };
    const text = textOf(remembered);
    if (this.#kept.get(server.name) === text) return;
    this.#kept.set(server.name, text);
    this.#cache.clear(server.name);
    if (this.#store === undefined) return;
    this.#writing = this.#writing.then(() => this.#store?.write(server, remembered)); // one after the other: the last one stays
  }
}

/** Bytes in a MiB. */
const mebi = 1024 * 1024;

function keptLimits({ gateway: { results } }: Config) {
  return {
    maxMemoryBytes: results.maxMemoryMb * mebi,
    maxDiskBytes: results.maxDiskMb * mebi,
    ttlMs: results.ttlMs,
  };
}

function byName({ servers }: Config): ReadonlyMap<string, ServerConfig> {
  return new Map(servers.map(server => [server.name, server]));
}

function isOpen(server: ServerConfig | undefined): boolean {
  const target = server?.target;
  return target !== undefined && target.type !== 'stdio' && target.auth !== undefined;
}

function limitsOf(upstream: Upstream | undefined) {
  return upstream && { gate: upstream.gate, waitMs: upstream.server.timeoutMs };
}

/** What is worth keeping, as text; equal texts need not be written again. */
function textOf({ listing, way }: Pick<Heard, 'listing' | 'way'>): string {
  return contentOf(listing) + JSON.stringify(way);
}
