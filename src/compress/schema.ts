import type { JsonObject } from '../types.ts';

/** Whether `value` is a JSON object (and neither null nor an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The names that an object schema requires. */
export function requiredNames(schema: JsonObject): Set<unknown> {
  return new Set(Array.isArray(schema['required']) ? schema['required'] : []);
}

/** What a local `$ref` (`#`, `#/$defs/Name`) points at in `root`; undefined where nothing is, or elsewhere. */
export function resolveRef(root: unknown, ref: unknown): unknown {
  if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref)) return undefined;
  let target = root;
  for (const step of ref.split('/').slice(1)) {
    const key = pointerKey(step);
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key)) return undefined;
    target = (target as JsonObject)[key];
  }
  return target;
}

/** The last step of a `$ref`, by which the definition is called: `Name` of `#/$defs/Name`. */
export function refName(ref: string): string {
  return pointerKey(ref.slice(ref.lastIndexOf('/') + 1));
}

function pointerKey(step: string): string {
  return percentDecoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
