import { grep, type Search } from '../../call/kept/grep.ts';
import { compileSelect } from '../../call/select.ts';
import { cheapest } from '../../compress/results/cheapest.ts';
import { type KeptText, keptText } from '../../compress/results/kept-text.ts';
import { endOfPage, lineAt, linesBetween } from '../../compress/results/page.ts';
import { sizeOfText } from '../../compress/results/shape.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import { McpxError } from '../../errors.ts';
import { parseJson } from '../../exact.ts';
import type { CallContext, JsonObject } from '../../types.ts';
import type { View } from '../../view.ts';
import { textResult } from '../results.ts';
import { readKeptUri } from './kept-uri.ts';

/** One page of a kept result, or of the part that its address asks for. Nothing is run. */
export async function readKept(
  gateway: View,
  uri: string,
  cursor: string | null | undefined,
  context: CallContext,
): Promise<JsonObject> {
  const { id, query } = readKeptUri(uri);
  const kept = await gateway.kept.find(context.principal, id);
  if (kept === undefined) {
    throw new McpxError('UNKNOWN_RESULT', `there is no kept result at ${JSON.stringify(uri.slice(0, 200))}.`);
  }
  const { pageTokens } = kept;
  const whole = query.select === undefined ? kept.text : await selected(kept, query.select);
  const [start, end] = query.lines === undefined ? [0, whole.length] : rangeOf(whole, query.lines);
  const part = whole.slice(start, end);
  if (query.grep !== undefined) {
    const search = {
      pattern: query.grep,
      first: lineAt(whole, start),
      from: offsetOf(cursor),
      tokens: pageTokens,
    };
    return found(uri, part, search, context);
  }
  if (query.select !== undefined && !cursor && estimateTokens(part) <= pageTokens) {
    return textResult((await cheapest(part))?.text ?? part);
  }
  return page(uri, part, offsetOf(cursor), pageTokens);
}

/** What a JMESPath expression takes from the JSON of a kept result, in lines if it is JSON. Throws BAD_SELECT. */
async function selected({ text, json, pageTokens }: KeptText, expression: string): Promise<string> {
  if (json === undefined) {
    const help = 'Use ?grep= or ?lines= instead.';
    throw new McpxError('BAD_SELECT', 'the kept result is plain text, and select needs JSON.', { help });
  }
  const pick = await compileSelect(expression);
  return keptText(pick({ structuredContent: parseJson(text.slice(json.start, json.end)) }), pageTokens).text;
}

/** `20-40`, `20-` or `20`, counted from 1. */
function rangeOf(text: string, lines: string): [start: number, end: number] {
  const [, from, dash, to] = /^(\d{1,9})(-)?(\d{1,9})?$/.exec(lines.trim()) ?? [];
  const first = Number(from);
  const last = to !== undefined ? Number(to) : dash === undefined ? first : Number.POSITIVE_INFINITY;
  if (from === undefined || (to !== undefined && dash === undefined) || first < 1 || last < first) {
    const message = `resources: lines ${JSON.stringify(lines.slice(0, 50))} is no range.`;
    throw new McpxError('BAD_ARGUMENTS', message, { help: 'Such as ?lines=20-40, counted from 1.' });
  }
  const range = linesBetween(text, first, last);
  if (range[0] < text.length || first === 1) return range;
  throw new McpxError(
    'BAD_ARGUMENTS',
    `resources: there is no line ${first}; there are ${sizeOfText(text)}.`,
    {
      help: 'Ask for lines that there are.',
    },
  );
}

function page(uri: string, text: string, start: number, tokens: number): JsonObject {
  if (start > 0 && start >= text.length) throw noPage(String(start));
  const end = endOfPage(text, start, tokens);
  const shown = textResult(text.slice(start, end));
  if (start === 0 && end === text.length) return shown;
  const lines = `Lines ${lineAt(text, start)} to ${lineAt(text, end - 1)} of ${sizeOfText(text)}`;
  return withNote(shown, end === text.length ? `${lines}: the end.` : `${lines}. ${more(uri, end)}`);
}

async function found(
  uri: string,
  text: string,
  search: Search,
  { cancellation }: CallContext,
): Promise<JsonObject> {
  const { lines, next } = await grep(text, search, cancellation);
  if (next !== undefined) {
    return withNote(textResult(lines.join('\n')), `Searched to line ${next - 1}. ${more(uri, next)}`);
  }
  if (lines.length > 0) return textResult(lines.join('\n'));
  return textResult(search.from > 0 ? 'No more lines fit.' : `No line fits, of ${sizeOfText(text)}.`);
}

function more(uri: string, cursor: number): string {
  return `More: resources(${JSON.stringify({ uri, cursor: String(cursor) })})`;
}

function withNote({ content }: JsonObject, note: string): JsonObject {
  return { content: [...(content as unknown[]), { type: 'text', text: note }] };
}

function offsetOf(cursor: string | null | undefined): number {
  if (cursor === undefined || cursor === null || cursor === '') return 0;
  if (!/^\d{1,9}$/.test(cursor)) throw noPage(cursor);
  return Number(cursor);
}

function noPage(cursor: string): McpxError {
  return new McpxError('BAD_CURSOR', `there is no page at cursor ${JSON.stringify(cursor.slice(0, 50))}.`);
}
