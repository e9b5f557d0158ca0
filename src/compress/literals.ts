import { isIdentifier, quote } from './text.ts';

const maxLiteral = 80;

/** A JSON value as a literal: a primitive or a list of primitives, if it is short; undefined for all else. */
export function literal(value: unknown): string | undefined {
  const text = Array.isArray(value) ? list(value) : primitive(value);
  return text !== undefined && text.length <= maxLiteral ? text : undefined;
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

function primitive(value: unknown): string | undefined {
  if (typeof value === 'string') return value.length < maxLiteral ? quote(value) : undefined;
  return value === null || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function list(values: unknown[]): string | undefined {
  const texts = values.slice(0, maxLiteral).map(primitive);
  return texts.includes(undefined) ? undefined : `[${texts.join(', ')}]`;
}
