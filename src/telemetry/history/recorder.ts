import { Worker } from 'node:worker_threads';
import { McpxError } from '../../errors.ts';
import type { DatabaseOptions } from './database.ts';
import type { OverTime, OverTimeOptions } from './over-time.ts';
import type { Filter, Page, Stats } from './queries.ts';
import { type CallRecord, type Row, rowOf } from './record.ts';

export type Question =
  | { about: 'calls'; filter: Filter; page: Page }
  | { about: 'stats'; filter: Filter }
  | { about: 'time'; filter: Filter & { since: number; until: number }; options: OverTimeOptions };

export type HistoryAnswer = CallRecord[] | Stats | OverTime;

/** What the thread is asked. */
export type Asked =
  | { kind: 'write'; rows: Row[] }
  | { kind: 'ask'; id: number; question: Question }
  | { kind: 'close' };

/** What the thread tells. */
export type Told =
  | { kind: 'opened' }
  | { kind: 'written' }
  | { kind: 'answer'; id: number; answer: HistoryAnswer }
  | { kind: 'failed'; reason: string };

export interface RecorderOptions {
  /** The built file of `src/telemetry/history/worker.ts`. */
  worker: URL;
  database: DatabaseOptions;
  /** Calls that wait to be written; more are refused. */
  mostWaiting: number;
  /** It is open, or something has been written. */
  onworking: () => void;
  /** It writes no more; these are not written. */
  onfailed: (reason: string, unwritten: CallRecord[]) => void;
}

/** A question over very many calls takes seconds. */
const patienceMs = 30_000;
const closeMs = 5_000;

/** A thread of its own that has the database. It is of one piece with it: when one of them fails, both are over. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #worker: Worker;
  readonly #exit: Promise<void>;
  readonly #batches: CallRecord[][] = [];
  readonly #questions = new Map<number, (answer: HistoryAnswer | McpxError) => void>();
  #waiting = 0;
  #asked = 0;
  #isOver = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#worker = new Worker(options.worker, {
      name: 'history',
      workerData: options.database,
      env: {},
      execArgv: [],
      // it holds a page of calls at a time
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
    });
    this.#worker.unref();
    this.#worker.on('message', (told: Told) => this.#hear(told));
    this.#worker.on('error', error => this.#fail(error.message));
    this.#exit = new Promise(resolve => {
      this.#worker.once('exit', () => {
        this.#fail('its thread has ended');
        resolve();
      });
    });
  }

  /** False when too many wait already. */
  write(records: CallRecord[]): boolean {
    if (this.#waiting + records.length > this.#options.mostWaiting) return false;
    this.#waiting += records.length;
    this.#batches.push(records);
    this.#post({ kind: 'write', rows: records.map(rowOf) });
    return true;
  }

  /** Rejects with HISTORY_UNAVAILABLE. */
  ask(question: { about: 'calls'; filter: Filter; page: Page }): Promise<CallRecord[]>;
  ask(question: { about: 'stats'; filter: Filter }): Promise<Stats>;
  ask(question: Question & { about: 'time' }): Promise<OverTime>;
  ask(question: Question): Promise<HistoryAnswer> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => settle(unavailable('it does not answer in time')), patienceMs);
      const settle = (answer: HistoryAnswer | McpxError) => {
        clearTimeout(late);
        this.#questions.delete(id);
        if (answer instanceof McpxError) reject(answer);
        else resolve(answer);
      };
      this.#questions.set(id, settle);
      this.#post({ kind: 'ask', id, question });
    });
  }

  /** Resolves when everything is written, or cannot be. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#post({ kind: 'close' });
    const timer = setTimeout(() => void this.#worker.terminate(), closeMs);
    await this.#exit;
    clearTimeout(timer);
  }

  #post(asked: Asked): void {
    this.#worker.postMessage(asked);
  }

  #hear(told: Told): void {
    if (told.kind === 'answer') this.#questions.get(told.id)?.(told.answer);
    if (told.kind === 'failed') this.#fail(told.reason);
    if (told.kind === 'written') this.#waiting -= this.#batches.shift()?.length ?? 0;
    if (told.kind === 'written' || told.kind === 'opened') this.#options.onworking();
  }

  #fail(reason: string): void {
    for (const settle of this.#questions.values()) settle(unavailable(reason));
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#worker.terminate();
    this.#options.onfailed(reason, this.#batches.flat());
  }
}

function unavailable(reason: string): McpxError {
  return new McpxError('HISTORY_UNAVAILABLE', `the history cannot be asked: ${reason}`);
}
