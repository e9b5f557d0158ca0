import { estimateTokens } from '../tokens.ts';

/** Characters that are counted at a time. */
const step = 256;

/**
 * Where a page of `text` that begins at `start` and takes about `tokens` tokens ends: behind a line, or inside one that is
 * longer than half a page, but never inside a character. Further than `start`, unless that is the end.
 */
export function endOfPage(text: string, start: number, tokens: number): number {
  let end = start;
  for (let spent = 0; end < text.length && spent < tokens; end += step) {
    spent += estimateTokens(text.slice(end, end + step));
  }
  if (end >= text.length) return text.length;
  const line = text.lastIndexOf('\n', end - 1) + 1;
  if (line > start + (end - start) / 2) return line;
  return isLowSurrogate(text.charCodeAt(end)) ? end + 1 : end;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Where the lines `first` to `last` of `text`, counted from 1, begin and end; both the text's end where there are none. */
export function linesBetween(text: string, first: number, last: number): [start: number, end: number] {
  const start = startOfLine(text, first, 1, 0);
  return [start, startOfLine(text, last + 1, first, start)];
}

function startOfLine(text: string, wanted: number, known: number, start: number): number {
  let at = start;
  for (let line = known; line < wanted && at < text.length; line++) {
    at = text.indexOf('\n', at) + 1 || text.length;
  }
  return at;
}

/** The number of the line, counted from 1, that the character at `offset` stands in. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
