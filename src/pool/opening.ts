import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';

/** Something being made that several pieces of work wait for. It is given up when the last of them has. */
export class Opening<T> {
  readonly result: Promise<T>;
  readonly #cancellation = new Cancellation();
  #waiting = 0;

  constructor(open: (cancellation: Cancellation) => Promise<T>) {
    this.result = open(this.#cancellation);
    this.result.catch(() => {}); // whoever waits hears of it
  }

  /** Whether it was given up; what is made all the same belongs to nobody. */
  get abandoned(): boolean {
    return this.#cancellation.reason !== undefined;
  }

  abandon(): void {
    this.#cancellation.cancel(new McpxError('CALL_CANCELLED', 'nobody waits for the connection any more'));
  }

  /** The result; rejects with the reason when `cancellation` comes first. */
  async wait(cancellation: Cancellation): Promise<T> {
    this.#waiting++;
    let release = () => {};
    try {
      const cancelled = new Promise<never>((_, reject) => {
        release = cancellation.onCancel(reject);
      });
      return await Promise.race([this.result, cancelled]);
    } finally {
      release();
      if (--this.#waiting === 0 && cancellation.reason !== undefined) this.abandon();
    }
  }
}
