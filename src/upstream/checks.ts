import { asMcpxError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Health } from './health.ts';

export interface ChecksOptions {
  enabled: boolean;
  intervalMs: number;
  timeoutMs: number;
  /** A connection that no call uses, if there is one: none is opened to be checked. */
  connection: () => Connection | undefined;
  health: Health;
}

/** Asks a server that has been silent, from time to time, whether it is well; never in front of a call. */
export class Checks {
  readonly #options: ChecksOptions;
  readonly #timer?: NodeJS.Timeout;
  #running = false;

  constructor(options: ChecksOptions) {
    this.#options = options;
    if (options.enabled) this.#timer = setInterval(() => void this.#check(), options.intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    const { connection: find, health, intervalMs, timeoutMs } = this.#options;
    const connection = health.silentMs < intervalMs ? undefined : find();
    if (connection === undefined || this.#running) return;
    this.#running = true;
    try {
      await connection.ping(timeoutMs);
      health.heard('check');
    } catch (thrown) {
      if (connection.closed) return; // whoever closed it has told
      const error = asMcpxError(thrown);
      health.failed('check', error);
      if (health.report.breaker.state === 'open') connection.abandon(error);
    } finally {
      this.#running = false;
    }
  }
}
