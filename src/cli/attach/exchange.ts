import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { McpxError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import type { RequestId, RpcAnswer, RpcMessage } from '../../rpc/messages.ts';
import { textOf } from '../instance/http-text.ts';
import { eventsOf, isEventStream, maxAnswer } from './events.ts';
import { messagesIn } from './input.ts';
import type { Output } from './output.ts';

/** Between progress and the answer: the SDK's clients lose progress that comes in one piece with it (typescript-sdk#2580). */
const progressGapMs = 10;

/** One line of the client on its way to the gateway, and what comes back. */
export class Exchange {
  readonly line: string;
  /** Of the 2026 era; without them the session's. */
  readonly headers: Record<string, string> | undefined;
  /** Requests that have no answer yet. */
  readonly waiting: Set<RequestId>;
  /** Called with each answer before it is passed on. */
  onAnswer?: (text: string, headers: IncomingHttpHeaders) => void;
  readonly #stop = new AbortController();

  constructor(line: string, headers: Record<string, string> | undefined, ids: RequestId[]) {
    this.line = line;
    this.headers = headers;
    this.waiting = new Set(ids);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Breaks it off; nothing is answered any more. */
  stop(): void {
    this.waiting.clear();
    this.#stop.abort();
  }

  /** Passes on what comes back, as it came; resolves at the end of it. */
  async receive(response: IncomingMessage, output: Output): Promise<void> {
    if (isEventStream(response)) return this.#receiveEvents(response, output);
    const text = await textOf(response, maxAnswer);
    if (this.waiting.size === 0 || text === '') return;
    if (response.statusCode !== 200) return this.#refused(response.statusCode ?? 0, text, output);
    this.onAnswer?.(text, response.headers);
    this.waiting.clear();
    await output.line(text);
  }

  /** Answers what has no answer yet. */
  async fail(error: McpxError, output: Output): Promise<void> {
    const { rpcCode: code, text: message } = error;
    for (const id of this.waiting) {
      await output.line(errorAnswer(id, { code, message, data: { code: error.code } }));
    }
    this.waiting.clear();
  }

  async #receiveEvents(response: IncomingMessage, output: Output): Promise<void> {
    let newsAt = Number.NEGATIVE_INFINITY;
    for await (const { text } of eventsOf(response)) {
      const messages = messagesIn(text);
      if (messages.length === 0) continue;
      const answers = messages.filter(isAnswer);
      if (answers.length === 0) newsAt = performance.now();
      else {
        const wait = progressGapMs - (performance.now() - newsAt);
        if (wait > 0) await delay(wait);
        this.onAnswer?.(text, response.headers);
      }
      await output.line(text);
      for (const { id } of answers) this.waiting.delete(id);
    }
  }

  /** An error that names its request is passed on; one that names none gets its id here. */
  async #refused(status: number, text: string, output: Output): Promise<void> {
    const said = parsed(text);
    const error = isObject(said) && isObject(said['error']) ? said['error'] : undefined;
    if (error === undefined) {
      return this.fail(
        new McpxError('NO_GATEWAY', `the gateway answered with HTTP status ${status}.`, { help: '' }),
        output,
      );
    }
    for (const id of this.waiting) {
      await output.line(isObject(said) && said['id'] === id ? text : errorAnswer(id, error));
    }
    this.waiting.clear();
  }
}

function isAnswer(message: RpcMessage): message is RpcAnswer {
  return !('method' in message);
}

function errorAnswer(id: RequestId, error: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
