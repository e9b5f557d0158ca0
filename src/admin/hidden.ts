/** The configuration's text without its secrets, in a way that can be taken back when it is written. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Node } from 'jsonc-parser';
import { parseDocument, properties } from '../config/document.ts';
import { withSubstitutes } from '../config/masked.ts';
import { entries, plain } from '../config/plain.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';

/** Of this process: a mark says nothing about the secret that it stands for, not even to who guesses it. */
const key = randomBytes(32);

const marks = /\*\*\*[0-9a-f]{12}/g;

function markOf(secret: string): string {
  return `***${createHmac('sha256', key).update(secret).digest('hex').slice(0, 12)}`;
}

/** `text` with a mark in place of each literal value that may be secret; comments and layout stay. */
export function withoutSecretValues(text: string): string {
  const { marked } = hiddenIn(text);
  return replaced(text, [...marked.keys()], (_, node) => marked.get(node)!);
}

/** `text` with the secrets of `current` in place of their marks. Throws BAD_ARGUMENTS for a mark that stands for none. */
export function withSecretValues(text: string, current: string): string {
  const { secrets } = hiddenIn(current);
  const { root } = parseDocument('', text);
  return replaced(text, strings(root), value =>
    value.replace(marks, mark => {
      const secret = secrets.get(mark);
      if (secret !== undefined) return secret;
      throw new McpxError('BAD_ARGUMENTS', `${mark} stands for no secret of the file as it is now.`, {
        help: 'Read the configuration again, or write the value itself.',
      });
    }),
  );
}

interface Hidden {
  /** The strings with secrets in them, as they are shown. */
  marked: Map<Node, string>;
  /** What each mark stands for. */
  secrets: Map<string, string>;
}

function hiddenIn(text: string): Hidden {
  const { root } = parseDocument('', text);
  const hidden: Hidden = { marked: new Map(), secrets: new Map() };
  const whole = plain(root);
  if (isObject(whole))
    pair(
      root,
      withSubstitutes(whole, value => markFor(value, hidden)),
      hidden,
    );
  return hidden;
}

function markFor(secret: string, { secrets }: Hidden): string {
  if (secret === '') return secret;
  const mark = markOf(secret);
  secrets.set(mark, secret);
  return mark;
}

/** Notes each string below `node` that is another one in `shown`, which has the same shape. */
function pair(node: Node | undefined, shown: unknown, hidden: Hidden): void {
  if (node?.type === 'array' && Array.isArray(shown))
    for (const [index, item] of (node.children ?? []).entries()) pair(item, shown[index], hidden);
  else if (node?.type === 'object' && isObject(shown)) {
    const members = new Map(entries(shown));
    for (const { key, value } of properties(node)) {
      if (members.has(key)) pair(value, members.get(key), hidden);
      else for (const string of strings(value)) pair(string, markFor(String(string.value), hidden), hidden);
      members.delete(key); // of a key that stands twice the first counts; nobody knows what the second is
    }
  } else if (node?.type === 'string' && typeof shown === 'string') hidden.marked.set(node, shown);
}

/** The nodes of all values that are strings. */
function strings(node: Node | undefined): Node[] {
  if (node === undefined) return [];
  if (node.type === 'string') return [node];
  if (node.type === 'array') return (node.children ?? []).flatMap(strings);
  return [...properties(node)].flatMap(({ value }) => strings(value));
}

function replaced(text: string, nodes: Node[], change: (value: string, node: Node) => string): string {
  let result = text;
  for (const node of nodes.toSorted((a, b) => b.offset - a.offset)) {
    const before = String(node.value);
    const after = change(before, node);
    if (after === before) continue;
    result = result.slice(0, node.offset) + JSON.stringify(after) + result.slice(node.offset + node.length);
  }
  return result;
}
