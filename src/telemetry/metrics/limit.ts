import { safeName } from '../safe.ts';
import { other } from './table.ts';

/** Lets so many values of a label through, made safe to be shown; all beyond them are `other`. */
export class Limit {
  readonly #most: number;
  readonly #known = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** `value`, or `other`. Values of different `scope`s count apart. */
  of(value: string, scope = ''): string {
    const key = scope === '' ? value : `${scope}\0${value}`;
    if (this.#known.has(key)) return safeName(value);
    if (this.#known.size >= this.#most) return other;
    this.#known.add(key);
    return safeName(value);
  }
}
