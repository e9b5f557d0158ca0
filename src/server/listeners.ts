import type { ChangedList } from '../catalog/listing.ts';
import { isObject } from '../json.ts';
import { subscriptionIdKey } from '../rpc/messages.ts';
import type { JsonObject } from '../types.ts';
import type { Surface } from './surface.ts';

/** What changed, since clients were told last. */
export interface Change {
  servers: ReadonlySet<string>;
  lists: ReadonlySet<ChangedList>;
}

/** Somebody who is told of changes. */
export interface Listener {
  owner: string;
  surface: Surface;
  /** Which lists it wants to hear of; all of them when left out. */
  lists?: ReadonlySet<ChangedList>;
  tell(method: string, params?: JsonObject): void;
}

/** Everybody who is told of changes, in the form of their era: clients of 2025 unasked, those of 2026 on their streams. */
export class Listeners {
  readonly #gateway: { isListening: boolean };
  readonly #listeners = new Map<string, Listener>();

  /** `gateway` is told whether anybody listens. */
  constructor(gateway: { isListening: boolean }) {
    this.#gateway = gateway;
  }

  /** `listener` is told from now on; as `id` it watches resources. The function returned ends that. */
  add(id: string, listener: Listener): () => void {
    this.#listeners.set(id, listener);
    this.#gateway.isListening = true;
    return () => {
      if (this.#listeners.get(id) !== listener) return;
      this.#listeners.delete(id);
      this.#gateway.isListening = this.#listeners.size > 0;
    };
  }

  /** Tells everybody who sees any of the servers, or `only` one owner, which lists to ask for again. */
  changed({ servers, lists }: Change, only?: string): void {
    for (const { owner, surface, lists: wanted, tell } of [...this.#listeners.values()]) {
      if (only !== undefined && owner !== only) continue;
      if (![...servers].some(server => surface.shows(server))) continue;
      for (const list of lists) if (wanted?.has(list) !== false) tell(`notifications/${list}/list_changed`);
    }
  }

  /** Tells `watcher` of a resource of `server`, under the address by which it knows it. */
  updated(watcher: string, server: string, params: JsonObject): void {
    const listener = this.#listeners.get(watcher);
    const { uri, _meta, ...rest } = params;
    const { [subscriptionIdKey]: _, ...meta } = isObject(_meta) ? _meta : {};
    listener?.tell('notifications/resources/updated', {
      ...rest,
      uri: listener.surface.addressOf(server, String(uri)),
      ...(Object.keys(meta).length > 0 && { _meta: meta }),
    });
  }
}
