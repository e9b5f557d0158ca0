import type { Part } from './part.ts';

/** The numbers of terms, the same from one vocabulary to the next, so that only new parts have to be looked up. */
export class Dictionary {
  readonly #numbers = new Map<string, number>();
  readonly #ofParts = new WeakMap<Part, Int32Array>();

  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a term that some part has had. */
  get(term: string): number | undefined {
    return this.#numbers.get(term);
  }

  terms(): Iterable<string> {
    return this.#numbers.keys();
  }

  /** The number of each term of `part`, in its order. */
  numbersOf(part: Part): Int32Array {
    let numbers = this.#ofParts.get(part);
    if (numbers === undefined) {
      numbers = Int32Array.from(part.terms, term => this.#number(term));
      this.#ofParts.set(part, numbers);
    }
    return numbers;
  }

  #number(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(term, number);
    return number;
  }
}
