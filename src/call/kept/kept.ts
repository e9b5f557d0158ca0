import { randomBytes } from 'node:crypto';
import type { KeptText } from '../../compress/results/kept-text.ts';
import type { Principal } from '../../types.ts';
import { TextFolder } from './folder.ts';
import { Shelf } from './shelf.ts';

export interface KeptLimits {
  maxMemoryBytes: number;
  maxDiskBytes: number;
  /** Milliseconds that a result is kept. */
  ttlMs: number;
}

export interface KeptResultsOptions extends KeptLimits {
  /** Where results go that memory has no room for; nowhere when left out. */
  folder?: string;
  /** Milliseconds of a clock that never jumps; that of `performance` when left out. */
  now?: () => number;
}

/** A kept result and whose it is. On disk there is only its text. */
interface Kept {
  principal: Principal;
  result: KeptText;
}
type Stub = Omit<Kept, 'result'> & { result: Omit<KeptText, 'text'> };

/** In bytes, beside the text. */
const perResult = 256;
/** A result that takes a larger part of the memory goes to disk at once, so that it does not push out all others. */
const largestPart = 0.25;
/** Milliseconds between looks for what has ended. */
const sweepMs = 60_000;

/**
 * Results that were too large for the model, each for its time, and only for the principal that was answered. In memory,
 * and on disk when there is no more room; gone when the gateway ends. What cannot be kept is not: no call may fail of it.
 */
export class KeptResults {
  #ttlMs = 0;
  readonly #now: () => number;
  readonly #memory = new Shelf<Kept>();
  readonly #disk = new Shelf<Stub>();
  readonly #folder?: TextFolder;
  #largest = 0;
  /** On their way to the disk. */
  readonly #leaving = new Map<string, { kept: Kept; written: Promise<boolean> }>();
  #timer?: NodeJS.Timeout;
  #closed = false;

  constructor({ folder, now, ...limits }: KeptResultsOptions) {
    this.#now = now ?? (() => performance.now());
    this.#folder = folder === undefined ? undefined : new TextFolder(folder);
    this.limit(limits);
  }

  /** Milliseconds that a result is kept. */
  get ttlMs(): number {
    return this.#ttlMs;
  }

  /** From now on these limits hold; what is kept already gives way when the next one comes. */
  limit({ maxMemoryBytes, maxDiskBytes, ttlMs }: KeptLimits): void {
    this.#ttlMs = ttlMs;
    this.#memory.maxBytes = maxMemoryBytes;
    this.#disk.maxBytes = maxDiskBytes;
    this.#largest = maxMemoryBytes * largestPart;
  }

  /** Removes what gateways that were killed left on disk. */
  async sweep(): Promise<void> {
    await this.#folder?.sweep();
  }

  /** The id under which `result` can be found, 128 bits that nobody can guess; undefined when there is no room for it. */
  async keep(principal: Principal, result: KeptText): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const id = randomBytes(16).toString('base64url');
    const kept = { principal, result };
    const bytes = bytesOf(result);
    const ends = this.#now() + this.ttlMs;
    this.#timer ??= setInterval(() => this.#expire(), sweepMs).unref();
    if (bytes > this.#largest && (await this.#toDisk(id, kept, ends))) return id;
    if (this.#closed || !this.#memory.takes(bytes)) return undefined;
    const gone = this.#memory.put(id, kept, bytes, ends);
    await Promise.all(gone.map(old => this.#toDisk(old.key, old.item, old.ends)));
    return id;
  }

  /** Undefined when there is none, it has ended, or it is somebody else's. */
  async find(principal: Principal, id: string): Promise<KeptText | undefined> {
    const now = this.#now();
    const kept = this.#memory.get(id, now) ?? this.#leaving.get(id)?.kept;
    if (kept !== undefined) return kept.principal === principal ? kept.result : undefined;
    const stub = this.#disk.get(id, now);
    if (stub === undefined || stub.principal !== principal) return undefined;
    const text = await this.#folder?.read(id);
    return text === undefined ? undefined : { ...stub.result, text };
  }

  /** Forgets everything and removes it from the disk. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#memory.clear();
    this.#disk.clear();
    await Promise.all([...this.#leaving.values()].map(({ written }) => written));
    await this.#folder?.removeAll();
  }

  async #toDisk(id: string, kept: Kept, ends: number): Promise<boolean> {
    const { principal, result } = kept;
    const bytes = bytesOf(result);
    if (this.#closed || this.#folder === undefined || !this.#disk.takes(bytes)) return false;
    const writing = this.#folder.write(id, result.text);
    this.#leaving.set(id, { kept, written: writing });
    const written = await writing;
    this.#leaving.delete(id);
    if (!written || this.#closed) return false;
    const { text: _, ...rest } = result;
    const gone = this.#disk.put(id, { principal, result: rest }, bytes, ends);
    await Promise.all(gone.map(({ key }) => this.#folder?.remove(key)));
    return true;
  }

  #expire(): void {
    const now = this.#now();
    this.#memory.expire(now);
    for (const id of this.#disk.expire(now)) void this.#folder?.remove(id);
    if (this.#memory.size + this.#disk.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function bytesOf({ text }: KeptText): number {
  return perResult + 2 * text.length;
}
