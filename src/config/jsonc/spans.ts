/** Where things stand in a JSON text with comments. Reads no more than it must: a file may have tens of megabytes. */

/** A member of an object, by offsets in the text. */
export interface Member {
  name: string;
  /** Of its name. */
  start: number;
  valueStart: number;
  /** After its value. */
  end: number;
  /** Of the comma that follows, if one does. */
  comma?: number;
}

export interface ObjectSpan {
  /** Of `{` or `[`. */
  open: number;
  /** Of `}` or `]`. */
  close: number;
  members: Member[];
}

/** The object that begins at `open`; undefined where something else does. The text must be sound. */
export function objectAt(text: string, open: number): ObjectSpan | undefined {
  if (text[open] !== '{') return undefined;
  const members: Member[] = [];
  let at = skipTrivia(text, open + 1);
  while (text[at] === '"') {
    const start = at;
    const nameEnd = skipString(text, at);
    const valueStart = skipTrivia(text, skipTrivia(text, nameEnd) + 1); // over the colon
    const end = skipValue(text, valueStart);
    at = skipTrivia(text, end);
    const comma = text[at] === ',' ? at : undefined;
    if (comma !== undefined) at = skipTrivia(text, comma + 1);
    members.push({ name: JSON.parse(text.slice(start, nameEnd)) as string, start, valueStart, end, comma });
  }
  return { open, close: at, members };
}

/** The list that begins at `open`, its items under their numbers; undefined where something else does. */
export function listAt(text: string, open: number): ObjectSpan | undefined {
  if (text[open] !== '[') return undefined;
  const members: Member[] = [];
  let at = skipTrivia(text, open + 1);
  while (at < text.length && text[at] !== ']') {
    const start = at;
    const end = skipValue(text, start);
    at = skipTrivia(text, end);
    const comma = text[at] === ',' ? at : undefined;
    if (comma !== undefined) at = skipTrivia(text, comma + 1);
    members.push({ name: String(members.length), start, valueStart: start, end, comma });
  }
  return { open, close: at, members };
}

/** Where the value of the whole text begins. */
export function rootOf(text: string): number {
  return skipTrivia(text, text.startsWith('\ufeff') ? 1 : 0);
}

/** The member `path` leads to; undefined when there is none. */
export function memberAt(text: string, path: readonly string[]): Member | undefined {
  let at = rootOf(text);
  let found: Member | undefined;
  for (const name of path) {
    found = objectAt(text, at)?.members.find(member => member.name === name);
    if (found === undefined) return undefined;
    at = found.valueStart;
  }
  return found;
}

/** Behind white space and comments. */
function skipTrivia(text: string, from: number): number {
  let at = from;
  for (;;) {
    const character = text[at];
    if (character === ' ' || character === '\t' || character === '\n' || character === '\r') at++;
    else if (character === '/') at = skipComment(text, at);
    else return at;
  }
}

/** Behind the comment that begins at `from`; a line break is no part of it. */
export function skipComment(text: string, from: number): number {
  const isLine = text[from + 1] === '/';
  const end = text.indexOf(isLine ? '\n' : '*/', from + 2);
  if (end === -1) return text.length;
  if (!isLine) return end + 2;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function skipString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function skipValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') at = skipString(text, at);
    else if (character === '/') at = skipComment(text, at);
    else if (character === '{' || character === '[') {
      depth++;
      at++;
    } else if (character === '}' || character === ']') {
      if (depth === 0) return at; // of what is around a plain value
      depth--;
      at++;
    } else if (depth === 0) return skipPlain(text, at);
    else at++;
    if (depth === 0) return at;
  }
  return at;
}

/** Behind a number, `true`, `false` or `null`. */
function skipPlain(text: string, from: number): number {
  let at = from;
  while (at < text.length && /[\w.+-]/.test(text[at]!)) at++;
  return at;
}
