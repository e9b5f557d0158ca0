import { writeJson } from '../../exact.ts';
import type { JsonObject } from '../../types.ts';
import { blocksOf, isText } from './blocks.ts';
import { longJson, readExactly } from './exact-json.ts';
import { layout } from './layout.ts';
import { shapeOf } from './shape.ts';
import { saidByText } from './structured.ts';

/** All that a large result has to say in words, in the form in which it is kept and read in pages. */
export interface KeptText {
  text: string;
  /** The JSON that can be selected from, the structured content or the only text: where it stands, and its shape. */
  json?: { start: number; end: number; shape: string };
  /** About how many tokens a page of it has. */
  pageTokens: number;
}

/** The texts and the structured content of a tool's result. Throws a RangeError where that is nested too deeply. */
export function keptText(result: JsonObject, pageTokens: number): KeptText {
  const texts = blocksOf(result)
    .filter(isText)
    .map(({ text }) => text);
  const { structuredContent } = result;
  if (structuredContent !== undefined && !saidByText(result)) {
    const before = texts.map(text => `${text}\n`).join('');
    return withJson(before, structuredText(structuredContent), structuredContent, pageTokens);
  }
  const json = texts.length === 1 ? jsonIn(texts[0]!) : undefined;
  return json === undefined
    ? { text: texts.join('\n'), pageTokens }
    : withJson('', json.text, json.value, pageTokens);
}

function withJson(before: string, json: string, value: unknown, pageTokens: number): KeptText {
  const text = before + json;
  return { text, json: { start: before.length, end: text.length, shape: shapeOf(value) }, pageTokens };
}

function structuredText(value: unknown): string {
  const text = writeJson(value);
  return text.length <= longJson ? layout(value) : text;
}

/** A text that is JSON, in lines; as it is where that would lose something or take long. Undefined for no JSON. */
function jsonIn(text: string): { text: string; value: unknown } | undefined {
  const exact = text.length <= longJson ? readExactly(text) : undefined;
  if (exact !== undefined) return { text: layout(exact.value), value: exact.value };
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
