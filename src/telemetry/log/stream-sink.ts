import type { Writable } from 'node:stream';
import type { Level } from './lines.ts';
import { ranks } from './lines.ts';
import type { Sink } from './log.ts';

/** Of what is not read more is not kept, in bytes: whoever started us may never look at our stderr. */
const maxUnread = 1024 * 1024;
/** Lines are written together, but not more than so many characters at a time. */
const maxTogether = 64 * 1024;

interface StreamSinkOptions {
  /** The least severe level that is written. */
  least: Level;
  format: (line: string) => string;
}

/** Writes lines to a stream, such as stderr. Never waits: what cannot be written is left out, and counted. */
export class StreamSink implements Sink {
  readonly least: Level;
  readonly #stream: Writable;
  readonly #options: StreamSinkOptions;
  #waiting = '';
  #scheduled = false;
  #missed = 0;

  constructor(stream: Writable, options: StreamSinkOptions) {
    this.#stream = stream;
    this.#options = options;
    this.least = options.least;
    stream.on('error', () => {}); // nobody reads it any more
  }

  write(line: string, level: Level): void {
    const { least, format } = this.#options;
    if (ranks[level] < ranks[least]) return;
    if (this.#stream.writableLength > maxUnread) {
      this.#missed++;
      return;
    }
    if (this.#missed > 0) this.#tellMissed();
    this.#waiting += format(line);
    if (this.#waiting.length > maxTogether) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.flush());
    }
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#waiting === '' || this.#stream.destroyed) return;
    this.#stream.write(this.#waiting);
    this.#waiting = '';
  }

  #tellMissed(): void {
    const msg = `${this.#missed} lines were left out: nobody read them`;
    this.#missed = 0;
    this.#waiting += this.#options.format(
      `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), msg })}\n`,
    );
  }
}
