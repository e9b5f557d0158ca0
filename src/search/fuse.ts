import { byName, type Entry } from './part.ts';
import type { Ranked } from './rank.ts';

/** How much the first places of a ranking are worth beside those behind them (reciprocal rank fusion's k). */
const fusion = 10;
/** What a place by meaning is worth beside one by words. */
const nearWorth = 0.7;
/** By how much the first by words must be better than the second to stay the first whatever is near. */
const decisive = 1.02;

/** One ranking of what was found by words and what is near in meaning: by the sum of what their places are worth. */
export function fuse(ranked: readonly Ranked[], near: readonly Entry[]): Entry[] {
  const sums = new Map<Entry, number>();
  const add = (entry: Entry, place: number, worth: number) =>
    sums.set(entry, (sums.get(entry) ?? 0) + worth / (fusion + place));
  for (const [place, { entry }] of ranked.entries()) add(entry, place, 1);
  for (const [place, entry] of near.entries()) add(entry, place, nearWorth);
  const order = [...sums].sort(([a, x], [b, y]) => y - x || byName(a, b)).map(([entry]) => entry);
  const [first, second] = ranked;
  if (first === undefined || first.score < decisive * (second?.score ?? 0)) return order;
  return [first.entry, ...order.filter(entry => entry !== first.entry)];
}
