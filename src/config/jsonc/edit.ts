/** Changes in a JSON text with comments that leave everything else as it stands: comments, order and layout. */
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'jsonc-parser';
import { block, fits, indentAt, inline, isRecord, type Style, styleOf } from './format.ts';
import { listAt, type Member, memberAt, type ObjectSpan, objectAt, rootOf, skipComment } from './spans.ts';

/**
 * `text` with `value` at `path`. Objects on the way are made where they are missing. Of an object that is there only
 * what is different is touched. `text` must be sound and its root an object.
 */
export function withValue(text: string, path: readonly string[], value: unknown): string {
  const known = memberAt(text, path);
  if (known !== undefined) return replaced(text, path, known, value);
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const around = depth === 0 ? undefined : memberAt(text, path.slice(0, depth));
    if (depth > 0 && around === undefined) continue;
    const [name, ...rest] = path.slice(depth);
    const inner = rest.reduceRight((nested, key) => ({ [key]: nested }), value);
    const object = objectAt(text, around?.valueStart ?? rootOf(text));
    if (object !== undefined) return inserted(text, object, name!, inner);
    return replaced(text, path.slice(0, depth), around!, { [name!]: inner });
  }
  return text;
}

/** `text` without what stands at `path`, and without what is said of it on its last line. */
export function withoutValue(text: string, path: readonly string[]): string {
  const around = path.length === 1 ? rootOf(text) : memberAt(text, path.slice(0, -1))?.valueStart;
  const object = around === undefined ? undefined : objectAt(text, around);
  const index = object?.members.findIndex(({ name }) => name === path.at(-1)) ?? -1;
  return object === undefined || index < 0 ? text : removed(text, object, index);
}

function replaced(text: string, path: readonly string[], member: Member, value: unknown): string {
  const old = objectAt(text, member.valueStart);
  if (old !== undefined && isRecord(value) && sharesNames(old, value)) {
    const gone = old.members.filter(({ name }) => !Object.hasOwn(value, name));
    const rest = gone.reduce((left, { name }) => withoutValue(left, [...path, name]), text);
    return Object.entries(value).reduce(
      (left, [name, inner]) => withValue(left, [...path, name], inner),
      rest,
    );
  }
  const list = listAt(text, member.valueStart);
  const relisted = list && Array.isArray(value) ? withItems(text, list, value) : undefined;
  if (relisted !== undefined) return relisted;
  const source = text.slice(member.valueStart, member.end);
  if (old === undefined && isDeepStrictEqual(parse(source), value)) return text;
  const style = styleOf(text);
  const indent = indentAt(text, member.start);
  const isOneLine = !source.includes('\n') && fits(value, indent);
  const written = isOneLine ? inline(value) : block(value, indent, style);
  return text.slice(0, member.valueStart) + written + text.slice(member.end);
}

/** With `items` in a list, where they are those that are there and more, or fewer; undefined otherwise. */
function withItems(text: string, { open, members }: ObjectSpan, items: unknown[]): string | undefined {
  const old = members.map(({ valueStart, end }): unknown => parse(text.slice(valueStart, end)));
  if (old.length === 0 || items.length === 0) return undefined;
  if (isDeepStrictEqual(items.slice(0, old.length), old)) {
    return items
      .slice(old.length)
      .reduce<string>((left, item) => inserted(left, listAt(left, open)!, undefined, item), text);
  }
  const gone: number[] = [];
  let kept = 0;
  for (const [index, item] of old.entries()) {
    if (isDeepStrictEqual(item, items[kept])) kept++;
    else gone.push(index);
  }
  if (kept < items.length) return undefined;
  return gone.reduceRight((left, index) => removed(left, listAt(left, open)!, index), text);
}

/** Whether it is another version of the same thing: also where either has nothing yet. */
function sharesNames({ members }: ObjectSpan, value: Record<string, unknown>): boolean {
  if (members.length === 0 || Object.keys(value).length === 0) return true;
  return members.some(({ name }) => Object.hasOwn(value, name));
}

/** The new member is the last, behind every comment that is there. An item of a list has no name. */
function inserted(text: string, object: ObjectSpan, name: string | undefined, value: unknown): string {
  const key = name === undefined ? '' : `${JSON.stringify(name)}: `;
  const { open, close, members } = object;
  const last = members.at(-1);
  const style = styleOf(text);
  const whole = text.slice(open, close);
  if (!whole.includes('\n') && (last !== undefined || !text.trim().includes('\n'))) {
    return insertedInline(text, object, key + inline(value));
  }
  const indent = memberIndent(text, object, style);
  const isShort = last !== undefined && isOneLineObject(text, last) && fits(value, indent + key);
  const written = key + (isShort ? inline(value) : block(value, indent, style));

  const from = last === undefined ? open + 1 : (last.comma ?? last.end - 1) + 1;
  const at = from + text.slice(from, close).trimEnd().length;
  const rest = text.slice(at, close);
  const end = last === undefined && !rest.includes('\n') ? style.newline + indentAt(text, open) : rest;
  const before =
    last !== undefined && last.comma === undefined ? `,${text.slice(last.end, at)}` : text.slice(from, at);
  const start =
    last !== undefined && last.comma === undefined ? text.slice(0, last.end) : text.slice(0, from);
  const trailing = last?.comma === undefined ? '' : ',';
  return start + before + style.newline + indent + written + trailing + end + text.slice(close);
}

function insertedInline(text: string, { open, close, members }: ObjectSpan, written: string): string {
  const last = members.at(-1);
  const from = last === undefined ? open + 1 : (last.comma ?? last.end - 1) + 1;
  const between = text.slice(from, close).trimEnd();
  const comma = last === undefined || last.comma !== undefined ? '' : ',';
  const trailing = last?.comma === undefined ? '' : ',';
  const space = text[open] === '[' ? /\s*$/.exec(text.slice(from, close))![0] : ' ';
  return `${text.slice(0, from)}${comma}${between} ${written}${trailing}${space}${text.slice(close)}`;
}

function memberIndent(text: string, { open, close, members }: ObjectSpan, { unit }: Style): string {
  const own = members.find(({ start }) => text.slice(lineStart(text, start), start).trim() === '');
  if (own !== undefined) return indentAt(text, own.start);
  const closing = text.slice(lineStart(text, close), close);
  return (closing.trim() === '' ? closing : indentAt(text, open)) + unit;
}

function isOneLineObject(text: string, { valueStart, end }: Member): boolean {
  return text[valueStart] === '{' && !text.slice(valueStart, end).includes('\n');
}

function removed(text: string, { open, members, close }: ObjectSpan, index: number): string {
  const { start, end, comma } = members[index]!;
  const before = members[index - 1];
  const cut = { from: start, to: (comma ?? end - 1) + 1 };
  const isLast = index === members.length - 1;
  const line = lineStart(text, start);
  const beginsLine = text.slice(line, start).trim() === '';
  const after = endOfLineAfter(text, cut.to);
  if (beginsLine && after !== undefined) {
    cut.from = line;
    cut.to = after;
  } else if (isLast) {
    const from = before === undefined ? open + 1 : (before.comma ?? before.end - 1) + 1;
    const space = text.slice(from, start);
    if (space.trim() === '') cut.from = from;
    if (members.length === 1 && text.slice(cut.to, close).trim() === '') cut.to = close;
  } else cut.to += /^[ \t]*/.exec(text.slice(cut.to))![0].length;
  const rest = text.slice(0, cut.from) + text.slice(cut.to);
  // What is the last one now had a comma only because of this one.
  if (!isLast || comma !== undefined || before?.comma === undefined) return rest;
  return rest.slice(0, before.comma) + rest.slice(before.comma + 1);
}

/** The beginning of the next line, when nothing but white space and comments is left on this one; undefined otherwise. */
function endOfLineAfter(text: string, from: number): number | undefined {
  for (let at = from; ; ) {
    const character = text[at];
    if (character === '\n') return at + 1;
    if (character === ' ' || character === '\t' || character === '\r') at++;
    else if (character === '/') {
      const end = skipComment(text, at);
      if (text.slice(at, end).includes('\n')) return undefined; // a comment that goes on is about more than this
      at = end;
    } else return undefined;
  }
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}
