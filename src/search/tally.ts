/** The slots in which a token stands, and how much it says about each of them. */
export interface Posting {
  slots: Int32Array;
  impacts: Float32Array;
}

/** The score of each slot while a query is answered. */
export class Tally {
  readonly scores: Float64Array;
  /** The best that any of several words says of each slot; those that have one are the first `#count` of `#met`. */
  readonly #raised: Float64Array;
  readonly #met: Int32Array;
  #count = 0;

  constructor(slots: number) {
    this.scores = new Float64Array(slots);
    this.#raised = new Float64Array(slots);
    this.#met = new Int32Array(slots);
  }

  add({ slots, impacts }: Posting, worth: number): void {
    for (let index = 0; index < slots.length; index++) this.scores[slots[index]!]! += worth * impacts[index]!;
  }

  /** Like `add`, but of all that is raised before `settle` only the most is added. */
  raise({ slots, impacts }: Posting, worth: number): void {
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!;
      const value = worth * impacts[index]!;
      const before = this.#raised[slot]!;
      if (before === 0) this.#met[this.#count++] = slot;
      if (value > before) this.#raised[slot] = value;
    }
  }

  settle(): void {
    for (let index = 0; index < this.#count; index++) {
      const slot = this.#met[index]!;
      this.scores[slot]! += this.#raised[slot]!;
      this.#raised[slot] = 0;
    }
    this.#count = 0;
  }

  clear(): void {
    this.scores.fill(0);
  }
}
