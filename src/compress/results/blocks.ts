import type { JsonObject } from '../../types.ts';
import { isObject } from '../schema.ts';

/** A block of a result that is text. */
export type TextBlock = JsonObject & { type: 'text'; text: string };

export function isText(block: unknown): block is TextBlock {
  return isObject(block) && block['type'] === 'text' && typeof block['text'] === 'string';
}

/** The blocks of a tool's result; none where it has no list of them. */
export function blocksOf({ content }: JsonObject): unknown[] {
  return Array.isArray(content) ? content : [];
}

/** `result` with something said about it in its `_meta`, where that can be said. */
export function noted(result: JsonObject, key: string, note: unknown): JsonObject {
  const { _meta: meta } = result;
  if (meta !== undefined && !isObject(meta)) return result;
  return { ...result, _meta: { ...meta, [key]: note } };
}
