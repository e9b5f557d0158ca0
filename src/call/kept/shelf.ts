/** An item and for how long it may be had. */
interface Placed<T> {
  item: T;
  bytes: number;
  /** On the clock of whoever places it. */
  ends: number;
}

/** Items by key, each for its time, within so many bytes: the one unused longest gives way. */
export class Shelf<T> {
  readonly #items = new Map<string, Placed<T>>();
  /** Beyond that the next one that comes makes others give way. */
  maxBytes = 0;
  #bytes = 0;

  get size(): number {
    return this.#items.size;
  }

  /** Whether an item of so many bytes can be had at all. */
  takes(bytes: number): boolean {
    return bytes <= this.maxBytes;
  }

  get(key: string, now: number): T | undefined {
    const placed = this.#items.get(key);
    if (placed === undefined || placed.ends <= now) return undefined;
    this.#items.delete(key);
    this.#items.set(key, placed); // it was used just now
    return placed.item;
  }

  /** Returns what had to give way, with its end. The item must be one that the shelf takes. */
  put(key: string, item: T, bytes: number, ends: number): { key: string; item: T; ends: number }[] {
    this.#items.set(key, { item, bytes, ends });
    this.#bytes += bytes;
    const gone = [];
    for (const [oldest, placed] of this.#items) {
      if (this.#bytes <= this.maxBytes) break;
      this.delete(oldest);
      gone.push({ key: oldest, item: placed.item, ends: placed.ends });
    }
    return gone;
  }

  delete(key: string): void {
    this.#bytes -= this.#items.get(key)?.bytes ?? 0;
    this.#items.delete(key);
  }

  /** Takes out those whose time is over; their keys. */
  expire(now: number): string[] {
    const over = [...this.#items].flatMap(([key, { ends }]) => (ends <= now ? [key] : []));
    for (const key of over) this.delete(key);
    return over;
  }

  clear(): void {
    this.#items.clear();
    this.#bytes = 0;
  }
}
