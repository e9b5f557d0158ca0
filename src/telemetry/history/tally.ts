import type { CallRecord } from './record.ts';

/** What is to be said of a number of calls. Times in milliseconds, tokens estimated. */
export interface Figures {
  calls: number;
  /** Those that ended in an error, be it the tool's own. */
  failed: number;
  /** The error codes of those, or how they ended, the commonest first. */
  errors: { code: string; calls: number }[];
  /** Half of them took no longer, and 95 of 100; within 3 %. */
  medianMs: number;
  p95Ms: number;
  maxMs: number;
  /** On average: in all, waiting for a place or a connection, with the server. */
  meanMs: number;
  meanQueueMs: number;
  meanUpstreamMs: number;
  /** Characters that servers sent. */
  received: number;
  argumentTokens: number;
  resultTokens: number;
  savedTokens: number;
}

/** What stands in place of a name when there are too many. */
const other = 'other';

/** Counts calls by what `keyOf` says, up to so many keys; the others together. */
export class Tally {
  readonly #most: number;
  readonly #keyOf: (record: CallRecord) => string[];
  readonly #entries = new Map<string, { key: string[]; sum: Sum }>();

  constructor(most: number, keyOf: (record: CallRecord) => string[]) {
    this.#most = most;
    this.#keyOf = keyOf;
  }

  add(record: CallRecord): void {
    const key = this.#keyOf(record);
    const id = key.join('\0');
    const isFull = this.#entries.size >= this.#most;
    const entry =
      this.#entries.get(id) ?? (isFull ? this.#entry(other, key.fill(other)) : this.#entry(id, key));
    entry.sum.add(record);
  }

  /** Those with most calls first. */
  get rows(): { key: string[]; figures: Figures }[] {
    return [...this.#entries.values()]
      .map(({ key, sum }) => ({ key, figures: sum.figures }))
      .sort((a, b) => b.figures.calls - a.figures.calls);
  }

  #entry(id: string, key: string[]): { key: string[]; sum: Sum } {
    const entry = this.#entries.get(id) ?? { key, sum: new Sum() };
    this.#entries.set(id, entry);
    return entry;
  }
}

const failures: ReadonlySet<string> = new Set(['tool_error', 'rpc_error', 'failed', 'timeout']);
/** Servers make up codes as they like. */
const mostErrors = 20;

/** Adds calls up. */
export class Sum {
  #calls = 0;
  #failed = 0;
  #ms = 0;
  #queueMs = 0;
  #upstreamMs = 0;
  #maxMs = 0;
  #received = 0;
  #argumentTokens = 0;
  #resultTokens = 0;
  #savedTokens = 0;
  readonly #errors = new Map<string, number>();
  readonly #durations = new Map<number, number>();

  add(record: CallRecord): void {
    const { outcome, code = outcome, ms, resultTokens = 0, resultTokensBefore = resultTokens } = record;
    this.#calls++;
    this.#ms += ms;
    this.#queueMs += record.queueMs;
    this.#upstreamMs += record.upstreamMs;
    this.#maxMs = Math.max(this.#maxMs, ms);
    this.#received += record.received;
    this.#argumentTokens += record.argumentTokens ?? 0;
    this.#resultTokens += resultTokens;
    this.#savedTokens += Math.max(0, resultTokensBefore - resultTokens);
    count(this.#durations, stepOf(ms));
    if (!failures.has(outcome)) return;
    this.#failed++;
    const known = this.#errors.has(String(code)) || this.#errors.size < mostErrors;
    count(this.#errors, known ? String(code) : other);
  }

  get figures(): Figures {
    const mean = (sum: number) => (this.#calls === 0 ? 0 : rounded(sum / this.#calls));
    const errors = [...this.#errors].sort(([, a], [, b]) => b - a);
    return {
      calls: this.#calls,
      failed: this.#failed,
      errors: errors.map(([code, calls]) => ({ code, calls })),
      medianMs: this.#quantile(0.5),
      p95Ms: this.#quantile(0.95),
      maxMs: this.#maxMs,
      meanMs: mean(this.#ms),
      meanQueueMs: mean(this.#queueMs),
      meanUpstreamMs: mean(this.#upstreamMs),
      received: this.#received,
      argumentTokens: this.#argumentTokens,
      resultTokens: this.#resultTokens,
      savedTokens: this.#savedTokens,
    };
  }

  #quantile(share: number): number {
    let left = Math.ceil(this.#calls * share);
    for (const [step, calls] of [...this.#durations].sort(([a], [b]) => a - b)) {
      left -= calls;
      if (left <= 0) return Math.min(this.#maxMs, rounded(growth ** step));
    }
    return 0;
  }
}

/** Durations are counted in steps, each so much longer than the one before: a few hundred of them reach for hours. */
const growth = 1.06;
const shortestMs = 0.01;

function stepOf(ms: number): number {
  return Math.round(Math.log(Math.max(ms, shortestMs)) / Math.log(growth));
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** To a hundredth. */
function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
