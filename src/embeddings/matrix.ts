import type { Vector } from './vectors.ts';

/** Some of `items` by what they mean, made ready to be compared. */
export class Matrix<T> {
  readonly #items: T[] = [];
  readonly #numbers: Int8Array;
  readonly #lengths: Float64Array;
  /** Numbers of a vector; 0 where there is none. */
  readonly dimensions: number;

  /** Those that have no vector are left out. */
  constructor(items: readonly T[], vectors: readonly (Vector | undefined)[]) {
    const having = vectors.filter(vector => vector !== undefined);
    this.dimensions = having[0]?.length ?? 0;
    this.#numbers = new Int8Array(having.length * this.dimensions);
    this.#lengths = new Float64Array(having.length);
    for (const [index, item] of items.entries()) {
      const vector = vectors[index];
      if (vector === undefined) continue;
      this.#numbers.set(vector, this.#items.length * this.dimensions);
      this.#lengths[this.#items.length] = lengthOf(vector);
      this.#items.push(item);
    }
  }

  /** The `count` nearest to `vector`, which has as many dimensions, by the angle between them, nearest first; equals as they were given. */
  nearest(vector: Float32Array, count: number): T[] {
    const scores = Float64Array.from(this.#lengths, (length, row) => this.#product(vector, row) / length);
    const order = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
    return order.slice(0, count).map(row => this.#items[row]!);
  }

  #product(vector: Float32Array, row: number): number {
    const numbers = this.#numbers;
    const start = row * vector.length;
    let sum = 0;
    for (let at = 0; at < vector.length; at++) sum += vector[at]! * numbers[start + at]!;
    return sum;
  }
}

function lengthOf(vector: Vector): number {
  let sum = 0;
  for (const number of vector) sum += number * number;
  return Math.sqrt(sum) || 1;
}
