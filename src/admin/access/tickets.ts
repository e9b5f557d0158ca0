import { createHash, randomBytes } from 'node:crypto';

interface TicketsOptions {
  /** How long one is good, in milliseconds. */
  goodMs: number;
  /** Of more, the oldest is good no longer. */
  most: number;
  now?: () => number;
  /** Those that were given out before, as `good` had them. */
  known?: readonly Ticket[];
  /** Called after each change. */
  onchange?: () => void;
}

/** The hash of one, and until when it is good, in epoch milliseconds. */
export type Ticket = readonly [hash: string, until: number];

/** Random texts that were given out and are good for a time. Only their hashes are kept. */
export class Tickets {
  readonly #goodMs: number;
  readonly #most: number;
  readonly #now: () => number;
  /** Until when each is good, by its hash. */
  readonly #good: Map<string, number>;
  readonly #onchange: () => void;

  constructor({ goodMs, most, now = Date.now, known = [], onchange = () => {} }: TicketsOptions) {
    this.#goodMs = goodMs;
    this.#most = most;
    this.#now = now;
    this.#good = new Map(known.slice(-most));
    this.#onchange = onchange;
  }

  /** Those that are good now, the oldest first. */
  get good(): Ticket[] {
    return [...this.#good].filter(([, until]) => until > this.#now());
  }

  /** A new one, and until when it is good (epoch milliseconds). */
  give(): { ticket: string; expiresAt: number } {
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = this.#now() + this.#goodMs;
    this.#good.set(hashOf(ticket), expiresAt);
    const [oldest] = this.#good.keys();
    if (this.#good.size > this.#most) this.#good.delete(oldest!);
    this.#onchange();
    return { ticket, expiresAt };
  }

  /** Looked up by its hash: how long that takes says nothing of the ticket. */
  isGood(ticket: string): boolean {
    const until = this.#good.get(hashOf(ticket));
    return until !== undefined && until > this.#now();
  }

  /** Whether it was good; from now on it is not. */
  spend(ticket: string): boolean {
    const wasGood = this.isGood(ticket);
    if (this.#good.delete(hashOf(ticket))) this.#onchange();
    return wasGood;
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
