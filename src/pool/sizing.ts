import { Backoff } from './backoff.ts';
import { Demand } from './demand.ts';
import type { Member, Pooled } from './member.ts';
import type { PoolOptions } from './options.ts';
import type { Place } from './waiting.ts';

/** Work that waits longer than this, in milliseconds, while things are there is a reason to open another. */
export const patienceMs = 50;

/** What there is at the moment. */
export interface Stock {
  members: ReadonlySet<Member<Pooled>>;
  openings: { readonly size: number };
  line: { readonly length: number; readonly first: Place<unknown> | undefined } & Iterable<Place<unknown>>;
}

type Limits = Pick<PoolOptions<never>, 'sharing' | 'min' | 'max' | 'share' | 'idleMs'>;

/** Decides how many things a pool should open. */
export class Sizing {
  readonly demand = new Demand();
  /** Whether `min` is kept even when nobody asks. */
  kept = false;
  readonly #options: Limits;
  readonly #stock: Stock;
  readonly #backoff = new Backoff();
  /** On the clock of `performance`: nothing is opened ahead of need before, and when the last one was there. */
  #pausedUntil = 0;
  #grownAt = 0;

  constructor(options: Limits, stock: Stock) {
    this.#options = options;
    this.#stock = stock;
  }

  /** One was opened, which took so many milliseconds. */
  opened(ms: number): void {
    this.demand.started(ms);
    this.#backoff.reset();
    this.#pausedUntil = 0;
    this.#grownAt = performance.now();
  }

  /** One that nobody waited for could not be opened: the next has to wait. */
  failedAhead(): void {
    this.#pausedUntil = performance.now() + this.#backoff.next();
  }

  /** How many must be opening for those who wait. */
  get awaited(): number {
    const { members, openings, line } = this.#stock;
    if (line.length === 0) return 0;
    const { sharing } = this.#options;
    if (sharing === 'once') return line.length;
    if (sharing === 'owner') return new Set([...line].map(({ owner }) => owner)).size;
    return members.size === 0 ? 1 : openings.size; // more when they have waited for a while: `growth`
  }

  /** How many must be opening ahead of those who will come. */
  get ahead(): number {
    if (performance.now() < this.#pausedUntil) return 0;
    const { members } = this.#stock;
    return Math.max(0, this.target - (this.#options.sharing === 'all' ? members.size : this.spares));
  }

  /** How many more to open where work has waited although there are things that all may use: doubles at most. */
  get growth(): number {
    const { members, openings, line } = this.#stock;
    const waitingSince = Math.max(line.first?.since ?? Number.POSITIVE_INFINITY, this.#grownAt);
    if (performance.now() - waitingSince < patienceMs) return 0;
    return Math.min(members.size, Math.ceil(line.length / this.#options.share) - openings.size);
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
