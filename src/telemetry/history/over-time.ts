/** Calls over time: how many, how they went, how long they took, in steps of one length. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Filter, Source } from './queries.ts';
import type { CallRecord } from './record.ts';
import { Sum } from './tally.ts';

export interface OverTimeOptions {
  /** One series for each of these; one for all when left out. */
  by?: 'server' | 'client' | 'tool';
  /** Steps between `since` and `until`, which the filter must have. */
  steps: number;
}

interface Series {
  server?: string;
  client?: string;
  tool?: string;
  calls: number[];
  failed: number[];
  /** Null where there were none. */
  medianMs: (number | null)[];
  p95Ms: (number | null)[];
  resultTokens: number[];
  savedTokens: number[];
}

export interface OverTime {
  /** Epoch milliseconds. */
  from: number;
  stepMs: number;
  /** Those with most calls first. */
  series: Series[];
}

const mostSeries = 50;
/** Calls that are looked at without a pause. */
const atATime = 2_000;

/** Adds up the calls that fit, step by step. Of more servers, clients or tools than are shown, those called last are. */
export async function overTime(
  source: Source,
  filter: Filter & { since: number; until: number },
  { by, steps }: OverTimeOptions,
): Promise<OverTime> {
  const { since, until } = filter;
  const stepMs = Math.max(1, (until - since) / steps);
  const all = new Map<string, { key: Partial<Series>; sums: (Sum | undefined)[] }>();
  for (let page: CallRecord[] = [], isLast = false; !isLast; isLast = page.length < atATime) {
    if (page.length > 0) await nextTurn();
    page = source(filter, { before: page.at(-1)?.id, limit: atATime });
    for (const record of page) {
      const key = keyOf(record, by);
      const id = JSON.stringify(key);
      if (!all.has(id) && all.size >= mostSeries) continue;
      const entry = all.get(id) ?? { key, sums: new Array<Sum | undefined>(steps) };
      all.set(id, entry);
      const step = Math.min(steps - 1, Math.max(0, Math.floor((record.id / 1_000 - since) / stepMs)));
      entry.sums[step] ??= new Sum();
      entry.sums[step].add(record);
    }
  }
  const series = [...all.values()].map(({ key, sums }) => ({ ...key, ...figuresOf(sums) }));
  return { from: since, stepMs, series: series.sort((a, b) => total(b.calls) - total(a.calls)) };
}

function keyOf({ server, client, tool, method }: CallRecord, by: OverTimeOptions['by']): Partial<Series> {
  if (by === undefined) return {};
  if (by === 'tool') return { server, tool: tool ?? method };
  return by === 'server' ? { server } : { client };
}

function figuresOf(sums: (Sum | undefined)[]): Series {
  const figures = Array.from(sums, sum => sum?.figures);
  return {
    calls: figures.map(each => each?.calls ?? 0),
    failed: figures.map(each => each?.failed ?? 0),
    medianMs: figures.map(each => each?.medianMs ?? null),
    p95Ms: figures.map(each => each?.p95Ms ?? null),
    resultTokens: figures.map(each => each?.resultTokens ?? 0),
    savedTokens: figures.map(each => each?.savedTokens ?? 0),
  };
}

function total(counts: number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
