/** Anything that a pool can hold: it can end, by itself or when told. */
export interface Pooled {
  readonly closed: boolean;
  /** Set by the pool, called when it ended by itself. */
  onclose?(reason: Error): void;
  close(graceMs?: number): Promise<void>;
}

/** The right to use a thing for one piece of work. */
export interface Lease<T> {
  readonly held: T;
  /** The work is done. Once; later calls do nothing. */
  release(): void;
}

/** Why a thing was taken out of a pool. */
export type Reason =
  | 'used'
  | 'left'
  | 'idle'
  | 'surplus'
  | 'lifetime'
  | 'uses'
  | 'unfit'
  | 'invalid'
  | 'broken'
  | 'unwanted'
  | 'ended'
  | 'closed';

/** How one thing in a pool is used. Times in milliseconds. */
export interface Usage<T> {
  /** Of this thing, in this process. */
  id: number;
  thing: T;
  owner?: string;
  busy: number;
  uses: number;
  ageMs: number;
  idleMs: number;
}

let made = 0;

/** One thing in a pool, and how it is used. */
export class Member<T extends Pooled> {
  readonly id = ++made;
  readonly thing: T;
  readonly bornAt = performance.now();
  /** Whose it is for good, where things have owners. */
  owner?: string;
  /** Pieces of work that use it now. */
  busy = 0;
  /** Pieces of work that have used it. */
  uses = 0;
  lastUsedAt = this.bornAt;
  /** Why it must go as soon as nobody uses it. */
  retiring?: Reason;
  /** It is being looked at before it is used again. */
  checking = false;

  constructor(thing: T) {
    this.thing = thing;
  }

  get usage(): Usage<T> {
    const { id, thing, owner, busy, uses } = this;
    const now = performance.now();
    const idleMs = busy > 0 ? 0 : now - this.lastUsedAt;
    return { id, thing, ...(owner !== undefined && { owner }), busy, uses, ageMs: now - this.bornAt, idleMs };
  }

  /** Whether it may be used once more. */
  get usable(): boolean {
    return this.retiring === undefined && !this.checking && !this.thing.closed;
  }
  /** Ready, and nobody has ever used it. */
  get isSpare(): boolean {
    return this.uses === 0 && this.owner === undefined && this.usable;
  }
}

/** A lease on a member; `onrelease` hears of its end, once. */
export class Hold<T extends Pooled> implements Lease<T> {
  readonly #member: Member<T>;
  readonly #onrelease: (member: Member<T>) => void;
  #over = false;

  constructor(member: Member<T>, onrelease: (member: Member<T>) => void) {
    this.#member = member;
    this.#onrelease = onrelease;
    member.busy++;
    member.uses++;
  }

  get held(): T {
    return this.#member.thing;
  }

  release(): void {
    if (this.#over) return;
    this.#over = true;
    this.#member.busy--;
    this.#member.lastUsedAt = performance.now();
    this.#onrelease(this.#member);
  }
}
