/** A JSONC text and the places in it. */
import { findNodeAtLocation, type Node } from 'jsonc-parser';
import { parseSyntax } from './syntax.ts';
import type { Problem } from './types.ts';

/** Keys and list indices that lead from the root to a value. */
export type Path = (string | number)[];

/** A parsed file. What its syntax leaves readable is in `root`, even when there are errors. */
export interface Document {
  /** Absolute path. */
  file: string;
  text: string;
  root: Node | undefined;
  /** Offset at which each line begins. */
  lines: number[];
  /** Syntax errors, one per line at most, and keys that stand twice. */
  errors: Problem[];
  /** Whether its syntax is broken: then what seems to be missing may only have been swallowed. */
  broken: boolean;
}

/** Reads `text` as JSON with comments and trailing commas. Never throws. */
export function parseDocument(file: string, text: string): Document {
  const document: Document = {
    file,
    text,
    root: undefined,
    lines: lineStarts(text),
    errors: [],
    broken: false,
  };
  const { root, errors } = parseSyntax(text);
  document.root = root;
  document.broken = errors.length > 0;
  for (const { offset, message } of errors) document.errors.push(problemAt(document, offset, message));
  if (root) document.errors.push(...duplicateKeys(document, root));
  return document;
}

/** A problem at `offset` of the document. */
export function problemAt(document: Document, offset: number, message: string): Problem {
  const line = lineOf(document.lines, offset);
  return { file: document.file, line, column: offset - document.lines[line - 1]! + 1, message };
}

/** A problem with the value at `path`, or with the nearest thing around it that is there. */
export function problemWith(document: Document, path: Path, message: string): Problem {
  const node = nodeAt(document, path);
  return node
    ? problemAt(document, node.offset, message)
    : problemWithKey(document, path.slice(0, -1), message);
}

/** A problem with the key that ends `path`, or with the nearest thing around it that is there. */
export function problemWithKey(document: Document, path: Path, message: string): Problem {
  const node = nodeAt(document, path);
  if (!node && path.length > 0) return problemWithKey(document, path.slice(0, -1), message);
  const named = node?.parent?.type === 'property' ? node.parent : node;
  return problemAt(document, named?.offset ?? 0, message);
}

/** The node at `path`, if there is one. */
export function nodeAt(document: Document, path: Path): Node | undefined {
  return document.root && findNodeAtLocation(document.root, path);
}

/** Each property of an object node whose value could be read; none for any other node. */
export function* properties(node: Node): Generator<{ key: string; value: Node }> {
  if (node.type !== 'object') return;
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key && value) yield { key: key.value as string, value };
  }
}

function* duplicateKeys(document: Document, node: Node): Generator<Problem> {
  const first = new Map<string, Node>();
  for (const { key, value } of properties(node)) {
    const earlier = first.get(key);
    if (!earlier) first.set(key, value.parent!);
    else yield problemAt(document, value.parent!.offset, twice(document, key, earlier));
    yield* duplicateKeys(document, value);
  }
  if (node.type === 'array') for (const item of node.children ?? []) yield* duplicateKeys(document, item);
}

function twice(document: Document, key: string, earlier: Node): string {
  const { line, column } = problemAt(document, earlier.offset, '');
  return `${JSON.stringify(key)} stands twice, first at ${line}:${column}; expected it once`;
}

/** The line, counted from 1, that an offset is on. */
function lineOf(lines: number[], offset: number): number {
  let [low, high] = [0, lines.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lines[middle]! <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
