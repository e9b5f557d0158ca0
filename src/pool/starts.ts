import type { Cancellation } from '../cancellation.ts';

/** Somebody who wants to start something. */
export interface Start {
  /** The least goes first: 0 when somebody waits for it, 1 in the background, 2 for a spare. Asked at each free slot. */
  rank: () => number;
  /** Starts of one key go one after the other until one of them has shown life. */
  alone?: string;
  cancellation: Cancellation;
}

/** The right to start something now. */
export interface Slot {
  /** It has shown the first sign of life. */
  alive(): void;
  /** It has ended, well or not. */
  ended(): void;
}

export interface StartsOptions {
  /** The most starts at a time. */
  slots: number;
  /** A start that shows no life keeps its slot this long, in milliseconds, and starves nobody after that. */
  holdMs: number;
  /** A start that shows no life keeps others of its key waiting this long, in milliseconds. */
  maxAloneMs: number;
}

interface Waiting {
  start: Start;
  granted: (slot: Slot) => void;
}

/** The most keys that are remembered as having shown life. */
const maxKnown = 1_024;

/**
 * Limits how many things start at one time: those with the least rank first, in the order in which they came. What
 * waits for its key is passed by others. Each start waits as long as its cancellation allows.
 */
export class Starts {
  readonly #options: StartsOptions;
  readonly #waiting = new Set<Waiting>();
  /** Keys of which one is being started. */
  readonly #alone = new Set<string>();
  /** Keys that have shown life, oldest first: their starts may go side by side. */
  readonly #known = new Set<string>();
  #running = 0;

  constructor(options: StartsOptions) {
    this.#options = options;
  }

  get counters(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.size };
  }

  /** A slot, at once when there is one; rejects with the reason when `start` is cancelled before it has one. */
  enter(start: Start): Slot | Promise<Slot> {
    if (start.cancellation.reason !== undefined) return Promise.reject(start.cancellation.reason);
    if (this.#mayGo(start)) return this.#go(start);
    return new Promise((resolve, reject) => {
      const waiting = { start, granted: resolve };
      this.#waiting.add(waiting);
      const release = start.cancellation.onCancel(reason => {
        this.#waiting.delete(waiting);
        reject(reason);
      });
      waiting.granted = slot => {
        release();
        resolve(slot);
      };
    });
  }

  #mayGo({ alone }: Start): boolean {
    if (this.#running >= this.#options.slots) return false;
    return alone === undefined || this.#known.has(alone) || !this.#alone.has(alone);
  }

  #go({ alone }: Start): Slot {
    const { holdMs, maxAloneMs } = this.#options;
    const key = alone === undefined || this.#known.has(alone) ? undefined : alone;
    this.#running++;
    if (key !== undefined) this.#alone.add(key);
    const leave = onceWithin(holdMs, () => {
      this.#running--;
      this.#next();
    });
    const unlock = key === undefined ? () => {} : onceWithin(maxAloneMs, () => this.#unlock(key));
    let over = false;
    const ended = () => {
      over = true;
      leave();
      unlock();
    };
    const alive = () => {
      if (over) return;
      ended();
      if (key !== undefined) this.#remember(key);
    };
    return { alive, ended };
  }

  #unlock(key: string): void {
    this.#alone.delete(key);
    this.#next();
  }

  #remember(key: string): void {
    this.#known.add(key);
    const [oldest] = this.#known;
    if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
    this.#next();
  }

  #next(): void {
    for (let best = this.#best(); best !== undefined; best = this.#best()) {
      this.#waiting.delete(best);
      best.granted(this.#go(best.start));
    }
  }

  #best(): Waiting | undefined {
    let best: Waiting | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const waiting of this.#waiting) {
      if (!this.#mayGo(waiting.start)) continue;
      const rank = waiting.start.rank();
      if (rank >= least) continue;
      best = waiting;
      least = rank;
    }
    return best;
  }
}

/** Calls `end` once: when the function returned is called, or after `ms`. */
function onceWithin(ms: number, end: () => void): () => void {
  let done = false;
  const finish = () => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    end();
  };
  const timer = setTimeout(finish, ms).unref();
  return finish;
}
