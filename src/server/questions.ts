import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { RpcAnswer } from '../rpc/messages.ts';
import type { JsonObject, Question, RawResponse } from '../types.ts';

/** Questions to one client at one time. */
const maxQuestions = 64;

/** Ids that nobody else gives out on the same connection: the SDK's are numbers. */
const prefix = 'mcpx-question-';

/** Where questions and news go to: the stream of the call that they belong to. */
interface Channel {
  send(message: object): Promise<void>;
}

/** What a client of the 2025 era is asked: requests in the other direction, answered by messages of their own. */
export class Questions {
  readonly #open = new Map<string, (response: RawResponse) => void>();
  #count = 0;

  /** Resolves with the client's answer, be it an error; rejects when the question is withdrawn or cannot be sent. */
  ask(channel: Channel, { method, params, cancellation }: Question): Promise<RawResponse> {
    if (this.#open.size >= maxQuestions) {
      return Promise.reject(new McpxError('CANNOT_ASK', 'the client is being asked too much at one time'));
    }
    const id = `${prefix}${++this.#count}`;
    return new Promise((resolve, reject) => {
      const off = cancellation?.onCancel(reason => {
        this.#open.delete(id);
        const withdrawn = { requestId: id, reason: reason.message };
        channel
          .send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: withdrawn })
          .catch(() => {}); // a client that is gone is asked nothing any more
        reject(reason);
      });
      this.#open.set(id, response => {
        this.#open.delete(id);
        off?.();
        resolve(response);
      });
      channel.send({ jsonrpc: '2.0', id, method, params }).catch(error => {
        this.#open.delete(id);
        off?.();
        reject(error);
      });
    });
  }

  /** Takes an answer to one of its questions; false when it is to something else. */
  answered({ id, result, error }: RpcAnswer): boolean {
    if (typeof id !== 'string' || !id.startsWith(prefix)) return false;
    const answer = this.#open.get(id);
    if (isObject(error)) answer?.({ error });
    else answer?.({ result: isObject(result) ? result : ({} as JsonObject) });
    return true; // one that was withdrawn meanwhile is nobody else's either
  }
}
