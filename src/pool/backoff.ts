export interface BackoffOptions {
  /** Milliseconds before the second attempt. */
  first: number;
  /** The most milliseconds between two attempts. */
  max: number;
  /** A number in [0, 1); Math.random in production. */
  random: () => number;
}

/** Exponential backoff with jitter: each delay lies between half and all of a doubling step. */
export class Backoff {
  readonly #options: BackoffOptions;
  #step = 0;

  constructor(options: Partial<BackoffOptions> = {}) {
    this.#options = { first: 1_000, max: 60_000, random: Math.random, ...options };
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const { first, max, random } = this.#options;
    const step = Math.min(first * 2 ** this.#step, max);
    if (step < max) this.#step++;
    return step / 2 + (step / 2) * random();
  }

  /** After a success. */
  reset(): void {
    this.#step = 0;
  }
}
