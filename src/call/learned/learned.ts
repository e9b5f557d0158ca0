import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallContext, Principal } from '../../types.ts';
import { Lessons } from './lessons.ts';

/** What a query has found, best first. */
export interface Shown {
  query: string;
  tools: readonly { server: string; tool: { name: string } }[];
}

/** Searches of one client that are remembered, for how long, and of how many clients. */
const maxSearches = 5;
const rememberedMs = 600_000;
const maxOwners = 1_000;
/** Principals whose lessons are in memory; those of others are on disk. */
const maxPrincipals = 32;

interface LearnedOptions {
  /** Where lessons are kept between runs; nowhere when left out. */
  folder?: string;
  /** Milliseconds of the epoch; `Date.now` when left out. */
  now?: () => number;
}

/**
 * Learns what was really called after which query: a tool that a client's search showed and that it then called without
 * error. Each principal's own, told to nobody else; it fades.
 */
export class Learned {
  readonly #folder?: string;
  readonly #now: () => number;
  readonly #searches = new Map<string, { shown: Shown[]; at: number }[]>();
  readonly #lessons = new Map<Principal, { lessons: Lessons; loaded: Promise<void> }>();

  constructor({ folder, now = Date.now }: LearnedOptions) {
    this.#folder = folder;
    this.#now = now;
  }

  /** What `principal` has taught. */
  async of(principal: Principal): Promise<Lessons> {
    const known = this.#lessons.get(principal) ?? this.#opened(principal);
    this.#lessons.delete(principal);
    this.#lessons.set(principal, known); // it was used just now
    for (const oldest of this.#lessons.keys()) {
      if (this.#lessons.size <= maxPrincipals) break;
      this.#lessons.delete(oldest);
    }
    await known.loaded;
    return known.lessons;
  }

  /** A client has searched; `shown` is what each of its queries has found. */
  searched({ owner }: CallContext, shown: Shown[]): void {
    const before = this.#searches.get(owner) ?? [];
    this.#searches.delete(owner);
    this.#searches.set(owner, [{ shown, at: this.#now() }, ...before].slice(0, maxSearches));
    for (const oldest of this.#searches.keys()) {
      if (this.#searches.size <= maxOwners) break;
      this.#searches.delete(oldest);
    }
  }

  /** A client has called a tool that did not fail. */
  async called({ owner, principal }: CallContext, server: string, tool: string): Promise<void> {
    const query = this.#queryFor(owner, server, tool);
    if (query !== undefined) (await this.of(principal)).learn(server, tool, query);
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await Promise.all([...this.#lessons.values()].map(({ lessons }) => lessons.saved()));
  }

  /** The query of its latest search that showed the tool; of several, the one that found it best. */
  #queryFor(owner: string, server: string, tool: string): string | undefined {
    for (const { shown, at } of this.#searches.get(owner) ?? []) {
      if (at < this.#now() - rememberedMs) break;
      const places = shown.map(({ query, tools }) => ({
        query,
        place: tools.findIndex(found => found.server === server && found.tool.name === tool),
      }));
      const [best] = places.filter(({ place }) => place >= 0).sort((a, b) => a.place - b.place);
      if (best !== undefined) return best.query;
    }
    return undefined;
  }

  #opened(principal: Principal): { lessons: Lessons; loaded: Promise<void> } {
    const name = createHash('sha256').update(principal).digest('hex').slice(0, 32);
    const lessons = new Lessons(this.#folder && join(this.#folder, `${name}.json`), this.#now);
    return { lessons, loaded: this.#ready().then(() => lessons.load()) };
  }

  async #ready(): Promise<void> {
    if (this.#folder === undefined) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 }).catch(() => {}); // told when something is written
  }
}
