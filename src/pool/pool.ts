import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { Hold, type Lease, Member, type Pooled, type Reason, type Usage } from './member.ts';
import { type Opening, Openings } from './openings.ts';
import type { PoolCounters, PoolLimits, PoolOptions } from './options.ts';
import { Reaper } from './reaper.ts';
import { patienceMs, Sizing } from './sizing.ts';
import { WaitingLine } from './waiting.ts';

/** What is opened ahead of need is opened this much later, in milliseconds: a start must not hold up the work at hand. */
const aheadMs = 10;

/**
 * A bounded number of things, lent to whoever asks. Who cannot have one at once waits in line; things are opened for
 * those who wait, ahead of those who will, and closed when nobody needs them.
 */
export class Pool<T extends Pooled> {
  readonly #options: PoolOptions<T>;
  readonly #members = new Set<Member<T>>();
  readonly #owned = new Map<string, Member<T>>();
  readonly #openings = new Openings();
  /** Everything that is being opened, looked at or closed. */
  readonly #unfinished = new Set<Promise<void>>();
  readonly #line = new WaitingLine<Lease<T>>();
  readonly #sizing: Sizing;
  readonly #reaper: Reaper<T>;
  readonly #discarded: PoolCounters['discarded'] = {};
  readonly #released = (member: Member<T>) => this.#free(member);
  #closing = 0;
  #checking = 0;
  #grower?: NodeJS.Timeout;
  #adjuster?: NodeJS.Timeout;
  #emptying = false;
  #closed = false;

  constructor(given: PoolOptions<T>) {
    const options = { ...given };
    this.#options = options;
    const [members, openings, line] = [this.#members, this.#openings, this.#line];
    this.#sizing = new Sizing(options, { members, openings, line });
    this.#reaper = new Reaper({
      members,
      sizing: this.#sizing,
      limits: options,
      retire: (member, reason) => this.#retire(member, reason),
      swept: () => this.#adjust(),
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
      started: this.#openings.started,
      discarded: { ...this.#discarded },
    };
  }

  /** What is in it, and how it is used. */
  get usages(): Usage<T>[] {
    return [...this.#members].map(({ usage }) => usage);
  }

  /** Closes the thing with this id, whatever uses it; false when there is none. */
  async end(id: number): Promise<boolean> {
    const member = [...this.#members].find(each => each.id === id);
    if (member === undefined) return false;
    await this.#discard(member, 'ended');
    return true;
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
    this.#reaper.run(false);
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
    this.#reaper.run(false);
    clearTimeout(this.#grower);
    clearTimeout(this.#adjuster);
    const reason = new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    this.#line.refuseAll(reason);
    this.#openings.cancelAll(reason);
    for (const member of this.#members) void this.#discard(member, 'closed', graceMs);
    await Promise.all(this.#unfinished);
  }

  #lend(owner: string, cancellation: Cancellation): Lease<T> | Promise<Lease<T>> {
    if (this.#closed) throw new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    cancellation.throwIfCancelled();
    this.#sizing.demand.arrived();
    const member = this.#find(owner); // what is free suits nobody who waits: they would have it
    if (member === undefined) return this.#wait(owner, cancellation);
    const lease = this.#take(member, owner);
    this.#adjustSoon();
    return lease;
  }

  async #wait(owner: string, cancellation: Cancellation): Promise<Lease<T>> {
    const waiting = this.#line.join(owner, cancellation, this.#options.waitMs, () => this.#late());
    this.#adjust();
    try {
      return await waiting;
    } catch (error) {
      this.#adjust();
      throw error;
    }
  }

  #late(): McpxError {
    const { name, max, waitMs, sharing } = this.#options;
    const time = `${waitMs / 1000} s`;
    if (this.#members.size < max)
      return new McpxError('SERVER_BUSY', `${name}: no connection was ready within ${time}`);
    const code = sharing === 'owner' ? 'TOO_MANY_SESSIONS' : 'SERVER_BUSY';
    return new McpxError(code, `${name}: none of its ${max} connections was free for ${time}`);
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
    const { awaited, least } = this.#sizing;
    const ahead = this.#emptying ? 0 : this.#sizing.ahead;
    const missing = awaited + ahead - this.#openings.size - this.#checking;
    this.#openUpTo(missing);
    if (sharing === 'owner' && missing < 0) this.#openings.giveUp(-missing);
    if (sharing === 'all') this.#growSoon();
    this.#reaper.run(this.#members.size > 0 || least > 0);
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
    const owner = this.#openings.unserved(this.#line, this.#options.sharing === 'once');
    const opening = this.#openings.begin(owner);
    const order = { cancellation: opening.cancellation, owner, awaited: () => this.#line.length > 0 };
    const opened = this.#options.open(order).then(
      thing => this.#opened(opening, thing),
      error => this.#failed(opening, error),
    );
    this.#remember(opened);
  }

  async #opened(opening: Opening, thing: T): Promise<void> {
    this.#openings.end(opening);
    if (opening.cancellation.reason !== undefined || this.#closed) {
      this.#count('unwanted');
      return thing.close();
    }
    this.#sizing.opened(performance.now() - opening.since);
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
    this.#openings.end(opening);
    const { first } = this.#line;
    if (opening.cancellation.reason === undefined) {
      if (first === undefined) this.#sizing.failedAhead();
      else if (sharing === 'once') first.refuse(error);
      else if (sharing === 'owner') this.#refuseOwner(first.owner, error);
      else if (this.#members.size + this.#openings.size === 0) this.#line.refuseAll(error);
    }
    this.#adjust();
  }

  #refuseOwner(owner: string, error: Error): void {
    for (const place of this.#line) if (place.owner === owner) place.refuse(error);
  }

  /** Where everybody may use everything, more are opened while work waits although things are there. */
  #growSoon(): void {
    if (this.#grower !== undefined || this.#line.length === 0 || this.#members.size === 0) return;
    this.#grower = setTimeout(() => {
      this.#grower = undefined;
      this.#openUpTo(this.#sizing.growth);
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

  #count(reason: Reason): void {
    this.#options.ondiscard?.(reason);
    this.#discarded[reason] = (this.#discarded[reason] ?? 0) + 1;
  }

  #remember(work: Promise<void>): void {
    const remembered: Promise<void> = work.finally(() => this.#unfinished.delete(remembered));
    this.#unfinished.add(remembered);
  }
}
