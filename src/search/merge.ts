/** How much a place in one more ranking is worth beside the places before it (reciprocal rank fusion's k). */
const fusion = 60;

/**
 * The members of several rankings in one: by the best place that any of them gives, then by the sum of the
 * reciprocal places, then as the rankings have them. So every query has its best in front, and agreement decides
 * between equals.
 */
export function mergeRankings<T>(rankings: readonly (readonly T[])[], compare: (a: T, b: T) => number): T[] {
  const [only] = rankings;
  if (only !== undefined && rankings.length === 1) return [...only];
  const merged = new Map<T, { place: number; sum: number }>();
  for (const ranking of rankings) {
    for (const [place, member] of ranking.entries()) {
      const before = merged.get(member) ?? { place, sum: 0 };
      const sum = before.sum + 1 / (fusion + place);
      merged.set(member, { place: Math.min(before.place, place), sum });
    }
  }
  const order = [...merged].sort(([a, x], [b, y]) => x.place - y.place || y.sum - x.sum || compare(a, b));
  return order.map(([member]) => member);
}
