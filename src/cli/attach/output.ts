import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Where the client reads: one message a line. */
export class Output {
  /** Resolves when the client reads no more. */
  readonly closed: Promise<void>;
  readonly #stream: Writable;
  #drained?: Promise<unknown>;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.closed = new Promise(resolve => {
      stream.on('error', () => resolve()).on('close', resolve);
    });
  }

  /** Writes `text`, which is JSON, as one line. Resolves when there is room for more. */
  async line(text: string): Promise<void> {
    if (!this.#stream.writable || this.#stream.write(`${oneLine(text)}\n`)) return;
    this.#drained ??= Promise.race([once(this.#stream, 'drain'), this.closed]).finally(() => {
      this.#drained = undefined;
    });
    await this.#drained;
  }

  /** Resolves when everything has been handed to the operating system, or cannot be any more. */
  flushed(): Promise<void> {
    return new Promise(resolve => {
      if (!this.#stream.writable) return resolve();
      this.#stream.write('', () => resolve());
    });
  }
}

/** Line ends can stand only between the tokens of JSON, where a space says the same. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]+/g, ' ') : text;
}
