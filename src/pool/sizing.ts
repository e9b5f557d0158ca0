import { Demand } from './demand.ts';
import type { Member, Pooled } from './member.ts';
import type { PoolOptions } from './options.ts';
import type { Place } from './waiting.ts';

/** What there is at the moment. */
export interface Stock {
  members: ReadonlySet<Member<Pooled>>;
  opening: number;
  line: { readonly length: number } & Iterable<Place<unknown>>;
}

type Limits = Pick<PoolOptions<never>, 'sharing' | 'min' | 'max' | 'share' | 'idleMs'>;

/** Decides how many things a pool should open. */
export class Sizing {
  readonly demand = new Demand();
  /** Whether `min` is kept even when nobody asks. */
  kept = false;
  readonly #options: Limits;
  readonly #stock: Stock;

  constructor(options: Limits, stock: Stock) {
    this.#options = options;
    this.#stock = stock;
  }

  /** How many must be opening for those who wait. */
  get awaited(): number {
    const { members, opening, line } = this.#stock;
    if (line.length === 0) return 0;
    const { sharing } = this.#options;
    if (sharing === 'once') return line.length;
    if (sharing === 'owner') return new Set([...line].map(({ owner }) => owner)).size;
    return members.size === 0 ? 1 : opening; // more when they have waited for a while: `growth`
  }

  /** How many must be opening ahead of those who will come; negative when there are more than enough. */
  get ahead(): number {
    const { members } = this.#stock;
    return this.target - (this.#options.sharing === 'all' ? members.size : this.spares);
  }

  /** How many more to open where work has waited although there are things that all may use: doubles at most. */
  get growth(): number {
    const { members, opening, line } = this.#stock;
    return Math.min(members.size, Math.ceil(line.length / this.#options.share) - opening);
  }

  /** How many should be there unused; of things that all may use, how many should be there at all. */
  get target(): number {
    const { sharing, max, idleMs } = this.#options;
    if (sharing !== 'once' || this.demand.quietMs > idleMs) return this.least;
    return Math.min(max, Math.max(this.least, 1, this.demand.ahead));
  }

  /** What stays even when nobody has asked for a long time. */
  get least(): number {
    return this.kept ? Math.min(this.#options.min, this.#options.max) : 0;
  }

  get spares(): number {
    let count = 0;
    for (const member of this.#stock.members) if (member.isSpare) count++;
    return count;
  }
}
