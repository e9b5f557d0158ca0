/** How quickly a new rate is believed, and how slowly an old one is forgotten, in milliseconds. */
const fastMs = 2_000;
const slowMs = 15_000;

/** How slowly a burst is forgotten, in milliseconds, and the largest that is noticed. */
const burstMs = 60_000;
const largestBurst = 64;

/** What a start is taken to last before one has been seen, in milliseconds. */
const guessedStartMs = 500;

/**
 * Estimates how many things should be ready before they are asked for. By Little's law, rate times start time are being
 * replaced at any moment; three standard deviations of a Poisson process are kept on top of them. Agents ask for several
 * things at once, though: as many as came within the time of one start lately are expected to come so again.
 */
export class Demand {
  readonly #now: () => number;
  readonly #fast = new Rate(fastMs);
  readonly #slow = new Rate(slowMs);
  readonly #burst = new Burst();
  #startMs?: number;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** One was asked for. */
  arrived(): void {
    const now = this.#now();
    this.#lastAt = now;
    this.#fast.count(now);
    this.#slow.count(now);
    this.#burst.count(now, this.startMs);
  }

  /** One was started, which took so long. */
  started(ms: number): void {
    this.#startMs = this.#startMs === undefined ? ms : this.#startMs * 0.7 + ms * 0.3;
  }

  /** Milliseconds since the last was asked for; Infinity before the first. */
  get quietMs(): number {
    return this.#now() - this.#lastAt;
  }

  /** Milliseconds that a start takes. */
  get startMs(): number {
    return this.#startMs ?? guessedStartMs;
  }

  /** How many should be ready or starting. */
  get ahead(): number {
    const now = this.#now();
    const rate = Math.max(this.#fast.at(now), this.#slow.at(now));
    const load = rate * this.startMs;
    return load < 0.01 ? 0 : Math.max(Math.ceil(load + 3 * Math.sqrt(load)), this.#burst.at(now));
  }
}

/** Events a millisecond, older ones counting less and less. */
class Rate {
  readonly #memoryMs: number;
  #value = 0;
  #at = 0;

  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs;
  }

  count(now: number): void {
    this.#value = this.at(now) + 1 / this.#memoryMs;
    this.#at = now;
  }

  at(now: number): number {
    return this.#value * Math.exp((this.#at - now) / this.#memoryMs);
  }
}

/** The most events within a short time, forgotten by and by. */
class Burst {
  readonly #times: number[] = [];
  #peak = 0;
  #at = 0;

  count(now: number, windowMs: number): void {
    this.#times.push(now);
    while (this.#times.length > largestBurst || this.#times[0]! < now - windowMs) this.#times.shift();
    if (this.#times.length < this.#value(now)) return;
    this.#peak = this.#times.length;
    this.#at = now;
  }

  at(now: number): number {
    return Math.round(this.#value(now));
  }

  #value(now: number): number {
    return this.#peak * Math.exp((this.#at - now) / burstMs);
  }
}
