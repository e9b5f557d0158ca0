import type { RawListing } from '../types.ts';
import type { Connection } from './connection.ts';
import { list } from './list.ts';
import { Throttle } from './throttle.ts';

/** The shortest pauses before a list and between two, in milliseconds. */
const soonMs = 100;
const restMs = 1_000;

/** Lists over the connections of owners whose servers say that what they list there has changed. */
export class OwnLists {
  readonly #timeoutMs: number;
  readonly #onListing: (owner: string, listing: RawListing | undefined) => void;
  readonly #throttles = new WeakMap<Connection, Throttle>();

  constructor(
    timeoutMs: number,
    onListing: (owner: string, listing: RawListing | undefined) => void = () => {},
  ) {
    this.#timeoutMs = timeoutMs;
    this.#onListing = onListing;
  }

  /** The server has said so over `connection`. */
  changed(connection: Connection): void {
    if (connection.owner === undefined) return;
    const known = this.#throttles.get(connection);
    const throttle = known ?? new Throttle(() => void this.#list(connection), soonMs, restMs);
    if (known === undefined) {
      this.#throttles.set(connection, throttle);
      void connection.ended.then(() => this.#ended(connection, throttle));
    }
    throttle.request();
  }

  async #list(connection: Connection): Promise<void> {
    const { owner } = connection;
    if (owner === undefined || connection.closed) return;
    try {
      const { listing } = await list(connection, this.#timeoutMs);
      if (!connection.closed) this.#onListing(owner, listing);
    } catch {
      // what it listed before stands
    }
  }

  #ended({ owner }: Connection, throttle: Throttle): void {
    throttle.stop();
    if (owner !== undefined) this.#onListing(owner, undefined);
  }
}
