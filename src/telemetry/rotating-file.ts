import { closeSync, openSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { publish } from './events.ts';

export interface RotatingFileOptions {
  /** What it is, in a word or two, for those who are told that it cannot be written. */
  part: string;
  path: string;
  /** Beyond this size it is put aside under its name and `.1`. */
  maxBytes: number;
  /** Those put aside that are kept. */
  maxFiles: number;
}

/** More than this is not kept waiting, in characters. */
const maxWaiting = 4 * 1024 * 1024;
/** So many characters are written at a time. */
const maxTogether = 64 * 1024;
/** After a failure nothing is tried for so long, in milliseconds. */
const restMs = 10_000;

/**
 * A file of lines that only its user can read, to which lines are only ever added. It never throws and never makes
 * anybody wait: what cannot be written, on a full disk for example, is left out, and told once.
 */
export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #handle?: FileHandle;
  #size = 0;
  #waiting = '';
  #writing?: Promise<void>;
  #failedAt = Number.NEGATIVE_INFINITY;
  #failed = false;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  write(line: string): void {
    if (performance.now() - this.#failedAt < restMs || this.#waiting.length > maxWaiting) return;
    this.#waiting += line;
    this.#writing ??= this.#drain();
  }

  /** Writes what waits, at once: the process is about to end. */
  flush(): void {
    if (this.#waiting === '') return;
    try {
      const file = openSync(this.#options.path, 'a', 0o600);
      writeSync(file, this.#waiting);
      closeSync(file);
    } catch {
      // nobody is left to be told
    }
    this.#waiting = '';
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#handle?.close().catch(() => {}); // what could be written is
    this.#handle = undefined;
  }

  async #drain(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve)); // the lines of one turn together
    while (this.#waiting !== '') {
      const text = this.#next();
      try {
        await this.#append(text);
        this.#recovered();
      } catch (error) {
        this.#fail(error as Error);
      }
    }
    this.#writing = undefined;
  }

  /** Whole lines, not more of them than go into one file. */
  #next(): string {
    const most = Math.min(maxTogether, this.#options.maxBytes);
    const newline = this.#waiting.lastIndexOf('\n', most);
    const end = this.#waiting.length <= most || newline < 0 ? this.#waiting.length : newline + 1;
    const text = this.#waiting.slice(0, end);
    this.#waiting = this.#waiting.slice(end);
    return text;
  }

  async #append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    if (this.#handle !== undefined) await this.#lookAgain(this.#handle);
    this.#handle ??= await this.#open();
    if (this.#size > 0 && this.#size + bytes.length > this.#options.maxBytes) await this.#rotate();
    this.#handle ??= await this.#open();
    await this.#handle.writeFile(bytes);
    this.#size += bytes.length;
  }

  /** Another process may write here too: its lines count, and what it has put aside is not ours to write any more. */
  async #lookAgain(handle: FileHandle): Promise<void> {
    const [ours, there] = await Promise.all([handle.stat(), stat(this.#options.path).catch(() => undefined)]);
    this.#size = ours.size;
    if (there?.ino === ours.ino && there.dev === ours.dev) return;
    this.#handle = undefined;
    await handle.close();
  }

  async #open(): Promise<FileHandle> {
    const { path } = this.#options;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, 'a', 0o600);
    this.#size = (await handle.stat()).size;
    return handle;
  }

  async #rotate(): Promise<void> {
    const { path, maxFiles } = this.#options;
    await this.#handle?.close();
    this.#handle = undefined;
    this.#size = 0;
    if (maxFiles === 0) return rm(path, { force: true });
    for (let number = maxFiles; number > 0; number--) {
      const from = number === 1 ? path : `${path}.${number - 1}`;
      await rename(from, `${path}.${number}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error; // there are not that many yet
      });
    }
  }

  #recovered(): void {
    if (!this.#failed) return;
    this.#failed = false;
    publish('telemetry.recovered', { part: this.#options.part });
  }

  #fail(error: Error): void {
    const { part, path } = this.#options;
    const handle = this.#handle;
    this.#handle = undefined;
    void handle?.close().catch(() => {}); // it is of no use any more
    this.#failedAt = performance.now();
    if (this.#failed) return;
    this.#failed = true;
    publish('telemetry.failed', { part, reason: `${path} cannot be written: ${error.message}` });
  }
}
