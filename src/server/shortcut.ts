import { setTimeout as delay } from 'node:timers/promises';
import { askable, canAnswer } from '../call/kinds.ts';
import { Cancellation } from '../cancellation.ts';
import { Current } from '../current.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import {
  isRequest,
  type RequestId,
  type RpcAnswer,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
} from '../rpc/messages.ts';
import type { CallContext, Era, JsonObject, Question, RawResponse } from '../types.ts';
import type { Activity } from './activity.ts';
import { declaredIn, forEra } from './eras.ts';
import type { Caller } from './mcp.ts';
import { leastTeller, logLevelIn, maxUnread, teller } from './news.ts';
import { begin, end } from './noted.ts';
import { Parking } from './parking.ts';
import { Questions } from './questions.ts';
import type { Streams } from './streams.ts';
import type { Surface } from './surface.ts';
import type { Wire } from './wire.ts';

/** Whether `message` is a request that `surface` answers; what is wrong with one is for the SDK to say. */
export function isAnswerable(message: RpcMessage, surface: Surface, era: Era): message is RpcRequest {
  if (!isRequest(message) || (message.params !== undefined && !isObject(message.params))) return false;
  const isId = typeof message.id === 'string' || Number.isSafeInteger(message.id);
  return isId && (surface.knows(message.method, era) || (era === 'modern' && message.method === listen));
}

const listen = 'subscriptions/listen';

/** Requests that may be answered with questions, and made again (SEP-2322). */
const asking: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** A request that is under way. */
interface Running {
  id: RequestId;
  cancellation: Cancellation;
}

/** What all clients of a front have in common. */
export interface Common {
  activity: Activity;
  streams: Streams;
}

/**
 * Answers requests on the wire, without the SDK: the same answer at a fifth of the time, and past its parsing, which drops
 * what it does not know. Whoever uses it has made sure that the SDK would have accepted the request. Remembers what is
 * under way, so that its client can cancel it.
 */
export class Shortcut {
  readonly #common: Common;
  readonly #running = new Current<Running>();
  readonly #questions = new Questions();
  readonly #parking = new Parking();

  constructor(common: Common) {
    this.#common = common;
  }

  /** Resolves when the answer is sent, or is not wanted any more. */
  async answer(
    request: RpcRequest,
    caller: Caller,
    wire: Wire,
    cancellation = new Cancellation(),
  ): Promise<void> {
    if (request.method === listen) return this.#listen(request, caller, wire, cancellation);
    const { id, params = {} } = request;
    const progress = progressTo(wire, params, cancellation);
    const context = this.#context(params, caller, wire, cancellation);
    context.onProgress = progress?.listener;
    const running = this.#running.enter({ id, cancellation });
    this.#common.activity.begin(); // until the answer is sent
    const note = begin(request, context, caller.origin);
    let answer: RawResponse | undefined;
    try {
      answer = await this.#answer(request, caller.surface, context);
      const response = forEra(answer, context);
      if (progress !== undefined) await progress.settled();
      if (isClients(cancellation.reason)) return; // MCP: a request that its client cancelled is not answered
      await wire.send(answerTo(id, response));
    } catch (error) {
      const message = `the result cannot be sent on: ${error instanceof Error ? error.message : String(error)}`;
      await wire.send(answerTo(id, { error: { code: -32603, message } })).catch(() => {}); // nobody is there
    } finally {
      if (note !== undefined) end(note, answer, isClients(cancellation.reason));
      this.#common.activity.end();
      this.#running.leave(running);
    }
  }

  /** Takes the client's answer to a question of a server. */
  answered(answer: RpcAnswer): boolean {
    return this.#questions.answered(answer);
  }

  /** Takes a `notifications/cancelled` that is about one of its calls. */
  cancelled({ params }: RpcNotification): boolean {
    const running = this.#running.latest(({ id }) => id === params?.['requestId']);
    const reason = params?.['reason'];
    running?.cancellation.cancel(
      new McpxError('CALL_CANCELLED', typeof reason === 'string' ? reason : 'the client cancelled the call'),
    );
    return running !== undefined;
  }

  /** The client is gone. */
  cancelAll(): void {
    const reason = new McpxError('CALL_CANCELLED', 'the client is gone');
    for (const { value } of this.#running.all) value.cancellation.cancel(reason);
    this.#parking.close();
  }

  async #listen(request: RpcRequest, caller: Caller, wire: Wire, cancellation: Cancellation): Promise<void> {
    const running = this.#running.enter({ id: request.id, cancellation });
    await this.#common.streams.serve(request, caller, wire, cancellation).catch(() => {}); // nobody is there
    this.#running.leave(running);
  }

  #context(
    params: JsonObject,
    { era, principal, owner, client, capabilities }: Caller,
    wire: Wire,
    cancellation: Cancellation,
  ): CallContext {
    const tell = teller(wire, cancellation);
    const ask = (question: Question) => this.#questions.ask(wire, question);
    const isModern = era === 'modern';
    const logLevel = isModern ? logLevelIn(params) : undefined;
    // One shape for all, made at once: V8 is slow with objects that grow.
    return {
      era,
      principal,
      owner,
      client,
      cancellation,
      capabilities: isModern ? askable(declaredIn(params)) : (capabilities ?? {}),
      ask: isModern ? undefined : ask,
      logLevel,
      tell: isModern ? leastTeller(tell, logLevel) : tell,
      resumed: undefined,
      onProgress: undefined,
      structured: undefined,
      verbatim: undefined,
      note: undefined,
    };
  }

  /** A client of 2026 that can be asked something makes its call in legs; the others have their answer at once. */
  #answer({ method, params = {} }: RpcRequest, surface: Surface, context: CallContext): Promise<RawResponse> {
    const run = (own: CallContext) => surface.answer(method, params, own);
    const goesInLegs =
      context.era === 'modern' &&
      asking.has(method) &&
      (params['requestState'] !== undefined || canAnswer(context.capabilities));
    return goesInLegs ? this.#parking.answer(method, params, context, run) : run(context);
  }
}

function answerTo(id: RequestId, response: RawResponse): object {
  if ('error' in response) return { jsonrpc: '2.0', id, error: response.error };
  return { jsonrpc: '2.0', id, result: response.result };
}

/** Whether the client itself has cancelled, or left; a call that took too long is cancelled as well, but answered. */
function isClients(reason: Error | undefined): boolean {
  return reason instanceof McpxError && reason.code === 'CALL_CANCELLED';
}

interface Progress {
  listener: NonNullable<CallContext['onProgress']>;
  /** Resolves when the answer may follow. */
  settled: () => Promise<void>;
}

/** Passes progress on under the caller's own token, if it gave one and reads; nothing after the call was cancelled. */
function progressTo(wire: Wire, params: JsonObject, cancellation: Cancellation): Progress | undefined {
  const progressToken = (params['_meta'] as JsonObject | undefined)?.['progressToken'];
  if (typeof progressToken !== 'string' && typeof progressToken !== 'number') return undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    listener: upstream => {
      if (cancellation.reason !== undefined || wire.unread > maxUnread) return;
      lastAt = performance.now();
      const message = {
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { ...upstream, progressToken },
      };
      void wire.send(message).catch(() => {}); // it is only news
    },
    settled: async () => {
      const wait = (wire.progressGapMs ?? 0) - (performance.now() - lastAt);
      if (wait > 0) await delay(wait);
    },
  };
}
