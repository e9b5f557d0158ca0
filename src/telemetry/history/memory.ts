import { equalities, type Filter, type Page } from './queries.ts';
import { type CallRecord, idAt } from './record.ts';

/** Keeps the last calls in memory, without what they were given and gave. */
export class Memory {
  readonly #most: number;
  #records: CallRecord[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Those that are no longer there for lack of room are counted by whoever adds. Returns how many had to go. */
  add(records: readonly CallRecord[]): number {
    for (const { arguments: _, result: __, ...record } of records) this.#records.push(record);
    const tooMany = Math.max(0, this.#records.length - this.#most);
    this.#records.splice(0, tooMany);
    return tooMany;
  }

  /** All of them, in the order in which they came; they are gone from here. */
  take(): CallRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  /** The calls that fit, the latest first. */
  source(filter: Filter, { before = Number.POSITIVE_INFINITY, limit }: Page): CallRecord[] {
    return this.#records
      .filter(record => record.id < before && fits(record, filter))
      .slice(-limit)
      .reverse();
  }
}

function fits(record: CallRecord, filter: Filter): boolean {
  const { since = 0, until = Number.POSITIVE_INFINITY } = filter;
  return (
    record.id >= idAt(since) &&
    record.id < idAt(until) &&
    equalities.every(name => filter[name] === undefined || filter[name] === record[name])
  );
}
