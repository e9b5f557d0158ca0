import type { Cancellation } from '../../cancellation.ts';
import { describe } from '../../compress/text.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import { McpxError } from '../../errors.ts';

const maxPattern = 500;
/** A longer line is searched in pieces of this many characters, and shown in part. */
const maxPiece = 10_000;
const maxShown = 500;
/** Milliseconds of searching at a time, so that others get their turn, and in all. */
const turnMs = 20;
const totalMs = 3_000;

export interface Search {
  /** In RE2's syntax. */
  pattern: string;
  /** The number of the text's first line. */
  first: number;
  /** The line to begin with. */
  from: number;
  /** About how many tokens to find. */
  tokens: number;
}

/** Lines with their numbers, `12:text`, and the line to go on from; undefined when there is none left. */
export interface Found {
  lines: string[];
  next?: number;
}

/**
 * The lines of `text` in which a pattern is found, as many as take the tokens asked for, or are found in 3 s. Takes time
 * in proportion to the text, in turns. Throws BAD_ARGUMENTS.
 */
export async function grep(
  text: string,
  { pattern, first, from, tokens }: Search,
  cancellation: Cancellation,
): Promise<Found> {
  const find = await finder(pattern);
  const ends = performance.now() + totalMs;
  let turn = performance.now() + turnMs;
  const lines: string[] = [];
  let spent = 0;
  let last = 0;
  for (const { line, start, end, at } of pieces(text, first)) {
    if (line < from || line === last) continue;
    const now = performance.now();
    if (at === start && (spent >= tokens || now > ends)) return { lines, next: line };
    if (now > turn) {
      await new Promise(resolve => setImmediate(resolve));
      cancellation.throwIfCancelled();
      turn = performance.now() + turnMs;
    }
    const index = find(text.slice(at, Math.min(at + maxPiece, end)));
    if (index < 0) continue;
    last = line;
    lines.push(`${line}:${excerpt(text, start, end, at + index)}`);
    spent += estimateTokens(lines.at(-1)!) + 1;
  }
  return { lines };
}

/** What is searched in one go: from `at` on, of the line that stands from `start` to `end`. */
function* pieces(text: string, first: number) {
  let line = first;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    for (let at = start; at === start || at < end; at += maxPiece) yield { line, start, end, at };
    start = end + 1;
  }
}

/** Where the pattern is first found in a text; -1 when it is not. */
type Finder = (text: string) => number;

async function finder(pattern: string): Promise<Finder> {
  if (pattern.length > maxPattern) throw refused(`is longer than ${maxPattern} characters`);
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(pattern);
    return text => {
      const matcher = compiled.matcher(text);
      return matcher.find() ? matcher.start() : -1;
    };
  } catch (thrown) {
    throw refused(`cannot be used: ${describe(thrown instanceof Error ? thrown.message : '', 200)}`);
  }
}

function refused(why: string): McpxError {
  const help = 'Use RE2 syntax: no look-around, no back-references; escape . ( [ * + ? { | with a backslash.';
  return new McpxError('BAD_ARGUMENTS', `resources: the pattern of grep ${why}.`, { help });
}

/** The line, or what stands around the find. */
function excerpt(text: string, start: number, end: number, index: number): string {
  if (end - start <= maxShown) return text.slice(start, end);
  const from = Math.max(start, index - maxShown / 4);
  const to = Math.min(end, from + maxShown);
  return `${from > start ? '…' : ''}${text.slice(from, to)}${to < end ? '…' : ''}`;
}
