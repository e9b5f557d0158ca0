import { isObject } from '../json.ts';
import { envelopeKey, logLevelKey } from '../rpc/messages.ts';
import type { JsonObject } from '../types.ts';

const hopByHop: ReadonlySet<string> = new Set([...Object.values(envelopeKey), 'progressToken', logLevelKey]);

/** The part of a request's `_meta` that is meant for whoever answers it, such as `traceparent`. */
export function forwarded(meta: unknown): JsonObject | undefined {
  if (!isObject(meta)) return undefined;
  const kept = Object.entries(meta).filter(([key]) => !hopByHop.has(key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
