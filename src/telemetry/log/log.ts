import type { Logger } from 'pino';
import { callTellers } from './call-lines.ts';
import { gatewayTellers } from './gateway-lines.ts';
import { type Level, type Line, levelOf, ranks } from './lines.ts';
import { serverTellers } from './server-lines.ts';

/** Where lines go. */
export interface Sink {
  /** `line` is one object of JSON and a newline. */
  write(line: string, level: Level): void;
  /** The least that it takes; all of it when left out. */
  readonly least?: Level;
  /** Puts out what waits, at once: the process is about to end. */
  flush?(): void;
  /** Resolves when everything is written. */
  close?(): Promise<void>;
}

export interface LogOptions {
  /** The least that is told. */
  level: Level | 'silent';
  /** Whether arguments and results are told at every level; at `debug` they are anyway. */
  payloads: boolean;
  sinks: Sink[];
}

/** Lines before pino is there. */
const maxEarly = 1_000;

/**
 * Tells what happens, in lines of JSON. It listens only to what its level lets through. pino is loaded for the first line,
 * which waits for it.
 */
export class Log {
  readonly #options: LogOptions;
  #level: Level | 'silent';
  #ends: (() => void)[] = [];
  #early: Line[] = [];
  #pino?: Logger;
  #opening?: Promise<void>;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#level = options.level;
    this.#listen();
  }

  get level(): Level | 'silent' {
    return this.#level;
  }
  /** Holds from now on. */
  set level(level: Level | 'silent') {
    this.#level = level;
    if (this.#pino !== undefined) this.#pino.level = level;
    this.#listen();
  }

  /** Whether there was anything to tell. */
  get isOpen(): boolean {
    return this.#opening !== undefined;
  }

  flush(): void {
    for (const sink of this.#options.sinks) sink.flush?.();
  }

  /** Listens no more. Resolves when everything is written. */
  async close(): Promise<void> {
    await this.#opening;
    this.#end();
    await Promise.all(this.#options.sinks.map(sink => (sink.close ? sink.close() : sink.flush?.())));
  }

  #listen(): void {
    this.#end();
    const { sinks } = this.#options;
    const least = Math.max(ranks[this.#level], Math.min(...sinks.map(sink => ranks[sink.least ?? 'debug'])));
    const payloads = this.#options.payloads || this.#level === 'debug';
    const calls = callTellers({ payloads, all: payloads, least });
    const tellers = [...gatewayTellers(), ...serverTellers(), ...calls];
    this.#ends = tellers
      .filter(({ upTo }) => ranks[upTo] >= least)
      .map(teller => teller.listen(line => ranks[line.level] >= least && this.#write(line)));
  }

  #end(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  #write(line: Line): void {
    if (this.#pino !== undefined) {
      this.#pino[line.level](line.fields, line.msg);
      return;
    }
    if (this.#early.length < maxEarly) this.#early.push(line);
    this.#opening ??= this.#open();
  }

  async #open(): Promise<void> {
    const { makePino } = await import('./pino.ts');
    this.#pino = makePino(this.#level, (line, rank) => this.#put(line, rank));
    for (const line of this.#early) this.#write(line);
    this.#early = [];
  }

  #put(line: string, rank: number): void {
    const level = levelOf(rank);
    for (const sink of this.#options.sinks) sink.write(line, level);
  }
}
