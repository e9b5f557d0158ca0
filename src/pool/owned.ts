import type { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { Opening } from './opening.ts';

/** What is held for an owner: anything that can end, by itself or when told. */
export interface Owned {
  readonly closed: boolean;
  close(graceMs?: number): Promise<void>;
}

/** The right to use one owner's thing for one piece of work. */
export interface Lease<T> {
  readonly held: T;
  /** The work is done. Once; later calls do nothing. */
  release(): void;
  /** The work is done and the thing must not be used again. */
  discard(): void;
}

export interface OwnedPoolOptions<T> {
  /** Makes a thing; rejects when it cannot. */
  open: (cancellation: Cancellation) => Promise<T>;
  /** The most owners at a time. */
  max: number;
}

/**
 * One thing for each owner, made at the owner's first use and kept until the owner leaves; nobody else ever gets it.
 * Opening is shared by all work of the owner that waits for it, and cancelled when nobody waits any more.
 */
export class OwnedPool<T extends Owned> {
  readonly #options: OwnedPoolOptions<T>;
  /** One lease serves all work of an owner, since nothing is counted. */
  readonly #leases = new Map<string, Lease<T>>();
  readonly #opening = new Map<string, Opening<T>>();
  /** Everything that is being made or, having been given up, taken apart. */
  readonly #unfinished = new Set<Promise<void>>();
  #closed = false;

  constructor(options: OwnedPoolOptions<T>) {
    this.#options = options;
  }

  get size(): number {
    return this.#leases.size + this.#opening.size;
  }

  /** The owner's thing, made now if there is none. Synchronous when there is one. */
  acquire(owner: string, cancellation: Cancellation): Lease<T> | Promise<Lease<T>> {
    const lease = this.#leases.get(owner);
    if (lease !== undefined && !lease.held.closed) return lease;
    this.#leases.delete(owner);
    return this.#join(owner, cancellation);
  }

  /** The owner is gone: what was held for it is closed. */
  async leave(owner: string, graceMs?: number): Promise<void> {
    this.#opening.get(owner)?.abandon();
    const lease = this.#leases.get(owner);
    this.#leases.delete(owner);
    await lease?.held.close(graceMs);
  }

  async close(graceMs?: number): Promise<void> {
    this.#closed = true;
    await Promise.all(
      [...this.#leases.keys(), ...this.#opening.keys()].map(owner => this.leave(owner, graceMs)),
    );
    await Promise.all(this.#unfinished);
  }

  async #join(owner: string, cancellation: Cancellation): Promise<Lease<T>> {
    if (this.#closed) throw new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    cancellation.throwIfCancelled();
    let opening = this.#opening.get(owner);
    if (opening === undefined || opening.abandoned) {
      if (this.size >= this.#options.max) this.#forgetClosed();
      if (this.size >= this.#options.max) {
        const message = `${this.#options.max} clients use this server already`;
        throw new McpxError('TOO_MANY_SESSIONS', message);
      }
      opening = this.#open(owner);
    }
    await opening.wait(cancellation);
    const lease = this.#leases.get(owner);
    if (opening.abandoned || lease === undefined)
      throw new McpxError('CALL_CANCELLED', 'the client has left');
    return lease;
  }

  #forgetClosed(): void {
    for (const [owner, { held }] of this.#leases) if (held.closed) this.#leases.delete(owner);
  }

  #open(owner: string): Opening<T> {
    const opening = new Opening(this.#options.open);
    this.#opening.set(owner, opening);
    const forget = () => {
      if (this.#opening.get(owner) === opening) this.#opening.delete(owner);
    };
    const finished = opening.result
      .then(thing => {
        forget();
        if (opening.abandoned || this.#closed) return thing.close();
        this.#leases.set(owner, this.#lease(owner, thing));
      }, forget)
      .finally(() => this.#unfinished.delete(finished));
    this.#unfinished.add(finished);
    return opening;
  }

  #lease(owner: string, held: T): Lease<T> {
    return {
      held,
      release: () => {},
      discard: () => {
        if (this.#leases.get(owner)?.held === held) void this.leave(owner);
      },
    };
  }
}
