import { LRUCache } from 'lru-cache';
import type { RawResponse } from '../types.ts';
import { sizeOf } from './cache-size.ts';

/** Bytes that all answers may take, and one of them. */
const maxBytes = 16 * 1024 * 1024;
const maxEntryBytes = 1024 * 1024;

/** Answers by key, each for its time, within 16 MB; the one unused longest gives way. Loaded at the first answer kept. */
export class Results {
  readonly #kept: LRUCache<string, RawResponse>;

  /** `now`: milliseconds of a clock that never jumps. */
  constructor(now: () => number) {
    this.#kept = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: maxEntryBytes,
      ttl: 1, // each has its own; without this none would end
      ttlResolution: 0, // asks the clock each time: no timers
      perf: { now },
    });
  }

  get(key: string): RawResponse | undefined {
    return this.#kept.get(key);
  }

  /** Keeps an answer for `ttlMs` milliseconds, unless it takes more than 1 MB. */
  keep(key: string, response: RawResponse, ttlMs: number): void {
    this.#kept.set(key, response, { ttl: ttlMs, size: 2 * key.length + sizeOf(response, maxEntryBytes) });
  }
}
