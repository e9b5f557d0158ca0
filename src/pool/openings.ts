import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';

/** One thing that is being opened. */
export interface Opening {
  /** Who waited for it when it was begun. */
  owner?: string;
  cancellation: Cancellation;
  /** On the clock of `performance`. */
  since: number;
}

/** What is being opened, and for whom it was begun. */
export class Openings {
  readonly #running = new Set<Opening>();
  /** How many have ever been begun. */
  started = 0;

  get size(): number {
    return this.#running.size;
  }

  begin(owner: string | undefined): Opening {
    const opening = { owner, cancellation: new Cancellation(), since: performance.now() };
    this.#running.add(opening);
    this.started++;
    return opening;
  }

  end(opening: Opening): void {
    this.#running.delete(opening);
  }

  /** Who waits longest without anything being opened for it; `once`: each in the line needs one of its own. */
  unserved(line: Iterable<{ owner: string }>, once: boolean): string | undefined {
    const served = [...this.#running].map(({ owner }) => owner);
    for (const { owner } of line) {
      const index = served.indexOf(owner);
      if (index < 0) return owner;
      if (once) served.splice(index, 1);
    }
    return undefined;
  }

  /** The youngest first: they are the furthest from being ready. */
  giveUp(count: number): void {
    const reason = new McpxError('CALL_CANCELLED', 'nobody waits for the connection any more');
    for (const { cancellation } of [...this.#running].slice(-count)) cancellation.cancel(reason);
  }

  cancelAll(reason: Error): void {
    for (const { cancellation } of this.#running) cancellation.cancel(reason);
  }
}
