import { randomUUID } from 'node:crypto';
import { askable } from '../call/kinds.ts';
import type { Watcher } from '../call/subscriptions.ts';
import { Cancellation } from '../cancellation.ts';
import type { ChangedList } from '../catalog/listing.ts';
import { isObject } from '../json.ts';
import { envelopeKey, type RequestId, type RpcRequest, subscriptionIdKey } from '../rpc/messages.ts';
import type { CallContext, JsonObject, RawResponse } from '../types.ts';
import { self } from '../version.ts';
import { declaredIn } from './eras.ts';
import type { Listeners } from './listeners.ts';
import type { Caller } from './mcp.ts';
import { maxUnread } from './news.ts';
import { invalidParams, refused } from './rpc-errors.ts';
import type { Wire } from './wire.ts';

/** The most streams at one time, and the most resources that one of them may name. */
const maxStreams = 1_024;
const maxResources = 256;

const internalError = -32_603;

/** Where resources are watched. */
export interface Watched {
  subscribe(watcher: Watcher, server: string, uri: string): Promise<RawResponse>;
  unwatch(watcher: string): void;
}

/** The streams on which clients of 2026 listen (`subscriptions/listen`, SEP-2575). */
export class Streams {
  readonly #listeners: Listeners;
  readonly #watched: Watched;
  /** How to end each stream. */
  readonly #open = new Set<() => void>();

  constructor(listeners: Listeners, watched: Watched) {
    this.#listeners = listeners;
    this.#watched = watched;
  }

  /** Acknowledges, then tells what was asked for until either side ends it. Resolves then; the last word is for the end by us. */
  async serve(
    { id, params }: RpcRequest,
    caller: Caller,
    wire: Wire,
    cancellation: Cancellation,
  ): Promise<void> {
    const filter = params?.['notifications'];
    if (!isObject(filter)) {
      return wire.send(answer(id, refused(invalidParams, "Invalid params: 'notifications' is required")));
    }
    if (this.#open.size >= maxStreams) {
      return wire.send(answer(id, refused(internalError, 'too many streams are open')));
    }
    const stamped = { [subscriptionIdKey]: id };
    const tell = (method: string, { _meta, ...rest }: JsonObject = {}) => {
      if (wire.unread > maxUnread) return;
      const meta = { ...(isObject(_meta) && _meta), ...stamped };
      void wire.send({ jsonrpc: '2.0', method, params: { ...rest, _meta: meta } }).catch(() => {}); // it is only news
    };
    const lists = listsOf(filter);
    const resources = await located(filter, caller);
    tell('notifications/subscriptions/acknowledged', { notifications: honoured(lists, resources) });
    const watcher = randomUUID();
    const remove = this.#listeners.add(watcher, {
      owner: caller.owner,
      surface: caller.surface,
      lists,
      tell,
    });
    const context = contextOf(caller, params);
    for (const { server, uri } of resources.values()) {
      this.#watched.subscribe({ id: watcher, context, insists: true }, server, uri).catch(() => {}); // asked again later
    }
    if (lists.size + resources.size > 0) await this.#ended(cancellation);
    remove();
    this.#watched.unwatch(watcher);
    context.cancellation.cancel(new Error('nobody listens any more'));
    if (cancellation.reason !== undefined) return;
    const result = { resultType: 'complete', _meta: { ...stamped, [envelopeKey.serverInfo]: self } };
    await wire.send(answer(id, { result }));
  }

  /** Ends every stream with a last word. */
  close(): void {
    for (const end of this.#open) end();
  }

  /** Resolves when the client has cancelled or gone, or we close. */
  async #ended(cancellation: Cancellation): Promise<void> {
    await new Promise<void>(resolve => {
      const end = () => {
        this.#open.delete(end);
        resolve();
      };
      this.#open.add(end);
      cancellation.onCancel(end);
    });
  }
}

/** Which lists the client wants to hear of. */
function listsOf(filter: JsonObject): Set<ChangedList> {
  const all: ChangedList[] = ['tools', 'prompts', 'resources'];
  return new Set(all.filter(list => filter[`${list}ListChanged`] === true));
}

/** Where the resources are that the client wants to hear of, by their address; those that are nowhere are left out. */
async function located({ resourceSubscriptions }: JsonObject, { surface, owner }: Caller) {
  const addresses = Array.isArray(resourceSubscriptions) ? resourceSubscriptions.slice(0, maxResources) : [];
  const found = await Promise.all(
    addresses.map(
      async address => [address, await surface.locate(address, owner).catch(() => undefined)] as const,
    ),
  );
  return new Map(
    found.flatMap(([address, place]) => (place === undefined ? [] : [[address, place] as const])),
  );
}

function honoured(lists: Set<ChangedList>, resources: Map<unknown, unknown>): JsonObject {
  const told = [...lists].map(list => [`${list}ListChanged`, true] as const);
  return {
    ...Object.fromEntries(told),
    ...(resources.size > 0 && { resourceSubscriptions: [...resources.keys()] }),
  };
}

/** For what is asked of servers meanwhile; the stream carries no questions. */
function contextOf({ owner, principal, client, era }: Caller, params: JsonObject | undefined): CallContext {
  const capabilities = askable(declaredIn(params));
  return { owner, principal, client, era, capabilities, cancellation: new Cancellation() };
}

function answer(id: RequestId, response: RawResponse): object {
  return { jsonrpc: '2.0', id, ...response };
}
