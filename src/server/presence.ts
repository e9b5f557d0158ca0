/** Who is here: a client is as long as it has something open, and `idleMs` after its last request. */
export class Presence {
  #idleMs: number;
  readonly #onLeave: (key: string) => void;
  readonly #present = new Map<string, { open: number; lastSeen: number }>(); // on the clock of `performance`
  #sweeper: NodeJS.Timeout;

  constructor(idleMs: number, onLeave: (key: string) => void) {
    this.#idleMs = idleMs;
    this.#onLeave = onLeave;
    this.#sweeper = this.#startSweeping();
  }

  set idleMs(idleMs: number) {
    clearInterval(this.#sweeper);
    this.#idleMs = idleMs;
    this.#sweeper = this.#startSweeping();
  }

  get keys(): string[] {
    return [...this.#present.keys()];
  }

  /** What `key` has open, and when it was last heard of, in epoch milliseconds. */
  of(key: string): { open: number; lastSeenAt: number } {
    const { open, lastSeen } = this.#present.get(key) ?? { open: 0, lastSeen: 0 };
    return { open, lastSeenAt: Date.now() - (performance.now() - lastSeen) };
  }

  get size(): number {
    return this.#present.size;
  }

  /** Something of `key` begins; call the function returned when it ends. */
  enter(key: string): () => void {
    const entry = this.#present.get(key) ?? { open: 0, lastSeen: 0 };
    entry.open++;
    entry.lastSeen = performance.now();
    this.#present.set(key, entry);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      entry.open--;
      entry.lastSeen = performance.now();
    };
  }

  /** Forgets `key` without telling. */
  forget(key: string): void {
    this.#present.delete(key);
  }

  /** The one that has been idle longest; undefined when all are busy. */
  idlest(): string | undefined {
    let idlest: string | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const [key, { open, lastSeen }] of this.#present) {
      if (open === 0 && lastSeen < since) [idlest, since] = [key, lastSeen];
    }
    return idlest;
  }

  close(): void {
    clearInterval(this.#sweeper);
  }

  #startSweeping(): NodeJS.Timeout {
    return setInterval(() => this.#sweep(), Math.max(Math.min(this.#idleMs / 4, 60_000), 50)).unref();
  }

  #sweep(): void {
    const oldest = performance.now() - this.#idleMs;
    for (const [key, { open, lastSeen }] of this.#present) {
      if (open > 0 || lastSeen > oldest) continue;
      this.#present.delete(key);
      this.#onLeave(key);
    }
  }
}
