import { Current, type Entry } from '../current.ts';

/** Something that must be over by a time. */
export interface Watched {
  /** On the clock of `performance`, in milliseconds. */
  readonly dueAt: number;
  /** It is not: called once, after which it is watched no more. */
  expire(): void;
}

/**
 * One timer for all that is watched: nearly everything is over long before it is due, and a timer of its own would cost
 * each call more than all else that watches it. What is due later than before costs nothing to move.
 */
export class Deadlines {
  readonly #watched = new Current<Watched>();
  #timer?: NodeJS.Timeout;
  /** When the timer fires; nothing is due earlier. */
  #firesAt = Number.POSITIVE_INFINITY;

  /** `one` is watched from now on. */
  watch(one: Watched): Entry<Watched> {
    const entry = this.#watched.enter(one);
    this.moved(one);
    return entry;
  }

  /** It is over. The timer goes on for the next, without keeping the process. */
  forget(entry: Entry<Watched>): void {
    this.#watched.leave(entry);
  }

  /** What is watched is due at another time. */
  moved({ dueAt }: Watched): void {
    if (dueAt < this.#firesAt) this.#fireAt(dueAt);
  }

  #fireAt(time: number): void {
    clearTimeout(this.#timer);
    this.#firesAt = time;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, time - performance.now())).unref();
  }

  #fire(): void {
    const now = performance.now();
    this.#timer = undefined;
    this.#firesAt = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    for (const entry of this.#watched.all) {
      const { dueAt } = entry.value;
      if (!entry.present) continue; // one that has expired has ended it
      if (dueAt > now) next = Math.min(next, dueAt);
      else {
        this.#watched.leave(entry);
        entry.value.expire();
      }
    }
    if (next < this.#firesAt) this.#fireAt(next);
  }
}
