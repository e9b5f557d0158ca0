import type { JSONRPCMessage, Transport, TransportSendOptions } from '@modelcontextprotocol/client';
import { McpxError } from '../errors.ts';
import { markedNumbers, plain } from '../exact.ts';
import { isObject } from '../json.ts';
import type { JsonObject, PeerInfo } from '../types.ts';
import { Asked } from './asked.ts';
import {
  type CallOptions,
  firstId,
  noAnswer,
  noObject,
  type OpenCall,
  ownId,
  Pending,
  tooLarge,
} from './calls.ts';
import type { OversizedLine } from './line-reader.ts';
import {
  envelopeKey,
  isQuestion,
  isRequest,
  logLevelKey,
  modernVersion,
  type RequestId,
  type RpcAnswer,
  type RpcMessage,
  type RpcNotification,
} from './messages.ts';
import { WaitingCalls } from './waiting-calls.ts';

type Extra = Parameters<NonNullable<Transport['onmessage']>>[1];

/**
 * Our end of an upstream connection, put between the SDK's client and its transport. The SDK does the handshake and
 * whatever the server asks; what `open` sends is answered here, raw, and never reaches the SDK's parsing.
 */
export class Peer implements Transport {
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Sees every notification but progress, before the SDK does. */
  onnotification?: (method: string, params: JsonObject) => void;
  /** Why the connection is gone, asked for when it is. */
  explainLoss: () => McpxError = () => new McpxError('UPSTREAM_LOST', 'the connection was closed');
  /** Turns what sending threw into one of our errors. */
  explainFailure: (thrown: unknown) => Error = thrown => thrown as Error;
  /** Sees answers that are the SDK's, before it does. */
  onforeign?: (answer: RpcAnswer) => void;
  /** Answers to requests that nobody waits for any more. */
  strayAnswers = 0;

  /** What the server asks of whoever holds the connection. */
  readonly asked: Asked;

  readonly #inner: Transport;
  readonly #clientInfo: PeerInfo;
  readonly #pending = new WaitingCalls<Pending>(firstId);
  #version?: string;
  #lost?: McpxError;
  #closed = false;

  constructor(inner: Transport, clientInfo: PeerInfo) {
    this.#inner = inner;
    this.asked = new Asked(message => inner.send(message as JSONRPCMessage));
    this.#clientInfo = clientInfo;
    // The SDK recognises stdio by these two names, and only there takes silence for an old server.
    if ('pid' in inner && 'stderr' in inner) {
      Object.defineProperties(this, { pid: { get: () => inner.pid }, stderr: { get: () => inner.stderr } });
    }
  }

  get hasPerRequestStream(): boolean {
    return this.#inner.hasPerRequestStream === true;
  }
  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }
  /** Whether every later call will be rejected. */
  get lost(): boolean {
    return this.#lost !== undefined;
  }
  /** Whether the 2026 era was agreed on. */
  get isModern(): boolean {
    return this.#version !== undefined && this.#version >= modernVersion;
  }
  /** Calls that wait for their answer. */
  get inFlight(): number {
    return this.#pending.size;
  }

  setProtocolVersion(version: string): void {
    this.#version = version;
    this.#inner.setProtocolVersion?.(version);
  }

  async start(): Promise<void> {
    this.#inner.onmessage = (message: unknown, extra?: Extra, length?: number) =>
      this.deliver(message as RpcMessage, length, extra);
    this.#inner.onerror = error => this.onerror?.(error);
    this.#inner.onclose = () => {
      if (this.#closed) return; // the SDK's transports say so each time they are closed
      this.#closed = true;
      this.fail(this.explainLoss());
      this.onclose?.();
    };
    await this.#inner.start();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    return this.#inner.send(message, options);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Rejects every open call with `error`, and every later one. */
  fail(error: McpxError): void {
    this.#lost ??= error;
    for (const { id } of this.#pending.all) this.#fail(id, error);
    this.asked.close();
  }

  /** Whether the request `id` is one of ours that still waits. */
  owns(id: number): boolean {
    return this.#pending.get(id) !== undefined;
  }

  /** A message of `length` characters from the other side: ours is settled here, the rest goes to the SDK. */
  deliver(message: RpcMessage, length = 0, extra?: Extra): void {
    if ('method' in message) {
      if (message.method === 'notifications/progress' && this.#progress(message.params ?? {})) return;
      if (isRequest(message) && isQuestion(message.method)) {
        this.asked.take(message);
        return;
      }
      if (!('id' in message)) this.#notified(message);
    } else {
      if (this.#answer(message, length)) return;
      this.onforeign?.(message);
    }
    this.onmessage?.(plain(message) as JSONRPCMessage, extra);
  }

  #notified({ method, params = {} }: RpcNotification): void {
    if (method === 'notifications/cancelled')
      this.asked.withdraw(params['requestId'] as RequestId, params['reason']);
    this.onnotification?.(method, params);
  }

  /** The answer to `id` will not come, or cannot be read. */
  refuse(id: number, error: McpxError): void {
    this.#fail(id, error);
  }

  /** Fails the call whose answer was too long to be read; false when it cannot be told which one it was. */
  oversized(line: OversizedLine): boolean {
    for (const [, id] of `${line.head} ${line.tail}`.matchAll(/"id"\s*:\s*"?(\d+)/g)) {
      if (!this.owns(Number(id))) continue;
      this.refuse(Number(id), tooLarge(line.length));
      return true;
    }
    return false;
  }

  /** Sends one request and hands out its raw answer. */
  open(method: string, params: JsonObject | undefined, options: CallOptions = {}): OpenCall {
    const stop = this.hasPerRequestStream ? new AbortController() : undefined;
    const pending: Pending = new Pending(options, reason => this.#cancel(pending.id, reason, stop));
    if (this.#lost !== undefined) {
      const { code, message, help, data } = this.#lost;
      pending.reject(new McpxError(code, message, { help, data, unsent: true }));
      return pending;
    }
    this.#pending.add(pending);
    const { id } = pending;
    const request = { jsonrpc: '2.0' as const, id, method, params: this.#stamp(id, params, options) };
    if (stop !== undefined) request.params = markedNumbers(request.params); // the SDK's transport writes them
    const written = this.#written;
    this.#inner
      .send(request as JSONRPCMessage, stop && this.#sendOptions(id, stop, options))
      .catch(thrown => this.#fail(id, this.explainFailure(thrown)));
    this.sent(id, this.#written - written);
    return pending;
  }

  /** So many characters of the request `id` have been sent. */
  sent(id: number, length: number): void {
    const traffic = this.#pending.get(id)?.traffic;
    if (traffic !== undefined) traffic.sent += length;
  }

  /** Characters that a transport of lines has written; others tell by `sent`. */
  get #written(): number {
    return 'written' in this.#inner ? (this.#inner.written as number) : 0;
  }

  /** Rejects the call `id` if it still waits. */
  #fail(id: number, error: Error): void {
    this.#pending.take(id)?.reject(error);
  }

  #progress(params: JsonObject): boolean {
    const id = ownId(params['progressToken']);
    if (id === undefined) return false;
    this.#pending.get(id)?.onProgress?.(params);
    return true;
  }

  #answer(message: RpcAnswer, length: number): boolean {
    const id = ownId(message.id);
    if (id === undefined) return false;
    const pending = this.#pending.take(id);
    if (pending?.traffic !== undefined) pending.traffic.received += length;
    if (pending === undefined)
      this.strayAnswers++; // answered already, or cancelled: nobody is interested any more
    else if (isObject(message.error)) pending.resolve({ error: message.error });
    else if (isObject(message.result)) pending.resolve({ result: message.result });
    else pending.reject(noObject());
    return true;
  }

  /** The caller's params with what the era and the progress ask for; the caller's own token means nothing here. */
  #stamp(id: number, params: JsonObject | undefined, options: CallOptions): JsonObject | undefined {
    const envelope = this.#envelope(options);
    const given = params?.['_meta'] as JsonObject | undefined;
    const token = options.onProgress === undefined ? undefined : { progressToken: id };
    if (envelope === undefined && given === undefined) return token ? { _meta: token, ...params } : params;
    const { progressToken: _, ...meta } = given ?? {};
    return { ...params, _meta: Object.assign(meta, token, envelope) };
  }

  #envelope({ capabilities = {}, logLevel }: CallOptions = {}): JsonObject | undefined {
    if (!this.isModern) return undefined;
    return {
      [envelopeKey.protocolVersion]: this.#version,
      [envelopeKey.clientInfo]: this.#clientInfo,
      [envelopeKey.clientCapabilities]: capabilities,
      ...(logLevel !== undefined && { [logLevelKey]: logLevel }),
    };
  }

  #sendOptions(id: number, stop: AbortController, options: CallOptions): TransportSendOptions {
    return {
      headers: options.headers,
      requestSignal: stop.signal,
      onRequestStreamEnd: () => this.refuse(id, noAnswer()),
    };
  }

  /** In the 2026 era over HTTP closing the stream is the cancellation; everywhere else it is a notification. */
  #cancel(id: number, reason: Error, stop: AbortController | undefined): void {
    if (!this.owns(id)) return;
    this.#fail(id, reason);
    const envelope = this.#envelope();
    if (envelope === undefined || stop === undefined) {
      const params = { requestId: id, reason: reason.message, ...(envelope && { _meta: envelope }) };
      const notification = { jsonrpc: '2.0' as const, method: 'notifications/cancelled', params };
      this.#inner.send(notification as JSONRPCMessage).catch(() => {}); // a connection that is gone needs no telling
    }
    stop?.abort(reason);
  }
}
