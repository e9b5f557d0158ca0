import { createScanner } from 'jsonc-parser';

/** Of the library's `SyntaxKind`, which is there for the compiler alone. */
const kinds = { colon: 6, string: 10, lineComment: 12, blockComment: 13, lineBreak: 14, blank: 15, end: 17 };

/** A comment, or a string that is no key; as it stands in the text, broken or not. */
export interface Token {
  kind: 'comment' | 'value';
  offset: number;
  length: number;
  /** Of a string: what it says. */
  value: string;
}

const comments: readonly number[] = [kinds.lineComment, kinds.blockComment];
const blanks: readonly number[] = [kinds.blank, kinds.lineBreak, ...comments];

/** The comments and values of a text of JSON with comments. Never throws. */
export function tokens(text: string): Token[] {
  const scanner = createScanner(text, false);
  const all: Token[] = [];
  let last: Token | undefined;
  for (let kind: number = scanner.scan(); kind !== kinds.end; kind = scanner.scan()) {
    if (kind === kinds.colon && last !== undefined) all.splice(all.lastIndexOf(last), 1); // it was a key
    if (!blanks.includes(kind)) last = undefined;
    const isComment = comments.includes(kind);
    if (!isComment && kind !== kinds.string) continue;
    const token: Token = {
      kind: isComment ? 'comment' : 'value',
      offset: scanner.getTokenOffset(),
      length: scanner.getTokenLength(),
      value: isComment ? '' : scanner.getTokenValue(),
    };
    all.push(token);
    if (!isComment) last = token;
  }
  return all;
}
