import type { ServerResponse } from 'node:http';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { writeJson } from '../exact.ts';
import type { RpcErrorObject } from '../types.ts';
import { missingCapability } from './rpc-errors.ts';
import type { Wire } from './wire.ts';

/** A call that has not been answered by then is answered in a stream, so that nobody on the way takes it for dead. */
const streamAfterMs = 5_000;
const keepAliveMs = 15_000;
/** A client that reads nothing of its answer for this long, in milliseconds, is given up: the answer is kept until then. */
const unreadMs = 300_000;

const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * The answer to one POST: plain JSON when the answer is the first thing to say, an event stream when progress or a long
 * silence comes before it.
 */
export class HttpReply implements Wire {
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #unreadMs: number;
  #timer: NodeJS.Timeout;

  constructor(response: ServerResponse, headers: Record<string, string> = {}, mostUnreadMs = unreadMs) {
    this.#response = response;
    this.#headers = headers;
    this.#unreadMs = mostUnreadMs;
    this.#timer = setTimeout(() => this.#keepAlive(), streamAfterMs);
  }

  get unread(): number {
    return this.#response.writableLength;
  }

  async send(message: object): Promise<void> {
    const isAnswer = 'id' in message && !('method' in message);
    const text = writeJson(message);
    if (isAnswer) this.#finish(text, statusOf(message));
    else this.#event(text);
  }

  /** Must be called when the call is over. Ends what has had no answer, such as a cancelled call, with an empty stream. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#startStream();
    this.#last();
  }

  #finish(text: string, status: number): void {
    clearTimeout(this.#timer);
    if (this.#response.headersSent) {
      this.#last(`event: message\ndata: ${text}\n\n`);
      return;
    }
    const length = Buffer.byteLength(text);
    this.#response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': length,
      ...this.#headers,
    });
    this.#last(text);
  }

  #last(text?: string): void {
    this.#response.end(text);
    if (this.unread > 0) this.#response.setTimeout(this.#unreadMs);
  }

  #event(text: string): void {
    this.#startStream();
    this.#response.write(`event: message\ndata: ${text}\n\n`);
  }

  #keepAlive(): void {
    this.#startStream();
    this.#response.write(': still working\n\n');
    this.#timer = setTimeout(() => this.#keepAlive(), keepAliveMs);
  }

  #startStream(): void {
    if (!this.#response.headersSent)
      this.#response.writeHead(200, Object.assign({}, streamHeaders, this.#headers));
  }
}

/** The one error of a server that has an HTTP status of its own (MCP 2026-07-28). */
function statusOf(answer: object): number {
  const error = 'error' in answer ? (answer.error as RpcErrorObject) : undefined;
  return error?.code === missingCapability ? 400 : 200;
}

/** Cancelled when the client closes the connection before it has its answer. */
export function untilClosed(response: ServerResponse): Cancellation {
  const cancellation = new Cancellation();
  response.on('close', () => {
    if (!response.writableFinished)
      cancellation.cancel(new McpxError('CALL_CANCELLED', 'the client closed the connection'));
  });
  return cancellation;
}
