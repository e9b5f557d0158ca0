import { isObject } from '../json.ts';

/** The `ui://` resource that a tool's `_meta` names, in the form of today or the one before it. */
export function interfaceOf(meta: unknown): string | undefined {
  if (!isObject(meta)) return undefined;
  const uri = isObject(meta['ui']) ? meta['ui']['resourceUri'] : meta['ui/resourceUri'];
  return typeof uri === 'string' ? uri : undefined;
}

/** Whether a tool with this `_meta` is for models too, and not for interfaces alone. */
export function isForModel(meta: unknown): boolean {
  if (!isObject(meta)) return true;
  const visibility = isObject(meta['ui']) ? meta['ui']['visibility'] : meta['ui/visibility'];
  return !Array.isArray(visibility) || visibility.includes('model');
}
