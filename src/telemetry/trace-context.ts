import { isObject } from '../json.ts';

/** The trace id, in hex, of a W3C trace context such as a request's `_meta` or headers; undefined where there is none. */
export function traceIdOf(carrier: unknown): string | undefined {
  const value = isObject(carrier) ? carrier['traceparent'] : undefined;
  if (typeof value !== 'string') return undefined;
  const [, traceId] =
    /^(?!ff)[0-9a-f]{2}-((?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/.exec(value) ?? [];
  return traceId;
}
