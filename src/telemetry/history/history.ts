import { setTimeout as delay } from 'node:timers/promises';
import { type Events, publish, subscribe } from '../events.ts';
import { rounded } from '../log/lines.ts';
import type { CallNote } from '../notes.ts';
import { argumentsOf, resultOf } from '../payloads.ts';
import { safeName, safeText } from '../safe.ts';
import type { DatabaseOptions } from './database.ts';
import { Memory } from './memory.ts';
import { type OverTime, type OverTimeOptions, overTime } from './over-time.ts';
import { type Filter, type Page, type Stats, statsFrom } from './queries.ts';
import { type CallRecord, idAt } from './record.ts';
import { Recorder } from './recorder.ts';

export interface HistoryOptions {
  /** Where calls are kept; in memory alone when left out. */
  disk?: {
    database: DatabaseOptions;
    /** The built file of `src/telemetry/history/worker.ts`. */
    worker: URL;
  };
  /** Whether arguments and results are kept. */
  payloads: boolean;
  /** How long to wait, in milliseconds, before a database that does not work is tried again. */
  retryMs?: number;
}

/** Where calls are kept at the moment. */
export interface HistoryReport {
  place: 'database' | 'memory';
  /** Why not in the database; absent where none is wanted. */
  reason?: string;
  /** Calls that are lost, since there was no room for them in memory. */
  lost: number;
}

/** What is known of a call is complete after one to two of these; then it is written. */
const tickMs = 250;
const retryMs = 60_000;
/** Calls that are kept where there is no database. */
const mostInMemory = 2_000;
/** Calls that may wait for the disk, all those that were in memory among them; each takes a kilobyte at most, with arguments and results ten. */
const mostWaiting = 20_000;
const mostWaitingWithPayloads = 5_000;
/** A call's tokens are counted in the same turn of the event loop in which it ends, or soon after. */
const lookedBack = 200;
const longestError = 500;
/** Nearly all tokens are counted so soon after the end of a call, in milliseconds. */
const tokensMs = 20;

/**
 * Remembers every call: in a database, which a thread of its own writes, or the last ones in memory, where there is none and
 * while it does not work. Nothing is opened before the first call, or the first question. A call costs this thread a
 * microsecond.
 */
export class History {
  readonly #options: HistoryOptions;
  readonly #memory = new Memory(mostInMemory);
  readonly #ends: (() => void)[];
  /** Of this tick, and of the one before. */
  #young: CallRecord[] = [];
  #settled: CallRecord[] = [];
  #lastId = 0;
  #lost = 0;
  #timer?: NodeJS.Timeout;
  #recorder?: Recorder;
  /** Why the last one is gone; until the next one has written something. */
  #reason?: string;
  #retry?: NodeJS.Timeout;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#ends = [
      subscribe('call.ended', note => this.#add(note)),
      subscribe('result.answered', event => this.#addTokens(event)),
    ];
  }

  get report(): HistoryReport {
    const works = this.#options.disk !== undefined && this.#reason === undefined;
    const place = works ? 'database' : 'memory';
    return { place, reason: this.#reason, lost: this.#lost };
  }

  /** The calls that fit, added up. Rejects with HISTORY_UNAVAILABLE when the database does not answer. */
  stats(filter: Filter): Promise<Stats> {
    return this.#asked(
      recorder => recorder.ask({ about: 'stats', filter }),
      memory => statsFrom((...given) => memory.source(...given), filter),
    );
  }

  /** The calls that fit, step by step. Rejects as `stats` does. */
  overTime(filter: Filter & { since: number; until: number }, options: OverTimeOptions): Promise<OverTime> {
    return this.#asked(
      recorder => recorder.ask({ about: 'time', filter, options }),
      memory => overTime((...given) => memory.source(...given), filter, options),
    );
  }

  /** The calls that fit, the latest first. Rejects as `stats` does. */
  calls(filter: Filter, page: Page): Promise<CallRecord[]> {
    return this.#asked(
      recorder => recorder.ask({ about: 'calls', filter, page }),
      async memory => memory.source(filter, page),
    );
  }

  /** Remembers no more. Resolves when everything is written that can be. */
  async close(): Promise<void> {
    for (const end of this.#ends) end();
    this.#flush();
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    await this.#recorder?.close();
  }

  #add(note: CallNote): void {
    const { request, tool, code, error, cached } = note;
    this.#lastId = Math.max(this.#lastId + 1, idAt(note.at + note.ms));
    const record: CallRecord = {
      id: this.#lastId,
      principal: safeName(note.principal),
      client: safeName(note.client),
      server: safeName(note.server),
      method: note.method,
      tool: tool && safeName(tool),
      outcome: note.outcome ?? 'failed',
      code,
      error: error === undefined ? undefined : safeText(error, longestError),
      ms: rounded(note.ms),
      queueMs: rounded(note.queueMs),
      upstreamMs: rounded(note.upstreamMs),
      attempts: note.attempts,
      cached,
      sent: note.sent,
      received: note.received,
      argumentTokens: undefined,
      resultTokens: undefined,
      resultTokensBefore: undefined,
      request: request?.id,
      trace: request?.traceId,
      arguments: this.#options.payloads ? argumentsOf(note) : undefined,
      result: this.#options.payloads ? resultOf(note) : undefined,
    };
    if (this.#options.disk === undefined) return void this.#memory.put(record);
    this.#young.push(record);
    this.#timer ??= setTimeout(() => this.#tick(), tickMs).unref();
  }

  #addTokens({ request, argumentTokens, tokens, before }: Events['result.answered']): void {
    if (request === undefined) return;
    const isIts = (record: CallRecord) => record.request === request.id;
    const record =
      this.#options.disk === undefined
        ? this.#memory.latest(lookedBack, isIts)
        : (lastOf(this.#young, isIts) ?? lastOf(this.#settled, isIts));
    if (record === undefined) return;
    record.argumentTokens = argumentTokens;
    record.resultTokens = tokens;
    record.resultTokensBefore = before;
  }

  #tick(): void {
    this.#keep(this.#settled);
    this.#settled = this.#young;
    this.#young = [];
    const isDone = this.#settled.length === 0;
    this.#timer = isDone ? undefined : setTimeout(() => this.#tick(), tickMs).unref();
  }

  #flush(): void {
    this.#keep([...this.#settled, ...this.#young]);
    this.#settled = [];
    this.#young = [];
  }

  #keep(records: CallRecord[]): void {
    if (records.length === 0) return;
    const recorder = this.#open();
    if (recorder === undefined) this.#lost += this.#memory.add(records);
    else if (!recorder.write(records)) this.#lost += records.length;
  }

  /** Asks the database or, where there is none, memory. */
  async #asked<A>(
    recorder: (recorder: Recorder) => Promise<A>,
    memory: (memory: Memory) => Promise<A>,
  ): Promise<A> {
    if (this.#young.length > 0) await delay(tokensMs); // those of the last calls may still be counted
    this.#flush();
    const open = this.#open();
    if (open === undefined) return memory(this.#memory);
    return recorder(open).catch(error => {
      if (this.#recorder === open) throw error;
      return memory(this.#memory);
    });
  }

  /** Undefined where there is none, or while it is known not to work. */
  #open(): Recorder | undefined {
    const { disk } = this.#options;
    if (disk !== undefined && this.#reason === undefined) this.#recorder ??= this.#opened(disk);
    return this.#recorder;
  }

  /** Undefined where no thread can be had. */
  #opened(disk: NonNullable<HistoryOptions['disk']>): Recorder | undefined {
    const { payloads } = this.#options;
    try {
      return new Recorder({
        ...disk,
        mostWaiting: payloads ? mostWaitingWithPayloads : mostWaiting,
        onworking: () => this.#recovered(),
        onfailed: (reason, unwritten) => this.#failed(disk, reason, unwritten),
      });
    } catch (error) {
      this.#failed(disk, (error as Error).message, []);
      return undefined;
    }
  }

  #failed(disk: NonNullable<HistoryOptions['disk']>, reason: string, unwritten: CallRecord[]): void {
    this.#recorder = undefined;
    this.#lost += this.#memory.add(unwritten);
    const { path } = disk.database;
    const why = `${path}: ${reason}; calls are kept in memory, the last ${mostInMemory}`;
    if (this.#reason !== reason) publish('telemetry.failed', { part, reason: why });
    this.#reason = reason;
    this.#retry = setTimeout(() => {
      this.#recorder = this.#opened(disk);
      const kept = this.#memory.take();
      if (kept.length > 0 && this.#recorder?.write(kept) !== true) this.#lost += this.#memory.add(kept);
    }, this.#options.retryMs ?? retryMs).unref();
  }

  #recovered(): void {
    if (this.#reason === undefined) return;
    this.#reason = undefined;
    publish('telemetry.recovered', { part });
  }
}

const part = 'the history';

/** The last of those at the end that fits. */
function lastOf(records: CallRecord[], fits: (record: CallRecord) => boolean): CallRecord | undefined {
  for (let at = records.length - 1, left = lookedBack; at >= 0 && left > 0; at--, left--)
    if (fits(records[at]!)) return records[at];
  return undefined;
}
