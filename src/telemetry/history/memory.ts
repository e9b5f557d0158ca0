import { equalities, type Filter, type Page } from './queries.ts';
import { type CallRecord, idAt } from './record.ts';

/**
 * Keeps the last calls; what they were given and gave is cut before, so that there is an end to it. The records are used again and again: objects that live a
 * while and then go are what a collector of garbage has most work with.
 */
export class Memory {
  readonly #most: number;
  readonly #slots: CallRecord[] = [];
  /** Where the next one goes, which is where the oldest is once all slots are taken. */
  #next = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Returns how many had to go. */
  add(records: readonly CallRecord[]): number {
    let gone = 0;
    for (const record of records) if (this.put(record)) gone++;
    return gone;
  }

  /** True when another one had to go. */
  put(record: CallRecord): boolean {
    const isFull = this.#slots.length === this.#most;
    if (isFull) Object.assign(this.#slots[this.#next]!, record);
    else this.#slots.push({ ...record });
    this.#next = (this.#next + 1) % this.#most;
    return isFull;
  }

  /** The latest of the last `count` that fits. */
  latest(count: number, fits: (record: CallRecord) => boolean): CallRecord | undefined {
    const { length } = this.#slots;
    for (let back = 1; back <= Math.min(count, length); back++) {
      const record = this.#slots[(this.#next - back + length) % length]!;
      if (fits(record)) return record;
    }
    return undefined;
  }

  /** All of them, in the order in which they came; they are gone from here. */
  take(): CallRecord[] {
    const records = this.#inOrder();
    this.#slots.length = 0;
    this.#next = 0;
    return records;
  }

  /** The calls that fit, the latest first. */
  source(filter: Filter, { before = Number.POSITIVE_INFINITY, limit, payloads = false }: Page): CallRecord[] {
    return this.#inOrder()
      .filter(record => record.id < before && fits(record, filter))
      .slice(-limit)
      .reverse()
      .map(record => (payloads ? record : { ...record, ...withoutPayloads }));
  }

  /** Copies, which stay what they are. */
  #inOrder(): CallRecord[] {
    const isFull = this.#slots.length === this.#most;
    const first = isFull ? this.#next : 0;
    return [...this.#slots.slice(first), ...this.#slots.slice(0, first)].map(record => ({ ...record }));
  }
}

const withoutPayloads = { arguments: undefined, result: undefined };

function fits(record: CallRecord, filter: Filter): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY } = filter;
  return (
    record.id >= idAt(since) &&
    record.id < idAt(until) &&
    equalities.every(name => filter[name] === undefined || filter[name] === record[name])
  );
}
