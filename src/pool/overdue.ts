import type { Member, Pooled, Reason } from './member.ts';
import type { PoolOptions } from './options.ts';
import type { Sizing } from './sizing.ts';

/** Spares beyond what is needed are kept this long, in milliseconds: need comes and goes. */
const surplusMs = 5_000;

/** The members that are too old, too long unused, or too many, each with the reason. What has an owner stays. */
export function* overdue<T extends Pooled>(
  members: ReadonlySet<Member<T>>,
  sizing: Sizing,
  { sharing, idleMs, lifetimeMs = Number.POSITIVE_INFINITY, inUse }: PoolOptions<T>,
): Generator<[Member<T>, Reason]> {
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
