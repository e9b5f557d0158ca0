import type { Readable, Writable } from 'node:stream';
import type { JSONRPCMessage, MessageExtraInfo, Transport } from '@modelcontextprotocol/client';
import { McpxError } from '../errors.ts';
import { parseJson, writeJson } from '../exact.ts';
import { LineReader, type OversizedLine } from './line-reader.ts';
import { asMessage, type RpcMessage } from './messages.ts';

export interface LineOptions {
  /** Longest line that is read, in UTF-16 units. */
  maxLine: number;
  /** Most text that waits for a peer that does not read, in bytes. */
  maxBuffered: number;
  /** Stop reading while the peer does not read: right towards clients, a deadlock towards children. */
  pauseWhenFull: boolean;
}

export const defaultLineOptions: LineOptions = {
  maxLine: 64 * 1024 * 1024,
  maxBuffered: 256 * 1024 * 1024,
  pauseWhenFull: false,
};

/**
 * MCP's stdio framing over two streams: one JSON-RPC message a line. Messages pass as they were parsed,
 * unvalidated; what is no JSON-RPC is skipped and counted; all that one turn of the event loop sends is
 * written at once.
 */
export class LineTransport implements Transport {
  /** Called with each message and how many characters it had. */
  onmessage?: (message: JSONRPCMessage, extra?: MessageExtraInfo, length?: number) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Called with each line that is no JSON-RPC message, cut to 200 characters. */
  onskip?: (line: string) => void;
  /** Called when a line was longer than allowed; it has been dropped. */
  onoversize?: (line: OversizedLine) => void;
  /** Lines that were no JSON-RPC message. */
  skipped = 0;
  /** Characters of all messages sent so far. */
  written = 0;

  readonly #options: LineOptions;
  #input?: Readable;
  #output?: Writable;
  #outbox = '';
  #ended = false;

  constructor(options: Partial<LineOptions> = {}) {
    this.#options = { ...defaultLineOptions, ...options };
  }

  /** What waits for the peer to read it, in bytes, or characters where it has not been written yet. */
  get unread(): number {
    return (this.#output?.writableLength ?? 0) + this.#outbox.length;
  }

  /** Begins to read `input`; `send` writes to `output`. */
  attach(input: Readable, output: Writable): void {
    this.#input = input;
    this.#output = output;
    const reader = new LineReader(
      this.#options.maxLine,
      line => this.#take(line),
      line => this.onoversize?.(line),
    );
    input.setEncoding('utf8');
    input.on('data', (chunk: string) => reader.push(chunk));
    input.on('end', () => this.inputEnded());
    input.on('error', error => this.onerror?.(error));
    output.on('drain', () => this.#input?.resume());
    output.on('error', error => {
      this.onerror?.(error);
      this.outputFailed();
    });
  }

  async start(): Promise<void> {}

  /** Queues one message for this turn's write; rejects when the connection is closed or the peer does not read. */
  send(message: unknown): Promise<void> {
    if (this.#ended) return Promise.reject(unsent('the connection is closed'));
    if (this.unread > this.#options.maxBuffered) {
      this.ended();
      return Promise.reject(unsent('the other side does not read what it is sent'));
    }
    let line: string;
    try {
      line = writeJson(message);
    } catch (error) {
      return Promise.reject(error); // nested deeper than the stack: the caller answers with an error instead
    }
    if (this.#outbox === '') process.nextTick(() => this.#flush());
    this.#outbox += `${line}\n`;
    this.written += line.length;
    return Promise.resolve();
  }

  /** Resolves when everything sent so far has been handed to the operating system, or cannot be any more. */
  flushed(): Promise<void> {
    return new Promise(resolve => {
      this.#flush();
      if (this.#ended || !this.#output?.writable) return resolve();
      this.#output.write('', () => resolve());
    });
  }

  async close(): Promise<void> {
    this.ended();
  }

  /** The other side will say nothing more. */
  protected inputEnded(): void {
    this.ended();
  }

  /** The other side reads no more. */
  protected outputFailed(): void {
    this.ended();
  }

  protected ended(): void {
    if (this.#ended) return;
    this.#flush();
    this.#ended = true;
    this.onclose?.();
  }

  #flush(): void {
    const text = this.#outbox;
    this.#outbox = '';
    if (text === '' || !this.#output?.writable) return;
    const roomLeft = this.#output.write(text);
    if (!roomLeft && this.#options.pauseWhenFull) this.#input?.pause();
  }

  #take(line: string): void {
    if (this.#ended) return;
    let message: RpcMessage | undefined;
    try {
      message = asMessage(parseJson(line));
    } catch {
      // not JSON: a banner, a log line
    }
    if (message === undefined) {
      if (line.trim() === '') return;
      this.skipped++;
      this.onskip?.(line.slice(0, 200));
      return;
    }
    try {
      this.onmessage?.(message as JSONRPCMessage, undefined, line.length);
    } catch (error) {
      this.onerror?.(error as Error);
    }
  }
}

function unsent(message: string): McpxError {
  return new McpxError('UPSTREAM_LOST', message, { unsent: true });
}
