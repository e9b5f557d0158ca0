/** Within two intervals, this many runs are a storm. */
const stormRuns = 3;

/**
 * Runs `work` after `delayMs`. A storm of requests becomes one run, then another: the more runs there have lately been, the
 * longer is the pause, up to `intervalMs`.
 */
export class Throttle {
  readonly #work: () => void;
  readonly #delayMs: number;
  readonly #intervalMs: number;
  #runs: number[] = [];
  #timer?: NodeJS.Timeout;

  constructor(work: () => void, delayMs: number, intervalMs: number) {
    this.#work = work;
    this.#delayMs = delayMs;
    this.#intervalMs = intervalMs;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    const now = performance.now();
    this.#runs = this.#runs.filter(at => now - at < 2 * this.#intervalMs);
    const pause = this.#intervalMs * Math.min(1, this.#runs.length / stormRuns);
    const wait = Math.max(this.#delayMs, (this.#runs.at(-1) ?? 0) + pause - now);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#runs.push(performance.now());
      this.#work();
    }, wait);
    this.#timer.unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
