import { McpxError } from '../errors.ts';
import type { Middleware } from './call.ts';

/** Milliseconds. */
export interface Limits {
  /** Longest wait without an answer or progress. */
  timeoutMs: number;
  /** Longest wait in all. */
  maxTotalMs: number;
}

/** Cancels a call that is silent for too long, or takes too long in all. */
export function timeout(limitsOf: (server: string) => Limits): Middleware {
  return next => async call => {
    const { timeoutMs, maxTotalMs } = limitsOf(call.server);
    const started = performance.now();
    const silent = () =>
      call.context.cancellation.cancel(timedOut(call.server, timeoutMs, 'said nothing for'));
    const total = () =>
      call.context.cancellation.cancel(timedOut(call.server, maxTotalMs, 'was not done after'));
    const left = () => maxTotalMs - (performance.now() - started);
    let timer = setTimeout(timeoutMs < maxTotalMs ? silent : total, Math.min(timeoutMs, maxTotalMs));
    const { onProgress } = call;
    call.onProgress = params => {
      clearTimeout(timer);
      timer = setTimeout(timeoutMs < left() ? silent : total, Math.min(timeoutMs, left()));
      onProgress?.(params);
    };
    try {
      return await next(call);
    } finally {
      clearTimeout(timer);
    }
  };
}

function timedOut(server: string, ms: number, what: string): McpxError {
  return new McpxError('CALL_TIMEOUT', `server "${server}" ${what} ${ms / 1000} s; the call was cancelled`);
}
