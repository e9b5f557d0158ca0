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
    const name = safeName(value); // which is short, whatever it is made of
    const key = scope === '' ? name : `${safeName(scope)}\0${name}`;
    if (this.#known.has(key)) return name;
    if (this.#known.size >= this.#most) return other;
    this.#known.add(key);
    return name;
  }
}
