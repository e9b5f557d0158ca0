import { McpxError } from '../errors.ts';
import { Breaker, type BreakerState } from '../pool/breaker.ts';
import { httpStatus } from './failures.ts';

/** Where news of a server's health came from. */
export type Source = 'call' | 'check' | 'listing' | 'connection';

/** What was last heard of a server: not what is hoped. */
export interface HealthReport {
  /** Absent before anything was heard. */
  ok?: boolean;
  /** Epoch milliseconds. */
  at?: number;
  by?: Source;
  reason?: string;
  /** When it last answered a call, epoch milliseconds: a server that is connected may fail all of them. */
  calledAt?: number;
  breaker: { state: BreakerState; failures: number; retryInMs: number };
}

export interface HealthOptions {
  /** Failures in a row after which the server is left alone for a while. */
  threshold: number;
  /** The server is left alone from now on, for `retryInMs`. */
  onopen: (reason: string, retryInMs: number) => void;
  /** It works again; `by` says how that was found out. */
  onclose: (by: Source) => void;
  /** Whether it is asked anything has changed in whatever way; called last. */
  onchange?: (state: BreakerState, failures: number, reason: string | undefined) => void;
}

/** Collects what is heard of one server, and says whether to ask it anything. */
export class Health {
  readonly #breaker: Breaker;
  #ok?: boolean;
  /** On the clock of `performance`, as all times here. */
  #at = 0;
  #calledAt?: number;
  #by: Source = 'connection';
  #reason?: string;
  /** The work on which it depends whether the server is left alone any longer. */
  #trial?: WeakRef<object>;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor({ threshold, onopen, onclose, onchange }: HealthOptions) {
    this.#breaker = new Breaker({
      threshold,
      onchange: state => {
        if (state === 'open') onopen(this.#reason ?? '', this.#breaker.retryInMs);
        if (state === 'closed') onclose(this.#by);
        onchange?.(state, this.#breaker.failures, this.#reason);
      },
    });
  }

  get report(): HealthReport {
    const { state, failures, retryInMs } = this.#breaker;
    const breaker = { state, failures, retryInMs: Math.round(retryInMs) };
    if (this.#ok === undefined) return { breaker };
    const at = epoch(this.#at);
    const calledAt = this.#calledAt === undefined ? undefined : epoch(this.#calledAt);
    return { ok: this.#ok, at, by: this.#by, reason: this.#reason, calledAt, breaker };
  }

  set threshold(threshold: number) {
    this.#breaker.threshold = threshold;
  }

  /** Milliseconds since the server last answered; Infinity before it has. */
  get silentMs(): number {
    return performance.now() - this.#heardAt;
  }

  /** Throws UPSTREAM_UNAVAILABLE while the server is left alone. Whoever gets through tells how it went with `work`. */
  admit(server: string, work: object): void {
    if (this.#breaker.admits()) {
      if (this.#breaker.state === 'half-open') this.#trial = new WeakRef(work);
      return;
    }
    const { failures, retryInMs } = this.#breaker;
    const when = retryInMs > 0 ? `in ${Math.ceil(retryInMs / 1_000)} s` : 'just now';
    const message = `server "${server}" failed ${failures} times in a row and is tried again ${when}; last: ${this.#reason}`;
    throw new McpxError('UPSTREAM_UNAVAILABLE', message, { data: { retryInMs } });
  }

  /** The server has answered. */
  heard(by: Source): void {
    this.#ok = true;
    const now = performance.now();
    this.#at = now;
    this.#heardAt = now;
    this.#by = by;
    if (by === 'call') this.#calledAt = now;
    this.#reason = undefined;
    this.#breaker.success();
  }

  /** Something failed, `work` if it was admitted. What says nothing about the server, such as a cancelled call, changes nothing. */
  failed(by: Source, error: McpxError, work?: object): void {
    const weight = weightOf(error);
    if (weight === 'none') {
      if (work !== undefined && work === this.#trial?.deref()) this.#breaker.undecided();
      return;
    }
    this.#ok = false;
    this.#at = performance.now();
    this.#by = by;
    this.#reason = error.message;
    if (weight === 'full' || by === 'check' || this.#breaker.state === 'half-open') this.#breaker.failure();
  }
}

/** Epoch milliseconds of a time on the clock of `performance`. */
function epoch(time: number): number {
  return Math.round(Date.now() - performance.now() + time);
}

/** `full`: the server could not be reached. `half`: it was silent, which a slow tool is too. `none`: not its fault. */
function weightOf(error: McpxError): 'full' | 'half' | 'none' {
  if (error.code === 'CALL_TIMEOUT') return 'half';
  if (error.code !== 'UPSTREAM_UNAVAILABLE' && error.code !== 'UPSTREAM_LOST') return 'none';
  const status = httpStatus(error.cause);
  return status !== undefined && status < 500 ? 'none' : 'full';
}
