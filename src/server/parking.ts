import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createRequestStateCodec, type ServerContext } from '@modelcontextprotocol/server';
import { canonical } from '../call/canonical.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { CallContext, JsonObject, Question, RawResponse } from '../types.ts';
import { ParkedCall, type Run } from './parked.ts';

/** How long a client may think about an answer, in seconds. */
const ttlSeconds = 600;
const maxParked = 1_000;
const maxParkedPerOwner = 32;

const invalidParams = -32602;

/** What is in the `requestState` that we give out: a call that waits here, or the state of a server that waits for nothing. */
type State = { parked: string; leg: number } | { relayed?: string };

interface Parked {
  call: ParkedCall;
  owner: string;
  timer: NodeJS.Timeout;
}

/**
 * Asks clients of 2026, which are never sent a request: the call is answered with what is asked, and goes on when the client
 * makes it again with the answers (SEP-2322). The `requestState` between is signed, expires, and is good for the same call
 * of the same client only. The call of a 2025 server waits here meanwhile; a server of 2026 keeps its state in ours.
 */
export class Parking {
  readonly #parked = new Map<string, Parked>();
  readonly #codec = createRequestStateCodec<State>({
    key: randomBytes(32),
    ttlSeconds,
    bind: context => (context as unknown as { binding: string }).binding,
  });

  /** One leg of a call: `run` begins it where it does not go on. */
  async answer(method: string, params: JsonObject, context: CallContext, run: Run): Promise<RawResponse> {
    const binding = bindingOf(method, params, context);
    const { requestState } = params;
    const inputResponses = isObject(params['inputResponses']) ? params['inputResponses'] : undefined;
    if (requestState === undefined) {
      // Answers without a state are for a server that needs none.
      const whole = inputResponses === undefined ? context : { ...context, resumed: { inputResponses } };
      return this.#go(new ParkedCall(whole, run), context, binding);
    }
    const state = await this.#opened(requestState, binding);
    if (state === undefined)
      return refused('the requestState is not of this call, or has expired; make the call anew');
    if (!('parked' in state)) {
      const resumed = { inputResponses: inputResponses ?? {}, requestState: state.relayed };
      return this.#go(new ParkedCall({ ...context, resumed }, run), context, binding);
    }
    const parked = this.#take(state.parked);
    if (parked === undefined) return refused('the call that was asked about is over; make it anew');
    parked.call.answer(inputResponses ?? {});
    return this.#go(parked.call, context, binding, state.parked);
  }

  /** Gives up every call that waits. */
  close(): void {
    const reason = new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    for (const id of [...this.#parked.keys()]) this.#take(id)?.call.cancellation.cancel(reason);
  }

  async #go(call: ParkedCall, context: CallContext, binding: string, id?: string): Promise<RawResponse> {
    const outcome = await call.leg(context);
    if (outcome instanceof Map) return this.#park(call, outcome, context, binding, id);
    if ('error' in outcome || outcome.result['resultType'] !== 'input_required') return outcome;
    const relayed = outcome.result['requestState'] as string | undefined;
    return { result: { ...outcome.result, requestState: await this.#sealed({ relayed }, binding) } };
  }

  async #park(
    call: ParkedCall,
    questions: Map<string, Question>,
    { owner }: CallContext,
    binding: string,
    id: string = randomUUID(),
  ): Promise<RawResponse> {
    const ofOwner = [...this.#parked.values()].filter(parked => parked.owner === owner).length;
    if (this.#parked.size >= maxParked || ofOwner >= maxParkedPerOwner) {
      const reason = new McpxError('CANNOT_ASK', 'too many calls wait for an answer of their client');
      call.cancellation.cancel(reason);
      throw reason;
    }
    const timer = setTimeout(() => this.#expire(id), ttlSeconds * 1_000).unref();
    this.#parked.set(id, { call, owner, timer });
    const inputRequests = Object.fromEntries(
      [...questions].map(([key, { method, params }]) => [key, { method, params }]),
    );
    const requestState = await this.#sealed({ parked: id, leg: call.legs }, binding); // another one each time
    return { result: { resultType: 'input_required', inputRequests, requestState } };
  }

  #expire(id: string): void {
    const reason = new McpxError('CALL_CANCELLED', `the client did not answer within ${ttlSeconds} s`);
    this.#take(id)?.call.cancellation.cancel(reason);
  }

  #take(id: string): Parked | undefined {
    const parked = this.#parked.get(id);
    clearTimeout(parked?.timer);
    this.#parked.delete(id);
    return parked;
  }

  #sealed(state: State, binding: string): Promise<string> {
    return this.#codec.mint(state, { binding } as unknown as ServerContext);
  }

  async #opened(requestState: unknown, binding: string): Promise<State | undefined> {
    if (typeof requestState !== 'string') return undefined;
    try {
      return await this.#codec.verify(requestState, { binding } as unknown as ServerContext);
    } catch {
      return undefined;
    }
  }
}

/** Of the call that is made again: who makes it, and all of it but what is new each time. */
function bindingOf(method: string, params: JsonObject, { principal, owner }: CallContext): string {
  const { _meta, inputResponses, requestState, ...call } = params;
  const text =
    canonical([principal, owner, method, call]) ?? JSON.stringify([principal, owner, method, call]);
  return createHash('sha256').update(text).digest('base64url');
}

function refused(message: string): RawResponse {
  return { error: { code: invalidParams, message } };
}
