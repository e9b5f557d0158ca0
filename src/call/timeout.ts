import type { Entry } from '../current.ts';
import { McpxError } from '../errors.ts';
import { type Call, type Clock, type Middleware, whenEnded } from './call.ts';
import { Deadlines, type Watched } from './deadlines.ts';

/** Milliseconds. */
export interface Limits {
  /** Longest wait without an answer or progress. */
  timeoutMs: number;
  /** Longest wait in all. */
  maxTotalMs: number;
}

/** Cancels a call that is silent for too long, or takes too long in all. */
export function timeout(limitsOf: (server: string) => Limits | undefined): Middleware {
  const deadlines = new Deadlines();
  return next => call => {
    const limits = limitsOf(call.server);
    if (limits === undefined) return next(call); // the router says what is wrong
    const watch = new Watch(call, limits, deadlines);
    return whenEnded(next(call), () => watch.stop());
  };
}

/** Watches the time of one call; progress starts the silence anew. */
class Watch implements Clock, Watched {
  readonly #call: Call;
  readonly #limits: Limits;
  readonly #deadlines: Deadlines;
  readonly #lastAt: number;
  dueAt: number;
  #pauses = 0;
  readonly #entry: Entry<Watched>;
  asked = false;

  constructor(call: Call, limits: Limits, deadlines: Deadlines) {
    const now = performance.now();
    this.#call = call;
    this.#limits = limits;
    this.#deadlines = deadlines;
    this.#lastAt = now + limits.maxTotalMs;
    this.dueAt = Math.min(now + limits.timeoutMs, this.#lastAt);
    this.#entry = deadlines.watch(this);
    call.clock = this;
    const { onProgress } = call;
    call.onProgress = params => {
      this.#heard();
      onProgress?.(params);
    };
  }

  /** Only the time in all goes on. */
  pause(): void {
    this.#pauses++;
    this.dueAt = this.#lastAt;
  }

  resume(): void {
    this.#pauses--;
    this.#heard();
  }

  stop(): void {
    this.#deadlines.forget(this.#entry);
  }

  expire(): void {
    const { server, context } = this.#call;
    const { timeoutMs, maxTotalMs } = this.#limits;
    const what =
      this.dueAt === this.#lastAt
        ? `was not done after ${maxTotalMs / 1000} s`
        : `said nothing for ${timeoutMs / 1000} s`;
    context.cancellation.cancel(
      new McpxError('CALL_TIMEOUT', `server "${server}" ${what}; the call was cancelled`),
    );
  }

  /** The silence begins now, where it counts. */
  #heard(): void {
    if (!this.#entry.present || this.#pauses > 0) return; // what was waited for may end after the call
    this.dueAt = Math.min(performance.now() + this.#limits.timeoutMs, this.#lastAt);
    this.#deadlines.moved(this);
  }
}
