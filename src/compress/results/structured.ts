import { parseJson, writeJson } from '../../exact.ts';
import type { JsonObject } from '../../types.ts';
import { isObject } from '../schema.ts';
import { blocksOf, isText } from './blocks.ts';
import { longJson } from './exact-json.ts';

/** `result` without `structuredContent`, which is put in as text where no text says the same. */
export function withoutStructured(result: JsonObject): JsonObject {
  const { structuredContent, ...rest } = result;
  if (structuredContent === undefined) return result;
  if (saidByText(result)) return rest;
  const text = textOf(structuredContent);
  return text === undefined ? result : { ...rest, content: [...blocksOf(result), { type: 'text', text }] };
}

/** Whether the only text of `result` says what its `structuredContent` says, as JSON or as the one string in it. */
export function saidByText(result: JsonObject): boolean {
  const { structuredContent } = result;
  const texts = blocksOf(result).filter(isText);
  if (texts.length !== 1) return false;
  const { text } = texts[0]!;
  const inner = wrapped(structuredContent);
  if (inner === text) return true;
  const said = reread(text);
  return said !== undefined && (said === textOf(structuredContent) || said === textOf(inner));
}

/** Nothing but objects may stand there, so servers wrap what is none: `{ result: [1] }`, `{ content: "text" }`. */
function wrapped(structured: unknown): unknown {
  const values = isObject(structured) ? Object.values(structured) : [];
  return values.length === 1 ? values[0] : undefined;
}

function reread(text: string): string | undefined {
  if (text.length > longJson) return text;
  try {
    return textOf(parseJson(text));
  } catch {
    return undefined;
  }
}

/** Compact JSON; undefined for what cannot be written, such as a value nested too deeply. */
export function textOf(value: unknown): string | undefined {
  try {
    return writeJson(value);
  } catch {
    return undefined;
  }
}
