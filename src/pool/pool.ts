import { setImmediate as nextTurn } from 'node:timers/promises';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { Backoff } from './backoff.ts';
import { Hold, type Lease, Member, type Pooled, type Reason } from './member.ts';
import type { PoolCounters, PoolLimits, PoolOptions } from './options.ts';
import { overdue } from './overdue.ts';
import { Sizing } from './sizing.ts';
import { WaitingLine } from './waiting.ts';

/** Work that waits longer than this, in milliseconds, while things are there is a reason to open another. */
const patienceMs = 50;
/** What is opened ahead of need is opened this much later, in milliseconds: a start must not hold up the work at hand. */
const aheadMs = 10;
const slowestSweepMs = 1_000;
const fitnessMs = 5_000;

interface Opening {
  /** Who waited for it when it was begun. */
  owner?: string;
  cancellation: Cancellation;
  since: number;
}

/**
 * A bounded number of things, lent to whoever asks. Who cannot have one at once waits in line; things are opened for
 * those who wait, ahead of those who will, and closed when nobody needs them.
 */
export class Pool<T extends Pooled> {
  readonly #options: PoolOptions<T>;
  readonly #members = new Set<Member<T>>();
  readonly #owned = new Map<string, Member<T>>();
  readonly #openings = new Set<Opening>();
  /** Everything that is being opened, looked at or closed. */
  readonly #unfinished = new Set<Promise<void>>();
  readonly #line = new WaitingLine<Lease<T>>();
  readonly #sizing: Sizing;
  readonly #backoff = new Backoff();
  readonly #discarded: PoolCounters['discarded'] = {};
  readonly #released = (member: Member<T>) => this.#free(member);
  #started = 0;
  #closing = 0;
  #checking = 0;
  /** On the clock of `performance`: no spares are opened before, work has had no reason to wait until, last looked at. */
  #pausedUntil = 0;
  #grownAt = 0;
  #fitnessAt = 0;
  #grower?: NodeJS.Timeout;
  #sweeper?: NodeJS.Timeout;
  #adjuster?: NodeJS.Timeout;
  #emptying = false;
  #closed = false;

  constructor(options: PoolOptions<T>) {
    this.#options = { ...options };
    const openings = this.#openings;
    this.#sizing = new Sizing(this.#options, {
      members: this.#members,
      line: this.#line,
      get opening() {
        return openings.size;
      },
    });
  }

  get counters(): PoolCounters {
    const total = this.#members.size;
    const busy = [...this.#members].filter(member => member.busy > 0).length;
    return {
      total,
      busy,
      idle: total - busy,
      spare: this.#sizing.spares,
      opening: this.#openings.size,
      waiting: this.#line.length,
      started: this.#started,
      discarded: { ...this.#discarded },
    };
  }

  /** A thing that nobody uses at the moment. */
  get idle(): T | undefined {
    for (const { busy, usable, thing } of this.#members) if (busy === 0 && usable) return thing;
    return undefined;
  }

  /** What belongs to `owner`. */
  of(owner: string): T | undefined {
    return this.#owned.get(owner)?.thing;
  }

  /** From now on `min` things are kept ready. */
  keep(): void {
    this.#sizing.kept = true;
    this.#adjust();
  }

  /** From now on these limits hold. What is there already stays until it would go anyway. */
  limit(limits: PoolLimits<T>): void {
    Object.assign(this.#options, limits);
    this.#stopSweeping();
    this.#adjust();
  }

  /** Nobody new will come: what nobody uses is closed, the rest when its work is done, and nothing is opened ahead. */
  empty(): void {
    this.#emptying = true;
    for (const member of this.#members) if (member.busy === 0) void this.#discard(member, 'closed');
  }

  /** A thing to use. Synchronous when one is there; rejects when none can be had in time. */
  acquire(owner: string, cancellation: Cancellation): Lease<T> | Promise<Lease<T>> {
    const own = this.#owned.get(owner);
    return own?.usable ? new Hold(own, this.#released) : this.#lend(owner, cancellation);
  }

  /** The owner is gone: what is theirs is closed. Resolves when it is. */
  async leave(owner: string): Promise<void> {
    if (this.#options.sharing !== 'owner') return;
    const reason = new McpxError('CALL_CANCELLED', 'the client has left');
    for (const place of this.#line) if (place.owner === owner) place.refuse(reason);
    const member = this.#owned.get(owner);
    if (member !== undefined) await this.#discard(member, 'left');
  }

  /** Closes everything; those who wait are refused. */
  async close(graceMs?: number): Promise<void> {
    this.#closed = true;
    this.#stopSweeping();
    clearTimeout(this.#grower);
    clearTimeout(this.#adjuster);
    const reason = new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    this.#line.refuseAll(reason);
    for (const { cancellation } of this.#openings) cancellation.cancel(reason);
    for (const member of this.#members) void this.#discard(member, 'closed', graceMs);
    await Promise.all(this.#unfinished);
  }

  #lend(owner: string, cancellation: Cancellation): Lease<T> | Promise<Lease<T>> {
    if (this.#closed) throw new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    cancellation.throwIfCancelled();
    this.#sizing.demand.arrived();
    const member = this.#line.length === 0 ? this.#find(owner) : undefined;
    if (member === undefined) return this.#wait(owner, cancellation);
    const lease = this.#take(member, owner);
    this.#adjustSoon();
    return lease;
  }

  async #wait(owner: string, cancellation: Cancellation): Promise<Lease<T>> {
    const { name, max, waitMs, sharing } = this.#options;
    const code = sharing === 'owner' ? 'TOO_MANY_SESSIONS' : 'SERVER_BUSY';
    const message = `${name}: none of its ${max} connections was free for ${waitMs / 1000} s`;
    const waiting = this.#line.join(owner, cancellation, waitMs, () => new McpxError(code, message));
    this.#adjust();
    try {
      return await waiting;
    } catch (error) {
      this.#adjust();
      throw error;
    }
  }

  /** A thing that can be used now, is nobody's and suits `owner`. */
  #find(owner: string): Member<T> | undefined {
    const { sharing, share, suits = () => true } = this.#options;
    for (const member of this.#members) {
      const isFree = sharing === 'all' ? member.usable && member.busy < share : member.isSpare;
      if (isFree && suits(member.thing, owner) && !this.#looksAt(member)) return member;
    }
    return undefined;
  }

  #take(member: Member<T>, owner: string): Lease<T> {
    if (this.#options.sharing === 'owner') {
      member.owner = owner;
      this.#owned.set(owner, member);
    }
    return new Hold(member, this.#released);
  }

  /** Gives what is free to those who wait. */
  #serve(): void {
    for (const place of this.#line) {
      const own = this.#owned.get(place.owner);
      const member = own?.usable ? own : this.#find(place.owner);
      if (member !== undefined) place.serve(this.#take(member, place.owner));
      else if (this.#options.sharing === 'all') return;
    }
  }

  #free(member: Member<T>): void {
    const { sharing, maxUses = Number.POSITIVE_INFINITY } = this.#options;
    if (sharing === 'once') this.#retire(member, 'used');
    else if (sharing === 'all' && member.uses >= maxUses) this.#retire(member, 'uses');
    else if (member.retiring !== undefined) this.#retire(member, member.retiring);
    else if (this.#emptying && this.#line.length === 0) this.#retire(member, 'closed');
    if (this.#line.length > 0) this.#serve();
  }

  /** After a pause a thing is asked whether it still works before work depends on it; true when that has begun. */
  #looksAt(member: Member<T>): boolean {
    const { validate, pauseMs = Number.POSITIVE_INFINITY } = this.#options;
    const pause = member.busy > 0 ? 0 : performance.now() - member.lastUsedAt;
    if (validate === undefined || pause < pauseMs) return false;
    member.checking = true;
    this.#checking++;
    const ended = (works: boolean) => {
      member.checking = false;
      this.#checking--;
      member.lastUsedAt = performance.now();
      if (!works) void this.#discard(member, 'invalid');
      this.#serve();
      this.#adjust();
    };
    this.#remember(validate(member.thing).then(ended, () => ended(false)));
    return true;
  }

  /** Opens what is missing, and gives up what is not wanted any more. */
  #adjust(): void {
    if (this.#closed) return;
    const { sharing } = this.#options;
    const pauses = this.#emptying || performance.now() < this.#pausedUntil;
    const ahead = pauses ? 0 : Math.max(0, this.#sizing.ahead);
    const missing = this.#sizing.awaited + ahead - this.#openings.size - this.#checking;
    this.#openUpTo(missing);
    if (sharing === 'owner' && missing < 0) this.#giveUp(-missing);
    if (sharing === 'all') this.#growSoon();
    if (this.#members.size > 0 || this.#sizing.least > 0) this.#startSweeping();
    else this.#stopSweeping();
  }

  /** At once for those who wait; else when the work that is just beginning or ending is out of the way. */
  #adjustSoon(): void {
    if (this.#closed) return;
    if (this.#line.length > 0) this.#adjust();
    else
      this.#adjuster ??= setTimeout(() => {
        this.#adjuster = undefined;
        this.#adjust();
      }, aheadMs).unref();
  }

  #openUpTo(count: number): void {
    const { max } = this.#options;
    if (count > 0 && this.#members.size + this.#openings.size >= max) this.#makeRoom();
    const taken = this.#members.size + this.#openings.size;
    const room = Math.min(max - taken, 2 * max - taken - this.#closing);
    for (let left = Math.min(count, room); left > 0; left--) this.#open();
  }

  /** A spare that suits nobody who waits gives way. */
  #makeRoom(): void {
    const { first } = this.#line;
    const spare = [...this.#members].find(member => member.isSpare);
    if (first !== undefined && spare !== undefined) void this.#discard(spare, 'surplus');
  }

  #open(): void {
    const owner = this.#unserved();
    const opening = { owner, cancellation: new Cancellation(), since: performance.now() };
    this.#openings.add(opening);
    this.#started++;
    const order = { cancellation: opening.cancellation, owner, awaited: () => this.#line.length > 0 };
    const opened = this.#options.open(order).then(
      thing => this.#opened(opening, thing),
      error => this.#failed(opening, error),
    );
    this.#remember(opened);
  }

  /** Who has waited longest without anything being opened for it. */
  #unserved(): string | undefined {
    const served = [...this.#openings].map(({ owner }) => owner);
    for (const { owner } of this.#line) {
      const index = served.indexOf(owner);
      if (index < 0) return owner;
      if (this.#options.sharing === 'once') served.splice(index, 1); // each place needs one of its own
    }
    return undefined;
  }

  async #opened(opening: Opening, thing: T): Promise<void> {
    this.#openings.delete(opening);
    if (opening.cancellation.reason !== undefined || this.#closed) {
      this.#count('unwanted');
      return thing.close();
    }
    this.#sizing.demand.started(performance.now() - opening.since);
    this.#backoff.reset();
    this.#pausedUntil = 0;
    this.#grownAt = performance.now();
    const member = new Member(thing);
    this.#members.add(member);
    thing.onclose = () => void this.#discard(member, 'broken');
    if (thing.closed) void this.#discard(member, 'broken');
    this.#serve();
    this.#adjust();
  }

  /** Who has waited longest is told why; when nobody waits, the next spare has to. */
  #failed(opening: Opening, error: Error): void {
    const { sharing } = this.#options;
    this.#openings.delete(opening);
    const { first } = this.#line;
    if (opening.cancellation.reason === undefined) {
      if (first === undefined) this.#pausedUntil = performance.now() + this.#backoff.next();
      else if (sharing === 'once') first.refuse(error);
      else if (sharing === 'owner') this.#refuseOwner(first.owner, error);
      else if (this.#members.size + this.#openings.size === 0) this.#line.refuseAll(error);
    }
    this.#adjust();
  }

  #refuseOwner(owner: string, error: Error): void {
    for (const place of this.#line) if (place.owner === owner) place.refuse(error);
  }

  /** The youngest first: they are the furthest from being ready. */
  #giveUp(count: number): void {
    const reason = new McpxError('CALL_CANCELLED', 'nobody waits for the connection any more');
    for (const { cancellation } of [...this.#openings].slice(-count)) cancellation.cancel(reason);
  }

  /** Where everybody may use everything, more are opened while work waits although things are there. */
  #growSoon(): void {
    if (this.#grower !== undefined || this.#line.length === 0 || this.#members.size === 0) return;
    this.#grower = setTimeout(() => {
      this.#grower = undefined;
      const waitingSince = Math.max(this.#line.first?.since ?? Number.POSITIVE_INFINITY, this.#grownAt);
      if (performance.now() - waitingSince >= patienceMs) this.#openUpTo(this.#sizing.growth);
      this.#adjust();
    }, patienceMs).unref();
  }

  /** It goes as soon as nobody uses it. */
  #retire(member: Member<T>, reason: Reason): void {
    member.retiring ??= reason;
    if (member.busy === 0) void this.#discard(member, member.retiring);
  }

  /** Resolves when it is gone. */
  #discard(member: Member<T>, reason: Reason, graceMs = this.#options.graceMs): Promise<void> {
    if (!this.#members.delete(member)) return Promise.resolve();
    const { owner, thing } = member;
    if (owner !== undefined && this.#owned.get(owner) === member) this.#owned.delete(owner);
    this.#count(reason);
    this.#closing++;
    thing.onclose = undefined;
    const ended = () => {
      this.#closing--;
      this.#adjust();
    };
    const turn = reason === 'used' ? nextTurn() : undefined; // the answer leaves first
    const gone = (turn?.then(() => thing.close(graceMs)) ?? thing.close(graceMs)).then(ended, ended);
    this.#remember(gone);
    this.#adjustSoon();
    return gone;
  }

  #startSweeping(): void {
    const ms = Math.min(slowestSweepMs, Math.max(20, this.#options.idleMs / 4));
    this.#sweeper ??= setInterval(() => this.#sweep(), ms).unref();
  }

  #stopSweeping(): void {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #sweep(): void {
    for (const [member, reason] of overdue(this.#members, this.#sizing, this.#options))
      this.#retire(member, reason);
    const { unfitMs = fitnessMs } = this.#options;
    if (performance.now() - this.#fitnessAt > unfitMs) this.#checkFitness();
    this.#adjust();
  }

  #checkFitness(): void {
    const { unfit } = this.#options;
    this.#fitnessAt = performance.now();
    if (unfit === undefined) return;
    for (const member of this.#members) {
      const looked = (isUnfit: boolean) => void (isUnfit && this.#retire(member, 'unfit'));
      this.#remember(unfit(member.thing).then(looked, () => {})); // what cannot be measured stays
    }
  }

  #count(reason: Reason): void {
    this.#options.ondiscard?.(reason);
    this.#discarded[reason] = (this.#discarded[reason] ?? 0) + 1;
  }

  #remember(work: Promise<void>): void {
    const remembered: Promise<void> = work.finally(() => this.#unfinished.delete(remembered));
    this.#unfinished.add(remembered);
  }
}
