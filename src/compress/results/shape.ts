import { ExactNumber } from '../../exact.ts';
import { isObject } from '../../json.ts';
import { counted } from '../../words.ts';
import { isIdentifier, quote } from '../text.ts';

const maxKeys = 20;
const maxKeyLength = 60;
const maxDepth = 5;
/** Entries of an array that are looked at, evenly taken. */
const maxSamples = 20;
/** Parts that are described before the rest is only hinted at. */
const maxParts = 80;
/** Of the whole description, in characters. */
const maxLength = 2_000;

/** What a value that came from JSON is made of, as types with counts: `{ total: number, items: [200 × { id: number }] }`. */
export function shapeOf(value: unknown): string {
  const shape = new Shape().of([value], maxDepth);
  return shape.length <= maxLength ? shape : `${shape.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** `1,234 characters in 56 lines` */
export function sizeOfText(text: string): string {
  return `${text.length.toLocaleString('en')} characters in ${counted(lineCount(text), 'line')}`;
}

function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < text.length - 1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

class Shape {
  #parts = maxParts;

  /** One description that holds for each of `values`. */
  of(values: unknown[], depth: number): string {
    if (depth === 0 || this.#parts-- <= 0) return '…';
    const kinds = new Set<string>();
    for (const value of values) if (!isObject(value) && !Array.isArray(value)) kinds.add(nameOf(value));
    const arrays = values.filter(Array.isArray);
    if (arrays.length > 0) kinds.add(this.#array(arrays, depth));
    const objects = values.filter(isObject);
    if (objects.length > 0) kinds.add(this.#object(objects, depth));
    return [...kinds].join(' | ');
  }

  #array(arrays: unknown[][], depth: number): string {
    const lengths = arrays.map(({ length }) => length);
    const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
    if (most === 0) return '[]';
    const each = Math.max(1, Math.floor(maxSamples / arrays.length));
    const samples = arrays.slice(0, maxSamples).flatMap(items => spread(items, each));
    return `[${least === most ? most : `${least} to ${most}`} × ${this.of(samples, depth - 1)}]`;
  }

  #object(objects: Record<string, unknown>[], depth: number): string {
    const keys = [...new Set(objects.flatMap(object => Object.keys(object)))];
    const members = keys.slice(0, maxKeys).map(key => {
      const having = objects.filter(object => Object.hasOwn(object, key));
      const name = isIdentifier(key) && key.length <= maxKeyLength ? key : quote(key.slice(0, maxKeyLength));
      const optional = having.length < objects.length ? '?' : '';
      return `${name}${optional}: ${this.of(
        having.map(object => object[key]),
        depth - 1,
      )}`;
    });
    if (keys.length > maxKeys) members.push(`… ${keys.length - maxKeys} more`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
}

function spread(items: unknown[], count: number): unknown[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]);
}

function nameOf(value: unknown): string {
  if (value instanceof ExactNumber) return 'number';
  return value === null ? 'null' : typeof value;
}
