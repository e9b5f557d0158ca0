/** Callers that are counted apart; of more, the one counted longest is forgotten. */
const maxKeys = 1_000;

interface Bucket {
  left: number;
  at: number;
}

/** So many at once for each key, and as many again in `perMs`, evenly. */
export class RateLimit {
  readonly #most: number;
  readonly #perMs: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(most: number, perMs: number, now = () => performance.now()) {
    this.#most = most;
    this.#perMs = perMs;
    this.#now = now;
  }

  /** Whether `key` has any left; takes none. */
  allows(key: string): boolean {
    return this.#filled(key).left >= 1;
  }

  /** Takes one; false when there was none. */
  take(key: string): boolean {
    const bucket = this.#filled(key);
    if (bucket.left < 1) return false;
    bucket.left--;
    return true;
  }

  #filled(key: string): Bucket {
    const now = this.#now();
    const known = this.#buckets.get(key) ?? { left: this.#most, at: now };
    known.left = Math.min(this.#most, known.left + ((now - known.at) * this.#most) / this.#perMs);
    known.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, known);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > maxKeys) this.#buckets.delete(oldest!);
    return known;
  }
}
