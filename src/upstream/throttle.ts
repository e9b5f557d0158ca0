/** Runs `work` at most once in `intervalMs`, first after `delayMs`: a storm of requests becomes one run, then another. */
export class Throttle {
  readonly #work: () => void;
  readonly #delayMs: number;
  readonly #intervalMs: number;
  #lastRun = Number.NEGATIVE_INFINITY;
  #timer?: NodeJS.Timeout;

  constructor(work: () => void, delayMs: number, intervalMs: number) {
    this.#work = work;
    this.#delayMs = delayMs;
    this.#intervalMs = intervalMs;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(this.#delayMs, this.#lastRun + this.#intervalMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lastRun = performance.now();
      this.#work();
    }, wait);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
