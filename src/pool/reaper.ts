import type { Member, Pooled, Reason } from './member.ts';
import type { PoolOptions } from './options.ts';
import type { Sizing } from './sizing.ts';

const slowestSweepMs = 1_000;
const fastestSweepMs = 20;
const fitnessMs = 5_000;

/** Spares beyond what is needed are kept this long, in milliseconds: need comes and goes. */
const surplusMs = 5_000;

export interface ReaperOptions<T extends Pooled> {
  members: ReadonlySet<Member<T>>;
  sizing: Sizing;
  limits: PoolOptions<T>;
  /** The member is to go as soon as nobody uses it. */
  retire: (member: Member<T>, reason: Reason) => void;
  /** Each look is over. */
  swept: () => void;
}

/** Looks from time to time for what is too old, too long unused, too many, or not fit any more. */
export class Reaper<T extends Pooled> {
  readonly #options: ReaperOptions<T>;
  #timer?: NodeJS.Timeout;
  /** On the clock of `performance`. */
  #fitnessAt = 0;

  constructor(options: ReaperOptions<T>) {
    this.#options = options;
  }

  /** Looks while there is something to look at, and not otherwise. */
  run(isWanted: boolean): void {
    if (isWanted) {
      const ms = Math.min(slowestSweepMs, Math.max(fastestSweepMs, this.#options.limits.idleMs / 4));
      this.#timer ??= setInterval(() => this.#sweep(), ms).unref();
    } else {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #sweep(): void {
    const { limits, retire, swept } = this.#options;
    for (const [member, reason] of this.#overdue()) retire(member, reason);
    const { unfitMs = fitnessMs } = limits;
    if (performance.now() - this.#fitnessAt > unfitMs) this.#checkFitness();
    swept();
  }

  /** What has an owner stays, however long it is not used. */
  *#overdue(): Generator<[Member<T>, Reason]> {
    const { members, sizing, limits } = this.#options;
    const { sharing, idleMs, lifetimeMs = Number.POSITIVE_INFINITY, inUse } = limits;
    const now = performance.now();
    const { target, least } = sizing;
    let dispensable = sharing === 'all' ? members.size - least : sizing.spares - target;
    for (const member of members) {
      if (member.owner !== undefined || member.checking || inUse?.(member.thing)) continue;
      const unusedFor = member.busy > 0 ? 0 : now - member.lastUsedAt;
      const isSurplus = sharing !== 'all' && unusedFor > Math.min(surplusMs, idleMs);
      if (now - member.bornAt > lifetimeMs) yield [member, 'lifetime'];
      else if (dispensable > 0 && (unusedFor > idleMs || isSurplus)) {
        dispensable--;
        yield [member, target > least ? 'surplus' : 'idle'];
      }
    }
  }

  #checkFitness(): void {
    const { members, limits, retire } = this.#options;
    this.#fitnessAt = performance.now();
    if (limits.unfit === undefined) return;
    for (const member of members) {
      const looked = (isUnfit: boolean) => void (isUnfit && retire(member, 'unfit'));
      limits.unfit(member.thing).then(looked, () => {}); // what cannot be measured stays
    }
  }
}
