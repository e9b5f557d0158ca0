import { onTestFinished } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import type { Lease, Pooled } from './member.ts';
import type { Order, PoolOptions } from './options.ts';
import { Pool } from './pool.ts';

/** A thing to be pooled; it ends when told, or when the test breaks it. */
export class Thing implements Pooled {
  closed = false;
  onclose?: (reason: Error) => void;
  readonly id: number;
  readonly #ending: () => Promise<void>;

  constructor(id: number, ending: () => Promise<void>) {
    this.id = id;
    this.#ending = ending;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.#ending();
  }

  break(): void {
    this.closed = true;
    this.onclose?.(new Error('it broke'));
  }
}

type Settings = Partial<PoolOptions<Thing>> & {
  /** What closing one waits for. */
  ending?: () => Promise<void>;
};

/** A pool of things that are there at once, unless the test makes them itself. It ends with the test. */
export function pooling(settings: Settings) {
  const { ending = async () => {}, ...options } = settings;
  const things: Thing[] = [];
  const orders: Order[] = [];
  const make = () => {
    const thing = new Thing(things.length + 1, ending);
    things.push(thing);
    return thing;
  };
  const pool = new Pool<Thing>({
    name: 'the pool',
    sharing: 'owner',
    min: 0,
    max: 4,
    share: 2,
    idleMs: 60_000,
    waitMs: 5_000,
    open: async order => {
      orders.push(order);
      return make();
    },
    ...options,
  });
  onTestFinished(() => void pool.close());
  const acquire = async (owner = 'a', cancellation = new Cancellation()): Promise<Lease<Thing>> =>
    pool.acquire(owner, cancellation);
  /** How many have not been closed. */
  const open = () => things.filter(({ closed }) => !closed).length;
  return { pool, acquire, things, orders, make, open };
}

/** A promise and what settles it. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything that is ready happen. */
export function turn(ms = 0): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
