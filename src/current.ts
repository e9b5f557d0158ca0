/** The place of something in a `Current`. */
export interface Entry<T> {
  readonly value: T;
  /** Whether it has not left. */
  present: boolean;
  earlier?: Entry<T>;
  later?: Entry<T>;
}

/**
 * What is under way, in the order of arrival: things that come and go with each call. A Map or Set makes a new table every
 * few calls, each of which keeps the next and what it held; one that has outlived V8's young generation takes all that
 * come after it along. What has left a `Current` refers to nothing that came later.
 */
export class Current<T> {
  #latest?: Entry<T>;

  get isEmpty(): boolean {
    return this.#latest === undefined;
  }

  /** Whoever enters must `leave`. */
  enter(value: T): Entry<T> {
    const entry: Entry<T> = { value, present: true, earlier: this.#latest, later: undefined };
    if (this.#latest !== undefined) this.#latest.later = entry;
    this.#latest = entry;
    return entry;
  }

  leave(entry: Entry<T>): void {
    if (!entry.present) return;
    const { earlier, later } = entry;
    if (earlier !== undefined) earlier.later = later;
    if (later !== undefined) later.earlier = earlier;
    else this.#latest = earlier;
    entry.present = false;
    entry.earlier = undefined;
    entry.later = undefined;
  }

  /** The latest that `suits`. */
  latest(suits: (value: T) => boolean): T | undefined {
    for (let entry = this.#latest; entry !== undefined; entry = entry.earlier)
      if (suits(entry.value)) return entry.value;
    return undefined;
  }

  /** All of them, the latest first; a copy. */
  get all(): Entry<T>[] {
    const all: Entry<T>[] = [];
    for (let entry = this.#latest; entry !== undefined; entry = entry.earlier) all.push(entry);
    return all;
  }
}
