import { Backoff } from './backoff.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  threshold: number;
  backoff?: Backoff;
  /** Milliseconds of a clock that never jumps. */
  now?: () => number;
  onchange?: (state: BreakerState) => void;
}

/** A trial that has no verdict after this long, in milliseconds, keeps others waiting no more: the next one may try too. */
const trialMs = 10_000;

/** Wear after opening is forgotten when all has been well for this long, in milliseconds. */
const probationMs = 60_000;

/**
 * Stops asking what fails again and again. Closed: everybody may. Open: nobody, for a time that grows. Half-open: one
 * trial, whose success closes it and whose failure opens it again. Just closed it opens at the first failure.
 */
export class Breaker {
  #options: BreakerOptions;
  readonly #backoff: Backoff;
  readonly #now: () => number;
  #state: BreakerState = 'closed';
  #failures = 0;
  #retryAt = 0;
  #trialAt = 0;
  #closedAt = Number.NEGATIVE_INFINITY;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff({ first: 1_000, max: 15_000 });
    this.#now = options.now ?? (() => performance.now());
  }

  get state(): BreakerState {
    return this.#state;
  }
  /** In a row. */
  get failures(): number {
    return this.#failures;
  }
  /** Milliseconds until a trial is allowed; 0 when one is. */
  get retryInMs(): number {
    return this.#state === 'open' ? Math.max(0, this.#retryAt - this.#now()) : 0;
  }

  /** From now on so many failures in a row open it. */
  set threshold(threshold: number) {
    this.#options = { ...this.#options, threshold };
  }

  /** Whether work may begin. In the half-open state the one that may is the trial, and ends in one of the three below. */
  admits(): boolean {
    if (this.#state === 'closed') return true;
    const now = this.#now();
    if (this.#state === 'half-open' ? now - this.#trialAt < trialMs : this.retryInMs > 0) return false;
    this.#trialAt = now;
    if (this.#state === 'open') this.#set('half-open');
    return true;
  }

  success(): void {
    this.#failures = 0;
    if (this.#state === 'closed') return;
    this.#closedAt = this.#now();
    this.#set('closed');
  }

  failure(): void {
    this.#failures++;
    if (this.#state === 'open') return;
    const onProbation = this.#now() - this.#closedAt < probationMs;
    if (this.#state === 'closed' && this.#failures < this.#options.threshold && !onProbation) return;
    if (this.#state === 'closed' && !onProbation) this.#backoff.reset();
    this.#retryAt = this.#now() + this.#backoff.next();
    this.#set('open');
  }

  /** The trial ended without a verdict, such as one that its caller cancelled: the next one may try. */
  undecided(): void {
    if (this.#state === 'half-open') this.#set('open');
  }

  #set(state: BreakerState): void {
    this.#state = state;
    this.#options.onchange?.(state);
  }
}
