import type { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { WaitingLine } from './waiting.ts';

export interface GateOptions {
  /** Whose gate it is, for errors: `server "x"`. */
  name: string;
  /** Most pieces of work at one time. */
  places: number;
  /** Most that wait for a place. */
  queue: number;
}

/** Lets so many pieces of work through at a time; the others wait in a bounded line, first come first served. */
export class Gate {
  #options: GateOptions;
  readonly #line = new WaitingLine<void>();
  #running = 0;
  #whenIdle?: () => void;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }
  get waiting(): number {
    return this.#line.length;
  }

  /**
   * Undefined when there is a place; else a promise of one, within `ms`. Whoever got one must `leave`. SERVER_BUSY when
   * the line is full, at once, or when the time is over.
   */
  enter(cancellation: Cancellation, ms: number): Promise<void> | undefined {
    if (this.#running < this.#options.places) {
      this.#running++;
      return undefined;
    }
    if (this.#line.length >= this.#options.queue) return Promise.reject(this.#busy('more are not accepted'));
    return this.#line.join('', cancellation, ms, () => this.#busy(`no place was free for ${ms / 1000} s`));
  }

  /** The work is done: the place goes to the first in the line, if it is still one. */
  leave(): void {
    const { first } = this.#line;
    if (first !== undefined && this.#running <= this.#options.places) first.serve();
    else if (--this.#running === 0) this.#whenIdle?.();
  }

  /** From now on there are so many places. Nobody who is in is sent away, and nobody who waits. */
  resize(options: GateOptions): void {
    this.#options = options;
    while (this.#running < options.places && this.#line.first !== undefined) {
      this.#running++;
      this.#line.first.serve();
    }
  }

  /** Resolves when nobody is in and nobody waits; at once when that is so. */
  async idle(): Promise<void> {
    if (this.#running === 0) return; // nobody waits where there are places
    await new Promise<void>(resolve => {
      this.#whenIdle = resolve;
    });
  }

  #busy(what: string): McpxError {
    const { name } = this.#options;
    return new McpxError(
      'SERVER_BUSY',
      `${name} is busy: ${this.#running} calls run and ${this.#line.length} wait; ${what}`,
    );
  }
}
