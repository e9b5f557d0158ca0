import type { Cancellation } from '../cancellation.ts';

/** Somebody in the line. Served or refused once; later attempts do nothing. */
export interface Place<T> {
  readonly owner: string;
  /** When it joined, on the clock of `performance`. */
  readonly since: number;
  serve(thing: T): void;
  refuse(error: Error): void;
}

/** Those who wait for something, first come first served. Each can give up, and gives up at its deadline. */
export class WaitingLine<T> {
  readonly #places = new Set<Place<T>>();

  get length(): number {
    return this.#places.size;
  }

  get first(): Place<T> | undefined {
    return this.#places.values().next().value;
  }

  /** In the order of arrival; who is served or refused meanwhile is left out. */
  [Symbol.iterator](): Iterator<Place<T>> {
    return this.#places.values();
  }

  /** Resolves when served; rejects when refused, when cancelled, and with `late()` after `ms`. */
  join(owner: string, cancellation: Cancellation, ms: number, late: () => Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        release();
        return this.#places.delete(place);
      };
      const place: Place<T> = {
        owner,
        since: performance.now(),
        serve: thing => void (leave() && resolve(thing)),
        refuse: error => void (leave() && reject(error)),
      };
      this.#places.add(place);
      const timer = setTimeout(() => place.refuse(late()), ms);
      let release = () => {};
      release = cancellation.onCancel(place.refuse);
    });
  }

  refuseAll(error: Error): void {
    for (const place of this.#places) place.refuse(error);
  }
}
