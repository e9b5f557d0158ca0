import { blocksOf, isText } from '../compress/results/blocks.ts';
import { isObject } from '../compress/schema.ts';
import { describe, quote } from '../compress/text.ts';
import { McpxError } from '../errors.ts';
import { parseJson, plain, writeJson } from '../exact.ts';
import type { JsonObject } from '../types.ts';

const maxExpression = 1000;
/** Copies of one value that an expression may make; 14 times `[@, @] |` would make sixteen thousand. */
const maxCopies = 256;
/** Characters of a selection, about; and of all copies that an expression may make on the way. */
const maxSelected = 67_108_864;
const maxCopied = 8 * maxSelected;
const maxKeys = 20;

/**
 * A tool's result with its text replaced by what a JMESPath expression selects: from `structuredContent`, else from
 * the only text block if that is JSON. The selection is compact JSON, a string as it is. Blocks that are not text,
 * `_meta` and all else stay; `structuredContent` does not, since a part of it is no longer what the tool promised. A
 * result that is an error stays as it came. Throws BAD_SELECT.
 */
export async function select(expression: string, result: JsonObject): Promise<JsonObject> {
  // An error of the tool says more than one of the expression.
  return result['isError'] === true ? result : (await compileSelect(expression))(result);
}

/** The same in two steps, so that a bad expression can be refused before the tool has run. Throws BAD_SELECT. */
export async function compileSelect(expression: string): Promise<(result: JsonObject) => JsonObject> {
  if (expression.length > maxExpression) {
    throw new McpxError('BAD_SELECT', `select is longer than ${maxExpression} characters.`);
  }
  const { default: jmespath } = await import('jmespath');
  const { compile } = jmespath as typeof jmespath & { compile(expression: string): SyntaxNode };
  const copies = attempt(expression, () => copiesMade(compile(expression)));
  if (copies > maxCopies) throw tooOften();
  return result => {
    if (result['isError'] === true) return result;
    const source = sourceOf(result);
    if (copies * lengthOf(source, maxCopied / copies) >= maxCopied) throw tooOften();
    const pick = (from: unknown): unknown => jmespath.search(from as object, expression);
    const text = attempt(expression, () => textOf(picked(source, pick), source));
    const others = blocksOf(result).filter(block => !isText(block));
    const { structuredContent: _, ...rest } = result;
    return { ...rest, content: [{ type: 'text', text }, ...others] };
  };
}

function tooOften(): McpxError {
  return new McpxError('BAD_SELECT', 'select would repeat the result too often.');
}

/** About how long `value` is as JSON, in characters; no more than is asked for is looked at. */
function lengthOf(value: unknown, most: number): number {
  let length = 0;
  const pending = [value];
  while (pending.length > 0 && length < most) {
    const part = pending.pop();
    length += typeof part === 'string' ? part.length + 3 : 4;
    if (Array.isArray(part)) for (const item of part) pending.push(item);
    else if (isObject(part)) {
      for (const key of Object.keys(part)) {
        length += key.length + 3;
        pending.push(part[key]);
      }
    }
  }
  return length;
}

function attempt<T>(expression: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? describe(cause.message, 300) : 'it cannot be applied';
    throw new McpxError('BAD_SELECT', `select ${quote(expression.slice(0, 100))} failed: ${reason}`, {
      cause,
    });
  }
}

/** A node of the parser's tree; slices have numbers and null among their children. */
interface SyntaxNode {
  type: string;
  name?: string;
  children?: (SyntaxNode | number | null)[];
  value?: unknown;
}

/** How often the result may come to contain one and the same value, at most. Throws where an operand is missing. */
function copiesMade(node: SyntaxNode | undefined): number {
  // The parser lets some errors pass, such as `a..b`, and the interpreter then trips over them.
  if (node === undefined) throw new Error('an operand is missing');
  const parts = [...(node.children ?? []), ...(node.type === 'KeyValuePair' ? [node.value] : [])];
  const copies = parts.filter(isNode).map(copiesMade);
  if (node.type.startsWith('MultiSelect')) return copies.length * Math.max(...copies);
  // Text within text within text doubles its escapes each time.
  return copies.reduce((product, factor) => product * factor, node.name === 'to_string' ? 2 : 1);
}

function isNode(part: unknown): part is SyntaxNode | undefined {
  return part === undefined || isObject(part);
}

function sourceOf(result: JsonObject): unknown {
  if (result['structuredContent'] !== undefined) return result['structuredContent'];
  const texts = blocksOf(result).filter(isText);
  try {
    if (texts.length === 1) return parseJson(texts[0]!.text);
  } catch {
    // Not JSON: nothing to select from.
  }
  const message =
    'the tool ran, but its result has neither structuredContent nor a single text that is JSON.';
  throw new McpxError('BAD_SELECT', message, { help: 'Leave select out.' });
}

/** With numbers as they came, as long as the same is found with those that JavaScript makes of them: they compare. */
function picked(source: unknown, pick: (from: unknown) => unknown): unknown {
  const numbers = plain(source);
  const usual = pick(numbers);
  mustBeShort(usual);
  if (numbers === source) return usual;
  const exact = pick(source);
  mustBeShort(exact);
  return JSON.stringify(exact) === JSON.stringify(usual) ? exact : usual;
}

/** Before it becomes text. */
function mustBeShort(selection: unknown): void {
  if (lengthOf(selection, maxSelected) >= maxSelected) throw new Error('it selects too much');
}

function textOf(selection: unknown, source: unknown): string {
  if (typeof selection === 'string') return selection;
  // Undefined for what every object inherits, such as `constructor`: it is not part of the result.
  const json: string | undefined = writeJson(selection);
  return json === undefined || json === 'null' ? `null\n${hint(source)}` : json;
}

function hint(source: unknown): string {
  if (Array.isArray(source)) return `Nothing there: the result is an array of ${source.length}.`;
  if (!isObject(source)) return 'Nothing there: the result is neither object nor array.';
  const keys = Object.keys(source);
  const shown = keys.slice(0, maxKeys).map(key => quote(key.slice(0, 80)));
  return `Nothing there: the result is an object with ${[...shown, ...(keys.length > maxKeys ? ['…'] : [])].join(', ') || 'no keys'}.`;
}
