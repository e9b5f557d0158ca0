/** The configuration's text without its secrets, in a way that can be taken back when it is written. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Node } from 'jsonc-parser';
import { parseDocument, properties } from '../config/document.ts';
import { withSubstitutes } from '../config/masked.ts';
import { entries, plain } from '../config/plain.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import { redactedBy } from '../secrets.ts';
import { type Token, tokens } from './jsonc-tokens.ts';

/** Of this process: a mark says nothing about the secret that it stands for, not even to who guesses it. */
const key = randomBytes(32);

const marks = /\*\*\*[0-9a-f]{12}/g;
/** In a broken text nobody knows what is a secret: every value is one, unless it is shorter. */
const shortest = 8;
const reference = /^\$\{[^}]*\}$/;

/** `text` with a mark in place of each literal value that may be secret, in comments as well; layout stays. */
export function withoutSecretValues(text: string): string {
  return hide(text).shown;
}

/** `text` with the secrets of `current` in place of their marks. Throws BAD_ARGUMENTS for a mark that stands for none. */
export function withSecretValues(text: string, current: string): string {
  const secrets = secretsOf(current);
  const edits = tokens(text).flatMap(token => {
    const source = text.slice(token.offset, token.offset + token.length);
    if (token.kind === 'comment')
      return [{ ...token, text: source.replace(marks, mark => secretOf(mark, secrets).value) }];
    if (token.kind === 'value' && /\*\*\*[0-9a-f]{12}/.test(token.value))
      return [{ ...token, text: restored(token.value, secrets) }];
    return [];
  });
  return edited(text, edits);
}

/** The value of a setting, or what is in it, with the secrets of `current` in place of their marks. Throws as `withSecretValues`. */
export function withSecretsIn(value: unknown, current: string): unknown {
  const secrets = secretsOf(current);
  const restore = (each: unknown): unknown => {
    if (typeof each === 'string') return JSON.parse(restored(each, secrets));
    if (Array.isArray(each)) return each.map(restore);
    if (isObject(each))
      return Object.fromEntries(Object.entries(each).map(([name, inner]) => [name, restore(inner)] as const));
    return each;
  };
  return restore(value);
}

/** `settings` of a server as they may be shown: with the marks that the whole text has. */
export function withoutSecretsIn(settings: Record<string, unknown>): Record<string, unknown> {
  return withSubstitutes(settings, value => (value === '' ? value : markOf(value)));
}

interface Secret {
  value: string;
  /** It stood there without quotes. */
  isNumber: boolean;
}

interface Edit {
  offset: number;
  length: number;
  text: string;
}

interface Hidden {
  shown: string;
  /** What each mark stands for. */
  secrets: Map<string, Secret>;
}

function markOf(secret: string): string {
  return `***${createHmac('sha256', key).update(secret).digest('hex').slice(0, 12)}`;
}

function secretsOf(text: string): Hidden['secrets'] {
  return hide(text).secrets;
}

function secretOf(mark: string, secrets: Hidden['secrets']): Secret {
  const secret = secrets.get(mark);
  if (secret !== undefined) return secret;
  throw new McpxError('BAD_ARGUMENTS', `${mark} stands for no secret of the file as it is now.`, {
    help: 'Read the configuration again, or write the value itself.',
  });
}

/** JSON. */
function restored(value: string, secrets: Hidden['secrets']): string {
  const whole = /^\*\*\*[0-9a-f]{12}$/.test(value) ? secretOf(value, secrets) : undefined;
  if (whole?.isNumber) return whole.value;
  return JSON.stringify(value.replace(marks, mark => secretOf(mark, secrets).value));
}

function hide(text: string): Hidden {
  const secrets: Hidden['secrets'] = new Map();
  const mark = (value: string, isNumber = false) => {
    if (value === '') return value;
    const made = markOf(value);
    secrets.set(made, { value, isNumber });
    return made;
  };
  const { root, broken } = parseDocument('', text);
  const all = tokens(text);
  const values = broken ? editsOfBroken(all, mark) : editsOf(root, mark);
  const edits = [...values, ...editsOfComments(text, all, mark)];
  return { shown: edited(text, edits), secrets };
}

type Mark = (value: string, isNumber?: boolean) => string;

function editsOf(root: Node | undefined, mark: Mark): Edit[] {
  const whole = plain(root);
  if (!isObject(whole)) return [];
  const edits: Edit[] = [];
  pair(
    root,
    withSubstitutes(whole, value => mark(value)),
    mark,
    edits,
  );
  return edits;
}

/** Every value but short ones, numbers and references. */
function editsOfBroken(all: Token[], mark: Mark): Edit[] {
  return all.flatMap(token => {
    if (token.kind !== 'value' || token.value.length < shortest || reference.test(token.value)) return [];
    return [{ ...token, text: JSON.stringify(mark(token.value)) }];
  });
}

/** What looks like a secret, and every longer text in quotes that stands behind a colon or in a list. */
function editsOfComments(text: string, all: Token[], mark: Mark): Edit[] {
  return all.flatMap(({ kind, offset, length }) => {
    if (kind !== 'comment') return [];
    const before = text.slice(offset, offset + length);
    const quoted = before.replace(/([:[,]\s*")([^"\n]{8,})(?=")/g, (whole, start, value) =>
      reference.test(value) || (/^[\w@./-]+$/.test(value) && !/\d/.test(value))
        ? whole
        : `${start}${mark(value)}`,
    );
    const after = redactedBy(quoted, part => (/^\*\*\*[0-9a-f]{12}/.test(part) ? part : mark(part)));
    return after === before ? [] : [{ offset, length, text: after }];
  });
}

/** Notes each value below `node` that is another one in `shown`, which has the same shape. */
function pair(node: Node | undefined, shown: unknown, mark: Mark, edits: Edit[]): void {
  if (node?.type === 'array' && Array.isArray(shown))
    for (const [index, item] of (node.children ?? []).entries()) pair(item, shown[index], mark, edits);
  else if (node?.type === 'object' && isObject(shown)) {
    const members = new Map(entries(shown));
    for (const { key, value } of properties(node)) {
      if (members.has(key)) pair(value, members.get(key), mark, edits);
      else for (const string of strings(value)) pair(string, mark(String(string.value)), mark, edits);
      members.delete(key); // of a key that stands twice the first counts; nobody knows what the second is
    }
  } else if (node !== undefined && typeof shown === 'string' && shown !== node.value) {
    const isNumber = node.type !== 'string';
    if (isNumber) mark(String(node.value), true);
    edits.push({ offset: node.offset, length: node.length, text: JSON.stringify(shown) });
  }
}

/** The nodes of all values that are strings. */
function strings(node: Node | undefined): Node[] {
  if (node === undefined) return [];
  if (node.type === 'string') return [node];
  if (node.type === 'array') return (node.children ?? []).flatMap(strings);
  return [...properties(node)].flatMap(({ value }) => strings(value));
}

function edited(text: string, edits: Edit[]): string {
  let result = text;
  for (const { offset, length, text: after } of edits.toSorted((a, b) => b.offset - a.offset))
    result = result.slice(0, offset) + after + result.slice(offset + length);
  return result;
}
