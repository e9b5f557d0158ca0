import { timingSafeEqual } from 'node:crypto';
import { McpxError } from '../../errors.ts';

/** A person may take this long to log in, in milliseconds. */
const patienceMs = 600_000;

/** Logins under way at one time; of more the oldest is given up. */
const maxWaiting = 100;

/** A login that has been begun: where the person is, and what to do when they come back. */
export interface Begun {
  /** Comes back with the person; unguessable. */
  readonly state: string;
  /** Takes what the person came back with. */
  finish(answer: URLSearchParams): Promise<void>;
}

interface Waiting {
  begun: Begun;
  /** What the browser that began it must show, where it was a browser. */
  proof?: string;
  done: (failure?: McpxError) => void;
}

/** The people who were sent away to log in, and are to come back with an answer. */
export class Arrivals {
  readonly #waiting = new Map<string, Waiting>();

  /** Resolves when the person is back and has logged in; rejects with LOGIN_FAILED when not, or not in time. */
  wait(begun: Begun, proof?: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (failure?: McpxError) => {
        clearTimeout(timer);
        this.#waiting.delete(begun.state);
        if (failure === undefined) resolve();
        else reject(failure);
      };
      const late = () => done(failed(`nobody logged in within ${patienceMs / 60_000} minutes`));
      const timer = setTimeout(late, patienceMs).unref();
      const [oldest] = this.#waiting.values();
      if (this.#waiting.size >= maxWaiting) oldest?.done(failed('too many logins were begun after it'));
      this.#waiting.set(begun.state, { begun, proof, done });
    });
  }

  /** Somebody is here with `answer`. Rejects with LOGIN_FAILED; only an answer to what was begun changes anything. */
  async arrive(answer: URLSearchParams, proof?: string): Promise<void> {
    const waiting = this.#waiting.get(answer.get('state') ?? '');
    if (waiting === undefined || !isSame(waiting.proof, proof)) {
      throw failed('this is no answer to a login that was begun here, or it comes too late');
    }
    this.#waiting.delete(waiting.begun.state); // an answer counts once
    try {
      await waiting.begun.finish(answer);
      waiting.done();
    } catch (thrown) {
      const failure = thrown instanceof McpxError ? thrown : failed(String(thrown));
      waiting.done(failure);
      throw failure;
    }
  }

  /** Gives up on everybody. */
  close(): void {
    for (const { done } of this.#waiting.values()) done(failed('the gateway is stopping'));
  }
}

function isSame(expected: string | undefined, given: string | undefined): boolean {
  if (expected === undefined) return true;
  if (given === undefined || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

function failed(message: string): McpxError {
  return new McpxError('LOGIN_FAILED', message);
}
