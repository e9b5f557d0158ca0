import { blocksOf, isText, noted } from '../../compress/results/blocks.ts';
import { type KeptText, keptText } from '../../compress/results/kept-text.ts';
import { endOfPage, lineAt } from '../../compress/results/page.ts';
import { sizeOfText } from '../../compress/results/shape.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import type { CallContext, JsonObject } from '../../types.ts';
import type { View } from '../../view.ts';
import { keptUri } from './kept-uri.ts';

/** Where a result's `_meta` tells under which address all of it is kept, how many tokens that is, and for how long. */
const key = 'mcpx/kept';
/** Parts of what a result may take: its beginning, and a page of the rest. */
const beginningPart = 0.2;
const pagePart = 0.5;

/** Keeps all of `result`; what comes back has its beginning, its shape and where the rest is, and all that is not text. */
export async function keepResult(
  gateway: View,
  result: JsonObject,
  most: number,
  { principal }: CallContext,
): Promise<JsonObject> {
  const kept = readable(result, most);
  if (kept === undefined) return result;
  const { ttlMs } = gateway.kept;
  const id = await gateway.kept.keep(principal, kept);
  const tokens = estimateTokens(kept.text);
  const end = endOfPage(kept.text, 0, most * beginningPart);
  const told = [
    sizeText(kept, tokens, end),
    shapeText(kept),
    id === undefined ? tooLarge : readOn(id, end, ttlMs),
  ];
  const { structuredContent: _, ...rest } = result;
  const content = [
    { type: 'text', text: kept.text.slice(0, end) },
    { type: 'text', text: told.join('\n') },
    ...blocksOf(result).filter(block => !isText(block)),
  ];
  const answer = { ...rest, content };
  return id === undefined ? answer : noted(answer, key, { uri: keptUri(id), tokens, ttlMs });
}

function readable(result: JsonObject, most: number): KeptText | undefined {
  try {
    return keptText(result, Math.max(1, Math.round(most * pagePart)));
  } catch {
    return undefined; // nested so deeply that it cannot be written as JSON
  }
}

function sizeText({ text }: KeptText, tokens: number, end: number): string {
  const lines = `lines 1 to ${lineAt(text, end - 1)}`;
  return `That is the beginning (${lines}) of a large result: ${sizeOfText(text)}, about ${tokens.toLocaleString('en')} tokens.`;
}

function shapeText({ json }: KeptText): string {
  return json === undefined ? 'It is plain text.' : `Its JSON: ${json.shape}`;
}

const tooLarge =
  'It is too large to be kept. Ask the tool for less, or give exec a `select` to take a part of a JSON result.';

function readOn(id: string, end: number, ttlMs: number): string {
  const uri = keptUri(id);
  const minutes = Math.max(1, Math.round(ttlMs / 60_000));
  return [
    `All of it is kept for ${minutes} min; do not run the tool again. Read on: resources(${JSON.stringify({ uri, cursor: String(end) })})`,
    `A part: put ?select=JMESPATH (of JSON), ?grep=REGEXP or ?lines=FROM-TO behind the uri, such as resources(${JSON.stringify({ uri: `${uri}?lines=20-40` })})`,
  ].join('\n');
}
