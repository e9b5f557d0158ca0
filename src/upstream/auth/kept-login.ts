import { learnSecrets } from '../../secrets.ts';
import type { Change, Entry } from './entry.ts';
import { saidBy } from './failures.ts';
import { type LoginRecord, secretsOf } from './record.ts';

/** Another process may have changed the login: looked at when it is used, but no more often than this. */
const lookMs = 5_000;

/** Where another login is waited for, it is looked for as often as this. */
const watchMs = 1_000;

/** A login as it was last seen where it is kept, which other processes may change at any time. */
export class KeptLogin {
  /** Why what is kept cannot be used, or not be kept. */
  problem?: string;
  /** Called when a login that was waited for is there. */
  onfound?: () => void;
  readonly #entry: Entry;
  #record?: LoginRecord;
  #stamp = '';
  #lookedAt = Number.NEGATIVE_INFINITY;
  #loading?: Promise<void>;
  #watcher?: NodeJS.Timeout;

  constructor(entry: Entry) {
    this.#entry = entry;
  }

  get record(): LoginRecord | undefined {
    return this.#record;
  }

  /** Resolves when the login has been read; what others change later is looked for beside the work. */
  load(): Promise<void> {
    if (this.#loading === undefined) this.#loading = this.look();
    else if (performance.now() - this.#lookedAt > lookMs) void this.look();
    return this.#loading;
  }

  /** Reads it again if it has changed. Never rejects: one that cannot be read is none, and `problem` says why. */
  async look(): Promise<void> {
    this.#lookedAt = performance.now();
    const stamp = await this.#entry.stamp();
    if (stamp === this.#stamp) return;
    try {
      this.#adopt(await this.#entry.read(), stamp);
      this.problem = undefined;
    } catch (thrown) {
      this.problem = saidBy(thrown);
    }
  }

  /** Changes it, one process after the other. New tokens that cannot be kept are used all the same. */
  async update(change: Change): Promise<void> {
    let next: LoginRecord | undefined;
    try {
      const record = await this.#entry.update(async current => {
        next = await change(current);
        return next;
      });
      this.#adopt(record, await this.#entry.stamp());
      this.problem = undefined;
    } catch (thrown) {
      if (next?.tokens === undefined) throw thrown;
      this.#adopt(next, this.#stamp);
      this.problem = `it cannot be kept: ${saidBy(thrown)}`;
    }
  }

  /** Looks for a login that somebody else makes, until there is one. */
  watch(): void {
    this.#watcher ??= setInterval(() => void this.look(), watchMs).unref();
  }

  close(): void {
    clearInterval(this.#watcher);
    this.#watcher = undefined;
  }

  #adopt(record: LoginRecord | undefined, stamp: string): void {
    const before = this.#record?.tokens?.access;
    if (record !== undefined) learnSecrets(secretsOf(record));
    this.#record = record;
    this.#stamp = stamp;
    const now = record?.tokens?.access;
    if (now === undefined || now === before || this.#watcher === undefined) return;
    this.close();
    this.onfound?.();
  }
}
