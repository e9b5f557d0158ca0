import type { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { Lease, Usage } from '../pool/member.ts';
import type { PoolCounters, PoolLimits, PoolOptions } from '../pool/options.ts';
import { Pool } from '../pool/pool.ts';
import type { Principal } from '../types.ts';
import type { Connection } from './connection.ts';

/** The connections to one server: a pool for each login, since a connection carries the tokens of one. */
export class Pools {
  readonly #optionsFor: (login: Principal) => PoolOptions<Connection>;
  readonly #pools = new Map<Principal, Pool<Connection>>();
  #closed = false;

  constructor(optionsFor: (login: Principal) => PoolOptions<Connection>) {
    this.#optionsFor = optionsFor;
  }

  /** All of them together. */
  get counters(): PoolCounters {
    const all = [...this.#pools.values()].map(({ counters }) => counters);
    const sum = (pick: (counters: PoolCounters) => number) =>
      all.reduce((total, one) => total + pick(one), 0);
    const reasons = new Set(all.flatMap(({ discarded }) => Object.keys(discarded))) as Set<
      keyof PoolCounters['discarded']
    >;
    return {
      total: sum(({ total }) => total),
      busy: sum(({ busy }) => busy),
      idle: sum(({ idle }) => idle),
      spare: sum(({ spare }) => spare),
      opening: sum(({ opening }) => opening),
      waiting: sum(({ waiting }) => waiting),
      started: sum(({ started }) => started),
      discarded: Object.fromEntries(
        [...reasons].map(reason => [reason, sum(({ discarded }) => discarded[reason] ?? 0)]),
      ),
    };
  }

  get usages(): Usage<Connection>[] {
    return [...this.#pools.values()].flatMap(({ usages }) => usages);
  }

  /** Closes the connection with this id; false when there is none. */
  async end(id: number): Promise<boolean> {
    const ended = await Promise.all([...this.#pools.values()].map(pool => pool.end(id)));
    return ended.includes(true);
  }

  /** A connection that nobody uses at the moment. */
  get idle(): Connection | undefined {
    for (const { idle } of this.#pools.values()) if (idle !== undefined) return idle;
    return undefined;
  }

  /** The connection that is `owner`'s own. */
  holds(owner: string): Connection | undefined {
    for (const pool of this.#pools.values()) {
      const own = pool.of(owner);
      if (own !== undefined) return own;
    }
    return undefined;
  }

  acquire(
    login: Principal,
    owner: string,
    cancellation: Cancellation,
  ): Lease<Connection> | Promise<Lease<Connection>> {
    return this.#of(login).acquire(owner, cancellation);
  }

  /** From now on connections of `login` are kept ready. */
  keep(login: Principal): void {
    this.#of(login).keep();
  }

  limit(limits: PoolLimits<Connection>): void {
    for (const pool of this.#pools.values()) pool.limit(limits);
  }

  /** What nobody uses goes. */
  empty(): void {
    for (const pool of this.#pools.values()) pool.empty();
  }

  async leave(owner: string): Promise<void> {
    await Promise.all([...this.#pools.values()].map(pool => pool.leave(owner)));
  }

  async close(graceMs?: number): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map(pool => pool.close(graceMs)));
  }

  #of(login: Principal): Pool<Connection> {
    const known = this.#pools.get(login);
    if (known !== undefined) return known;
    if (this.#closed) throw new McpxError('SHUTTING_DOWN', 'the gateway is stopping');
    const pool = new Pool(this.#optionsFor(login));
    this.#pools.set(login, pool);
    return pool;
  }
}
