import { setTimeout as delay } from 'node:timers/promises';
import { McpxError } from '../../errors.ts';
import type { Link } from './link.ts';

/** How long the next gateway may take to come, as when it is being restarted. */
const patienceMs = 10_000;
const pollMs = 200;

/** Leads to the gateway of now; when that has ended, to the next one that serves the same configuration. */
export class Route {
  /** Rejects with NO_GATEWAY when there is none any more. */
  readonly gone: Promise<never>;
  readonly #find: () => Promise<Link | undefined>;
  #now: Link | undefined;
  #link: Promise<Link>;
  #giveUp!: (error: unknown) => void;

  /** `find` looks for a gateway and makes it ready for the client. */
  constructor(first: Link, find: () => Promise<Link | undefined>) {
    this.#find = find;
    this.#now = first;
    this.#link = Promise.resolve(first);
    this.gone = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.gone.catch(() => {}); // it may be that nobody asks
  }

  /** Undefined while the next one is looked for. */
  get now(): Link | undefined {
    return this.#now;
  }

  /** Waits while the next one is looked for; rejects with NO_GATEWAY when none comes. */
  get link(): Promise<Link> {
    return this.#link;
  }

  /** `link` leads nowhere any more. */
  lost(link: Link): void {
    if (link !== this.#now) return;
    this.#now = undefined;
    this.#link = this.#next(link);
    this.#link.catch(this.#giveUp);
  }

  async #next(lost: Link): Promise<Link> {
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await delay(pollMs)) {
      const found = await this.#find().catch(() => undefined); // it ended again
      if (found === undefined) continue;
      this.#now = found;
      return found;
    }
    const why = `the gateway at ${lost.address} has ended, and no other came within ${patienceMs / 1_000} s.`;
    throw new McpxError('NO_GATEWAY', why);
  }
}
