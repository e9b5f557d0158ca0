import { asMcpxError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Health } from './health.ts';

export interface ChecksOptions {
  enabled: boolean;
  intervalMs: number;
  timeoutMs: number;
  /** Failed checks in a row after which a connection in doubt is given up. */
  threshold: number;
  /** A connection that no call uses, if there is one: none is opened to be checked. */
  connection: () => Connection | undefined;
  health: Health;
}

/**
 * Asks a server that has been silent, from time to time, whether it is well; never in front of a call. Asks as well on
 * connections on which a call was not answered in time, until they answer: a slow server does, one that hangs does not.
 */
export class Checks {
  readonly #options: ChecksOptions;
  readonly #timer?: NodeJS.Timeout;
  /** Those that are being asked. */
  readonly #asked = new Set<Connection>();
  /** How often in a row each connection in doubt has not answered. */
  readonly #doubted = new Map<Connection, number>();

  constructor(options: ChecksOptions) {
    this.#options = options;
    if (options.enabled) this.#timer = setInterval(() => this.#tick(), options.intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#doubted.clear();
  }

  /** A call on `connection` was not answered in time. */
  doubt(connection: Connection): void {
    if (this.#options.enabled && !connection.closed && !this.#doubted.has(connection))
      this.#doubted.set(connection, 0);
  }

  #tick(): void {
    for (const connection of this.#doubted.keys()) void this.#clarify(connection);
    const { connection: find, health, intervalMs } = this.#options;
    const connection = health.silentMs < intervalMs ? undefined : find();
    if (connection !== undefined && !this.#asked.has(connection)) void this.#check(connection);
  }

  async #check(connection: Connection): Promise<void> {
    const { health } = this.#options;
    const error = await this.#ask(connection);
    if (error === undefined) return health.heard('check');
    if (connection.closed) return; // whoever closed it has told
    health.failed('check', error);
    if (health.report.breaker.state === 'open') connection.abandon(error);
  }

  /** The server is not blamed before it is certain: all others may be served well meanwhile. */
  async #clarify(connection: Connection): Promise<void> {
    if (this.#asked.has(connection)) return;
    const error = await this.#ask(connection);
    const failures = (this.#doubted.get(connection) ?? 0) + 1;
    const isOver = error === undefined || connection.closed;
    if (isOver || failures >= this.#options.threshold) this.#doubted.delete(connection);
    else this.#doubted.set(connection, failures);
    if (isOver || failures < this.#options.threshold) return;
    this.#options.health.failed('check', error);
    connection.abandon(error);
  }

  /** Undefined when it answers. */
  async #ask(connection: Connection): Promise<ReturnType<typeof asMcpxError> | undefined> {
    this.#asked.add(connection);
    try {
      await connection.ping(this.#options.timeoutMs);
      return undefined;
    } catch (thrown) {
      return asMcpxError(thrown);
    } finally {
      this.#asked.delete(connection);
    }
  }
}
