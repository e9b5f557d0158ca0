import type { JsonObject, RawResponse } from '../types.ts';

/** How long and for whom a server lets its answer be kept (SEP-2549). */
export interface Hint {
  /** Milliseconds, more than 0. */
  ttlMs: number;
  /** Whether the answer is the same for everybody. */
  shared: boolean;
}

/** No server keeps its answer here for longer, in milliseconds. */
const maxTtlMs = 3_600_000;

/** The hint of a complete 2026-era answer; undefined where it must not be kept, or says nothing. */
export function hintOf(response: RawResponse): Hint | undefined {
  const result: JsonObject = 'result' in response ? response.result : {};
  const { resultType, ttlMs, cacheScope } = result;
  if (resultType !== 'complete' || typeof ttlMs !== 'number' || !(ttlMs > 0)) return undefined;
  return { ttlMs: Math.min(ttlMs, maxTtlMs), shared: cacheScope === 'public' };
}

/** Whether `response` is a tool's whole and good answer: neither an error nor a question back (SEP-2322). */
export function isGood(response: RawResponse): boolean {
  if ('error' in response) return false;
  const { resultType = 'complete', isError = false } = response.result;
  return resultType === 'complete' && isError === false;
}
