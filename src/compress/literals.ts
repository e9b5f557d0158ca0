import { isObject } from './schema.ts';
import { isIdentifier, quote } from './text.ts';

/** Characters of a literal on a line that must be short. */
export const shortLiteral = 80;

/** A JSON value as TypeScript writes it, type and expression alike; undefined where that takes more than `max` characters. */
export function literal(value: unknown, max = shortLiteral): string | undefined {
  const text = written(value, max);
  return text.length <= max ? text : undefined;
}

/** A property's name as it stands before a colon. */
export function key(name: string): string {
  return isIdentifier(name) ? name : quote(name);
}

/** The first `max` of an enum's values as literals; the last is `…` where something is left out. */
export function literals(values: unknown[], max: number): string[] {
  const texts: string[] = [];
  for (const value of values.slice(0, max)) {
    const text = literal(value);
    if (text !== undefined) texts.push(text);
  }
  return texts.length < values.length ? [...texts, '…'] : texts;
}

/** `value` written out, or a little more than `room` characters of it: enough to see that it is too long. */
function written(value: unknown, room: number): string {
  if (room < 0) return '…';
  if (typeof value === 'string') return quote(value.slice(0, room + 1));
  if (typeof value !== 'object' || value === null) return String(value);
  const items: Iterable<unknown> = Array.isArray(value) ? value : Object.entries(value);
  const texts: string[] = [];
  let left = room - '[]'.length;
  for (const item of items) {
    if (left < 0) break;
    const text = Array.isArray(value) ? written(item, left) : property(item as [string, unknown], left);
    left -= text.length + ', '.length;
    texts.push(text);
  }
  return isObject(value) ? `{${texts.join(', ')}}` : `[${texts.join(', ')}]`;
}

function property([name, value]: [string, unknown], room: number): string {
  const head = `${key(name.slice(0, room + 1))}: `;
  return head + written(value, room - head.length);
}
