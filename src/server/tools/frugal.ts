import { blocksOf, isText } from '../../compress/results/blocks.ts';
import { compressResult, shortText } from '../../compress/results/compress.ts';
import { textOf, withoutStructured } from '../../compress/results/structured.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import type { ServerConfig } from '../../config/types.ts';
import type { CallContext, JsonObject } from '../../types.ts';
import type { View } from '../../view.ts';
import { keepResult } from './keep.ts';
import { spentInShadow } from './spent.ts';

/** A result so many times too large will not become small enough. */
const hopeless = 4;

/**
 * What the model is given of a tool's result: its JSON in fewer tokens, and only the beginning of what is too large. The
 * same object where there is nothing to do, which for small results costs nothing.
 */
export function frugal(
  gateway: View,
  server: string,
  tool: string,
  result: JsonObject,
  context: CallContext,
): JsonObject | Promise<JsonObject> {
  const config = gateway.configOf(server);
  return config === undefined || isSmall(result) ? result : reduced(gateway, config, tool, result, context);
}

function isSmall(result: JsonObject): boolean {
  if (result['structuredContent'] !== undefined) return false;
  let length = 0;
  for (const block of blocksOf(result)) if (isText(block)) length += block.text.length;
  return length < shortText;
}

async function reduced(
  gateway: View,
  { name: server, compress, resultTokens, tools }: ServerConfig,
  tool: string,
  result: JsonObject,
  context: CallContext,
): Promise<JsonObject> {
  const passesOn = compress.structuredContent && context.structured !== false;
  const once = passesOn ? result : withoutStructured(result);
  const most = Object.hasOwn(tools.resultTokens, tool) ? tools.resultTokens[tool]! : resultTokens;
  const before = most === 0 ? 0 : tokensOf(once, most);
  const compressed = compress.results && before <= hopeless * most ? await compressResult(once) : once;
  if (compress.results === 'shadow') spentInShadow(context, { server, tool }, once, compressed);
  const answer = compress.results === true ? compressed : once;
  if (before <= most) return answer;
  return tokensOf(answer, most) <= most ? answer : keepResult(gateway, result, most, context);
}

/** About how many tokens the texts and the structured content of `result` take; 0 when fewer than `most` for sure. */
function tokensOf(result: JsonObject, most: number): number {
  const texts = blocksOf(result).filter(isText);
  const words = [...texts.map(({ text }) => text), textOf(result['structuredContent']) ?? ''];
  const length = words.reduce((sum, text) => sum + text.length, 0);
  return length <= most ? 0 : words.reduce((sum, text) => sum + estimateTokens(text), 0);
}
