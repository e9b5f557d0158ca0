import { Cancellation } from '../cancellation.ts';
import type { CallContext, JsonObject, RawResponse } from '../types.ts';
import type { Call, Handler } from './call.ts';

/**
 * One upstream call that several callers of one principal wait for, made as the owner of the first who still does. Each
 * may cancel its own waiting; the call is cancelled with the last of them. Progress reaches all who wait.
 */
export class Flight {
  readonly answer: Promise<RawResponse>;
  readonly #cancellation = new Cancellation();
  readonly #callers = new Set<Call>();
  readonly #shared: Call;

  constructor(next: Handler, first: Call) {
    const { server, method, params, tool } = first;
    const callers = this.#callers;
    const onProgress = (news: JsonObject) => {
      for (const caller of [...callers]) caller.onProgress?.(news);
    };
    const waiting = () => {
      const [caller = first] = callers;
      return caller.context;
    };
    const context: CallContext = {
      // one that has left must not be given another connection, which nobody would close
      get owner() {
        return waiting().owner;
      },
      get ask() {
        return waiting().ask;
      },
      principal: first.context.principal,
      client: first.context.client,
      capabilities: first.context.capabilities,
      era: first.context.era,
      cancellation: this.#cancellation,
      onProgress,
    };
    this.#shared = { server, method, params, tool, context, onProgress, note: first.note };
    this.answer = next(this.#shared);
    this.answer.catch(() => {}); // whoever waits hears of it
  }

  /** Whether it was cancelled, or took too long: nothing to wait for any more. */
  get cancelled(): boolean {
    return this.#cancellation.reason !== undefined;
  }

  /** Whether one of the callers was asked something: what comes of it is no answer to others. */
  get asked(): boolean {
    return this.#shared.clock?.asked === true;
  }

  /** The answer; rejects with the caller's own reason when it cancels first. */
  async wait(caller: Call): Promise<RawResponse> {
    const { cancellation } = caller.context;
    this.#callers.add(caller);
    caller.clock = this.#shared.clock; // a question to this caller stops it as well
    let release = () => {};
    try {
      const cancelled = new Promise<never>((_, reject) => {
        release = cancellation.onCancel(reject);
      });
      return await Promise.race([this.answer, cancelled]);
    } finally {
      release();
      this.#callers.delete(caller);
      if (cancellation.reason !== undefined && this.#callers.size === 0)
        this.#cancellation.cancel(cancellation.reason);
    }
  }
}
