import { ExactNumber } from './exact.ts';
import type { JsonObject } from './types.ts';

/** True when `value` is a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}
