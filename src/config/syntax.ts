/** The syntax of JSONC, and what is wrong with a text in words. */
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

/** No real configuration is nested this deep; a parser's stack is what such a text is after. */
const deepest = 100;

interface Fault {
  offset: number;
  /** "what is wrong; what was expected" */
  message: string;
}

/** Parses JSON with comments and trailing commas; `root` is what could be read, errors or not. Never throws. */
export function parseSyntax(text: string): { root: Node | undefined; errors: Fault[] } {
  if (text.trim() === '') {
    const message = 'the file is empty; expected an object such as { "mcpServers": {} }';
    return { root: undefined, errors: [{ offset: 0, message }] };
  }
  const tooDeep = offsetBelow(text, deepest);
  if (tooDeep !== undefined) {
    const message = `nested more than ${deepest} deep; expected a configuration`;
    return { root: undefined, errors: [{ offset: tooDeep, message }] };
  }
  const found: ParseError[] = [];
  const root = parseTree(text, found, { allowTrailingComma: true });
  return { root, errors: firstOfEachLine(text, found) };
}

/** One error spoils what follows it on its line, so that only the first of a line tells the truth. */
function firstOfEachLine(text: string, found: ParseError[]): Fault[] {
  const errors: Fault[] = [];
  let end = -1;
  for (const { error, offset } of found) {
    if (offset <= end) continue;
    errors.push({ offset, message: words(text, printParseErrorCode(error), offset) });
    const newline = text.indexOf('\n', offset);
    end = newline === -1 ? text.length : newline;
  }
  return errors;
}

function words(text: string, code: string, offset: number): string {
  const seen =
    offset < text.length ? `\`${String.fromCodePoint(text.codePointAt(offset)!)}\`` : 'the end of the file';
  return wording[code] ?? `${seen} cannot stand here; expected ${expectedFor[code] ?? 'JSON'}`;
}

const expectedFor: Record<string, string> = {
  InvalidSymbol: 'a value, or a name in double quotes',
  PropertyNameExpected: 'a name in double quotes',
  ValueExpected: 'a value',
  ColonExpected: 'a colon before it',
  CommaExpected: 'a comma before it',
  CloseBraceExpected: '`}`',
  CloseBracketExpected: '`]`',
  EndOfFileExpected: 'the end of the file',
};

const wording: Record<string, string> = {
  UnexpectedEndOfNumber: 'this is no number; expected one such as 8000',
  UnexpectedEndOfComment: 'the comment does not end; expected `*/`',
  UnexpectedEndOfString: 'the string does not end on its line; expected a closing double quote',
  InvalidUnicode: 'the string has a broken \\u escape; expected four hexadecimal digits',
  InvalidEscapeCharacter: 'the string has an unknown escape; expected \\\\ for a backslash',
  InvalidCharacter: 'the string has a control character in it; expected an escape such as \\t',
};

/** Where the text first nests deeper than `limit`. */
function offsetBelow(text: string, limit: number): number | undefined {
  const scanner = createScanner(text, true);
  // by position: at the end of an unclosed comment tokens go on for ever
  for (let depth = 0; scanner.getPosition() < text.length; ) {
    scanner.scan();
    const first = text[scanner.getTokenOffset()];
    if (first === '{' || first === '[') depth++;
    if (first === '}' || first === ']') depth--;
    if (depth > limit) return scanner.getTokenOffset();
  }
  return undefined;
}
