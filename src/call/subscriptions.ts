import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { Backoff } from '../pool/backoff.ts';
import type { CallContext, JsonObject, RawResponse } from '../types.ts';
import type { Handler } from './call.ts';

/** The most resources that one owner watches, and all together. */
const maxOfOwner = 256;
const maxInAll = 10_000;

/** Who watches: a client, or one of the streams on which it listens. */
export interface Watcher {
  id: string;
  context: CallContext;
  /** It has been promised to be told: a server that is away is asked again and again. */
  insists?: boolean;
}

export interface SubscriptionsOptions {
  handler: Handler;
  /** Whether each owner has connections to `server` of its own; else all watch over one that belongs to nobody. */
  isOwned: (server: string) => boolean;
}

/** A resource that is watched over one connection, for all who watch it there. */
interface Watch {
  server: string;
  uri: string;
  /** Whose connection it is; undefined where it is everybody's. */
  owner?: string;
  watchers: Map<string, CallContext>;
  /** Whether the server is telling. */
  isHeard: boolean;
  /** What the server answered to whoever was the first. */
  asked: Promise<RawResponse>;
  backoff: Backoff;
  timer?: NodeJS.Timeout;
}

/**
 * Who watches which resources (`resources/subscribe`, `subscriptions/listen`). A server is asked once for each resource and
 * connection, and asked again when that connection is gone; what it tells goes to all who watch.
 */
export class Subscriptions {
  /** Called with what a server tells each watcher; `params` as the server sent them. */
  onupdate?: (watcher: string, server: string, params: JsonObject) => void;
  readonly #options: SubscriptionsOptions;
  readonly #watches = new Map<string, Watch>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Resolves with what the server answers. Rejects as calls do. */
  async subscribe({ id, context, insists }: Watcher, server: string, uri: string): Promise<RawResponse> {
    const owner = this.#options.isOwned(server) ? context.owner : undefined;
    const key = JSON.stringify([server, owner, uri]);
    const known = this.#watches.get(key);
    if (known !== undefined) {
      known.watchers.set(id, lasting(context));
      return known.asked;
    }
    this.#mustHaveRoom(context.owner);
    const asked = this.#ask('resources/subscribe', server, uri, context);
    const watchers = new Map([[id, lasting(context)]]);
    const watch: Watch = { server, uri, owner, watchers, isHeard: false, asked, backoff: new Backoff() };
    this.#watches.set(key, watch);
    asked.then(
      response => ('error' in response ? this.#drop(key, watch) : this.#heard(watch)),
      () => (insists ? this.#askLater(key, watch) : this.#drop(key, watch)),
    );
    return asked;
  }

  /** `watcher` does not watch `uri` any more. Resolves with what the server answers when nobody else does. */
  async unsubscribe({ id, context }: Watcher, server: string, uri: string): Promise<RawResponse> {
    const owner = this.#options.isOwned(server) ? context.owner : undefined;
    const key = JSON.stringify([server, owner, uri]);
    const watch = this.#watches.get(key);
    return (watch && this.#leave(key, watch, id, context)) ?? { result: {} };
  }

  /** The watcher does not watch anything any more. */
  leave(id: string): void {
    for (const [key, watch] of this.#watches) {
      const context = watch.watchers.get(id);
      if (context !== undefined) this.#leave(key, watch, id, lasting(context))?.catch(() => {}); // it is gone in any case
    }
  }

  /** The owner is gone, and so are its connections. */
  leaveOwner(owner: string): void {
    for (const watch of this.#watches.values()) if (watch.owner === owner) watch.isHeard = false;
    for (const watch of [...this.#watches.values()])
      for (const [id, context] of watch.watchers) if (context.owner === owner) this.leave(id);
  }

  /** A server has told of `params.uri`, which may be a part of what is watched. */
  updated(owner: string | undefined, server: string, params: JsonObject): void {
    const uri = String(params['uri']);
    for (const watch of this.#watches.values()) {
      if (watch.server !== server || watch.owner !== owner || !covers(watch.uri, uri)) continue;
      for (const id of watch.watchers.keys()) this.onupdate?.(id, server, params);
    }
  }

  /** The connection of `owner` to `server` is gone: what was watched over it is asked for over the next one. */
  unheard(owner: string | undefined, server: string): void {
    for (const [key, watch] of this.#watches) {
      if (watch.server !== server || watch.owner !== owner) continue;
      watch.isHeard = false;
      this.#askLater(key, watch);
    }
  }

  /** Another upstream serves under the name `server`: it is asked for what is watched there. */
  move(server: string): void {
    for (const { uri, watchers } of this.forget(server)) {
      for (const [id, context] of watchers) {
        const owner = this.#options.isOwned(server) ? context.owner : undefined;
        const key = JSON.stringify([server, owner, uri]);
        const watch = this.#watches.get(key) ?? {
          ...{ server, uri, owner, watchers: new Map(), isHeard: false },
          ...{ asked: Promise.resolve<RawResponse>({ result: {} }), backoff: new Backoff() },
        };
        watch.watchers.set(id, context);
        this.#watches.set(key, watch);
        this.#askLater(key, watch);
      }
    }
  }

  /** There is no server of that name any more. Returns what was watched. */
  forget(server: string): Watch[] {
    const ended = [...this.#watches].filter(([, watch]) => watch.server === server);
    for (const [key, watch] of ended) this.#drop(key, watch);
    return ended.map(([, watch]) => watch);
  }

  close(): void {
    for (const [key, watch] of this.#watches) this.#drop(key, watch);
  }

  #askLater(key: string, watch: Watch): void {
    clearTimeout(watch.timer);
    watch.timer = setTimeout(() => {
      const [context] = watch.watchers.values();
      if (context === undefined || this.#watches.get(key) !== watch) return;
      watch.asked = this.#ask('resources/subscribe', watch.server, watch.uri, lasting(context));
      watch.asked.then(
        response => ('error' in response ? this.#drop(key, watch) : this.#heard(watch)),
        () => this.#askLater(key, watch),
      );
    }, watch.backoff.next()).unref();
  }

  #heard(watch: Watch): void {
    watch.isHeard = true;
    watch.backoff.reset();
  }

  /** One watcher less; the server is told when it was the last. */
  #leave(key: string, watch: Watch, id: string, context: CallContext): Promise<RawResponse> | undefined {
    if (!watch.watchers.delete(id) || watch.watchers.size > 0) return undefined;
    this.#drop(key, watch);
    return watch.isHeard ? this.#ask('resources/unsubscribe', watch.server, watch.uri, context) : undefined;
  }

  #drop(key: string, watch: Watch): void {
    clearTimeout(watch.timer);
    this.#watches.delete(key);
  }

  #ask(method: string, server: string, uri: string, context: CallContext): Promise<RawResponse> {
    return this.#options.handler({ server, method, params: { uri }, context });
  }

  #mustHaveRoom(owner: string): void {
    let ofOwner = 0;
    for (const { watchers } of this.#watches.values())
      for (const context of watchers.values()) if (context.owner === owner) ofOwner++;
    if (ofOwner < maxOfOwner && this.#watches.size < maxInAll) return;
    throw new McpxError('SERVER_BUSY', `no more than ${maxOfOwner} resources can be watched at one time.`, {
      help: 'Give up others first.',
    });
  }
}

/** What of a request's context is good for longer than the request. */
function lasting({ owner, principal, client, era, capabilities }: CallContext): CallContext {
  return { owner, principal, client, era, capabilities, cancellation: new Cancellation() };
}

/** Servers tell of parts of what is watched as well (MCP, resources). */
function covers(watched: string, uri: string): boolean {
  return uri === watched || uri.startsWith(watched.endsWith('/') ? watched : `${watched}/`);
}
