import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { Question, RawResponse, RpcErrorObject } from '../types.ts';
import type { RequestId, RpcRequest } from './messages.ts';

/** Questions that wait for an answer, or for somebody who can give one; a server that asks more is told so. */
const maxOpen = 64;

const methodNotFound = -32601;
const internalError = -32603;

/** The questions that one server asks over one connection. Each is answered once, if only with a refusal. */
export class Asked {
  readonly #send: (message: object) => Promise<void>;
  readonly #open = new Map<RequestId, Cancellation>();
  #answer?: (question: Question) => Promise<RawResponse>;
  /** Asked before anybody was there to answer: some servers ask as soon as the handshake is over. */
  #early: RpcRequest[] = [];

  constructor(send: (message: object) => Promise<void>) {
    this.#send = send;
  }

  /** Who answers from now on. */
  set onquestion(answer: (question: Question) => Promise<RawResponse>) {
    this.#answer = answer;
    for (const request of this.#early) this.#put(request, answer);
    this.#early = [];
  }

  take(request: RpcRequest): void {
    if (this.#open.size + this.#early.length >= maxOpen) {
      this.#reply(request.id, refusal(internalError, 'too many questions at one time'));
    } else if (this.#answer === undefined) this.#early.push(request);
    else this.#put(request, this.#answer);
  }

  /** The server does not want to know any more. */
  withdraw(id: RequestId, reason: unknown): void {
    const text = typeof reason === 'string' ? reason : 'the server has withdrawn its question';
    this.#early = this.#early.filter(request => request.id !== id);
    this.#open.get(id)?.cancel(new McpxError('CALL_CANCELLED', text));
  }

  /** The connection is gone: nobody is asked any more. */
  close(): void {
    const reason = new McpxError('UPSTREAM_LOST', 'the connection was closed');
    for (const cancellation of this.#open.values()) cancellation.cancel(reason);
    this.#open.clear();
    this.#early = [];
  }

  #put({ id, method, params = {} }: RpcRequest, answer: (question: Question) => Promise<RawResponse>): void {
    const cancellation = new Cancellation();
    this.#open.set(id, cancellation);
    void answer({ method, params, cancellation })
      .catch((error: Error) => refusal(codeOf(error), error.message))
      .then(response => {
        if (this.#open.get(id) !== cancellation) return;
        this.#open.delete(id);
        this.#reply(id, response); // also to a question that was withdrawn: some servers still count it
      });
  }

  #reply(id: RequestId, response: RawResponse): void {
    this.#send({ jsonrpc: '2.0', id, ...response }).catch(() => {}); // a connection that is gone needs no answer
  }
}

function refusal(code: number, message: string): { error: RpcErrorObject } {
  return { error: { code, message } };
}

function codeOf(error: Error): number {
  return error instanceof McpxError && error.code === 'CANNOT_ASK' ? methodNotFound : internalError;
}
