/** A parsed document as plain values that zod takes. */
import type { Node } from 'jsonc-parser';
import { properties } from './document.ts';

/**
 * The value of a node. zod leaves a key named `__proto__` out of records, so that such a key (and, for the way
 * back, whatever already looks like the result) gets a mark in front; `unmarked` takes it off.
 */
export function plain(node: Node | undefined): unknown {
  if (node?.type === 'array') return (node.children ?? []).map(plain);
  if (node?.type === 'object') {
    const members = new Map<string, unknown>();
    for (const { key, value } of properties(node)) {
      // Of a key that stands twice the first counts, as it does where places are looked up.
      if (!members.has(marked(key))) members.set(marked(key), plain(value));
    }
    return Object.fromEntries(members);
  }
  return node?.value;
}

/** The key as it was written. */
export function unmarked(key: string): string {
  return /^\0+__proto__$/.test(key) ? key.slice(1) : key;
}

/** The entries of a record that came through `plain`, under their own names. */
export function entries<T>(record: Record<string, T> | undefined): [name: string, value: T][] {
  return Object.entries(record ?? {}).map(([key, value]) => [unmarked(key), value]);
}

function marked(key: string): string {
  return /^\0*__proto__$/.test(key) ? `\0${key}` : key;
}
