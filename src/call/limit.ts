import type { Gate } from '../pool/gate.ts';
import type { Middleware } from './call.ts';

interface Limits {
  gate: Gate;
  /** The longest wait for a place, in milliseconds. */
  waitMs: number;
}

/** Lets only so many calls through to each server; the others wait in its bounded line. */
export function limit(limitsOf: (server: string) => Limits | undefined): Middleware {
  return next => async call => {
    const limits = limitsOf(call.server);
    if (limits === undefined) return next(call); // the router says what is wrong
    const { gate, waitMs } = limits;
    const waiting = gate.enter(call.context.cancellation, waitMs);
    if (waiting !== undefined) {
      call.clock?.pause(); // the server cannot be blamed for this silence
      await waiting;
      call.clock?.resume();
    }
    try {
      return await next(call);
    } finally {
      gate.leave();
    }
  };
}
