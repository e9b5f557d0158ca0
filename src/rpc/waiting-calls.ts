/** So many places there are at first; a power of two. */
const atFirst = 64;

/** What a `WaitingCalls` holds. */
interface Numbered {
  /** Given by `add`. */
  id: number;
}

/**
 * Calls by ids of our own, which go up from `firstId`. Not a Map, for the reason in `Current`: each call stands in the
 * place that its id names, in an array that is only made anew when more calls wait than ever before.
 */
export class WaitingCalls<T extends Numbered> {
  #places: (T | undefined)[] = new Array(atFirst).fill(undefined);
  #nextId: number;
  #size = 0;

  constructor(firstId: number) {
    this.#nextId = firstId;
  }

  get size(): number {
    return this.#size;
  }

  /** Gives `call` its id; one whose place is taken is left out. */
  add(call: T): void {
    if (this.#size * 2 > this.#places.length) this.#grow();
    while (this.#places[this.#placeOf(this.#nextId)] !== undefined) this.#nextId++;
    call.id = this.#nextId++;
    this.#places[this.#placeOf(call.id)] = call;
    this.#size++;
  }

  get(id: number): T | undefined {
    const call = this.#places[this.#placeOf(id)];
    return call?.id === id ? call : undefined;
  }

  /** The call, which waits no more. */
  take(id: number): T | undefined {
    const call = this.get(id);
    if (call === undefined) return undefined;
    this.#places[this.#placeOf(id)] = undefined;
    this.#size--;
    return call;
  }

  /** All of them; a copy. */
  get all(): T[] {
    return this.#places.filter(call => call !== undefined);
  }

  #placeOf(id: number): number {
    return id % this.#places.length;
  }

  /** Twice as many places: no two calls that had their own can meet in one. */
  #grow(): void {
    const all = this.all;
    this.#places = new Array(this.#places.length * 2).fill(undefined);
    for (const call of all) this.#places[this.#placeOf(call.id)] = call;
  }
}
