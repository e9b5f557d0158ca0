import { McpxError } from '../errors.ts';
import { type Call, type Clock, type Middleware, whenEnded } from './call.ts';

/** Milliseconds. */
export interface Limits {
  /** Longest wait without an answer or progress. */
  timeoutMs: number;
  /** Longest wait in all. */
  maxTotalMs: number;
}

/** Cancels a call that is silent for too long, or takes too long in all. */
export function timeout(limitsOf: (server: string) => Limits | undefined): Middleware {
  return next => call => {
    const limits = limitsOf(call.server);
    if (limits === undefined) return next(call); // the router says what is wrong
    const watch = new Watch(call, limits);
    return whenEnded(next(call), () => watch.stop());
  };
}

/** Watches the time of one call; progress starts the silence anew. */
class Watch implements Clock {
  readonly #call: Call;
  readonly #limits: Limits;
  readonly #started = performance.now();
  #timer?: NodeJS.Timeout;
  /** Whether the timer that runs is the last one, that of the time in all. */
  #isLast = false;
  #pauses = 0;
  #isOver = false;
  asked = false;

  constructor(call: Call, limits: Limits) {
    this.#call = call;
    this.#limits = limits;
    this.#start();
    call.clock = this;
    const { onProgress } = call;
    call.onProgress = params => {
      this.#start();
      onProgress?.(params);
    };
  }

  /** Only the time in all goes on. */
  pause(): void {
    this.#pauses++;
    this.#start();
  }

  resume(): void {
    this.#pauses--;
    this.#start();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  expire(): void {
    const { server, context } = this.#call;
    const { timeoutMs, maxTotalMs } = this.#limits;
    const what = this.#isLast
      ? `was not done after ${maxTotalMs / 1000} s`
      : `said nothing for ${timeoutMs / 1000} s`;
    context.cancellation.cancel(
      new McpxError('CALL_TIMEOUT', `server "${server}" ${what}; the call was cancelled`),
    );
  }

  #start(): void {
    if (this.#isOver) return; // what was waited for may end after the call
    clearTimeout(this.#timer);
    const left = this.#limits.maxTotalMs - (performance.now() - this.#started);
    this.#isLast = this.#pauses > 0 || left <= this.#limits.timeoutMs;
    this.#timer = setTimeout(expired, Math.max(0, this.#isLast ? left : this.#limits.timeoutMs), this);
  }
}

function expired(watch: Watch): void {
  watch.expire();
}
