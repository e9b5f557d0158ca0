import { subscribe } from '../events.ts';

/** Of a server's processes so many are looked at one by one. */
const maxSlots = 64;

/** A process of a server; `slot` is the least number that was free when it was started. */
export interface Child {
  server: string;
  slot: number;
  pid: number;
}

/**
 * The processes of servers that run. They are told apart by small numbers, which are used again: a process for each call
 * must not become a series for each call.
 */
export class Children {
  readonly #running = new Map<number, Child>();
  readonly #ends: (() => void)[];

  constructor() {
    this.#ends = [
      subscribe('process.started', ({ server, pid }) => {
        this.#running.set(pid, { server, pid, slot: this.#freeSlot(server) });
      }),
      subscribe('process.ended', ({ pid }) => void this.#running.delete(pid)),
    ];
  }

  get running(): Child[] {
    return [...this.#running.values()];
  }

  /** Those that are looked at one by one. */
  get shown(): Child[] {
    return this.running.filter(({ slot }) => slot < maxSlots);
  }

  close(): void {
    for (const end of this.#ends) end();
  }

  #freeSlot(server: string): number {
    const taken = new Set(this.running.filter(child => child.server === server).map(({ slot }) => slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    return slot;
  }
}
