import type { Gate } from '../pool/gate.ts';
import { type Middleware, queued, whenEnded } from './call.ts';

interface Limits {
  gate: Gate;
  /** The longest wait for a place, in milliseconds. */
  waitMs: number;
}

/** Lets only so many calls through to each server; the others wait in its bounded line. */
export function limit(limitsOf: (server: string) => Limits | undefined): Middleware {
  return next => call => {
    const limits = limitsOf(call.server);
    if (limits === undefined) return next(call); // the router says what is wrong
    const { gate, waitMs } = limits;
    const enter = () => whenEnded(next(call), () => gate.leave());
    const waiting = gate.enter(call.context.cancellation, waitMs);
    return waiting === undefined ? enter() : queued(call, waiting).then(enter);
  };
}
