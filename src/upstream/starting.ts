import { availableParallelism } from 'node:os';
import { Starts } from '../pool/starts.ts';

/** A start is mostly the child's own work, of which a part is waiting. */
const startsPerCore = 4;
const fewestSlots = 8;

/** The limit on processes that start at one time; the whole gateway has one. */
export const starts = new Starts({
  slots: Math.max(fewestSlots, startsPerCore * availableParallelism()),
  holdMs: 2_000,
  maxAloneMs: 60_000, // a download on a slow line
});
