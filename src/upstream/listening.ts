import { Backoff } from '../pool/backoff.ts';
import type { OpenCall } from '../rpc/calls.ts';
import type { JsonObject } from '../types.ts';

/** A stream that lasted this long, in milliseconds, is no reason to wait long before the next. */
const goodMs = 10_000;

export interface ListeningOptions {
  /** Sends `subscriptions/listen` with these params. */
  open: (params: JsonObject) => OpenCall;
  /** The stream was interrupted and goes on: changes may have been missed. */
  onresumed: () => void;
}

/**
 * Has a server of 2026 tell of changes (`subscriptions/listen`, SEP-2575): one stream for all that is to be told, opened
 * anew when that changes, and when the server ends it.
 */
export class Listening {
  readonly #options: ListeningOptions;
  readonly #backoff = new Backoff();
  #call?: OpenCall;
  #openedAt = 0;
  #acknowledge = () => {};
  #timer?: NodeJS.Timeout;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** From now on `filter` is what is told; nothing when it is empty. Resolves when the server says so, or after `ms`. */
  async listen(filter: JsonObject, ms: number): Promise<void> {
    this.#end(); // what is told between the two is told by whoever asked for more
    if (Object.keys(filter).length > 0) await this.#open(filter, ms);
  }

  /** The server has acknowledged what it will tell. */
  acknowledged(): void {
    this.#acknowledge();
  }

  close(): void {
    this.#end();
  }

  #open(filter: JsonObject, ms: number): Promise<void> {
    const call = this.#options.open({ notifications: filter });
    this.#call = call;
    this.#openedAt = performance.now();
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#acknowledge = () => {
        clearTimeout(timer);
        resolve();
      };
      call.response
        .then(
          response => 'result' in response, // a server that refuses does not do this at all
          () => true,
        )
        .then(mayResume => {
          this.#acknowledge();
          if (mayResume && this.#call === call) this.#openLater(filter, ms);
        });
    });
  }

  #openLater(filter: JsonObject, ms: number): void {
    if (performance.now() - this.#openedAt > goodMs) this.#backoff.reset();
    this.#timer = setTimeout(() => {
      void this.#open(filter, ms).then(() => this.#options.onresumed());
    }, this.#backoff.next()).unref();
  }

  #end(): void {
    clearTimeout(this.#timer);
    const call = this.#call;
    this.#call = undefined;
    call?.cancel(new Error('something else is listened to'));
  }
}
