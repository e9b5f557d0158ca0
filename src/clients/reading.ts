import type { ServerEntry } from '../config/change.ts';
import { isObject } from '../json.ts';

type Plain = Record<string, unknown>;

/** A server of another client as we write it. */
export interface Reading {
  entry: ServerEntry;
  /** What somebody should know of it: one sentence each. */
  notes: string[];
}

/** `folder`: of the project that it belongs to, if it belongs to one. */
export type Reader = (own: Plain, folder?: string) => Reading;

/** What a key of another client is: a key of ours, settings of ours, or nothing that matters here. */
export type Meaning = string | ((value: unknown) => Plain) | undefined;

/** `own` in our words. What `words` does not know is left out, and named. */
export function translated(own: Plain, words: Readonly<Record<string, Meaning>>): Reading {
  const entry: Plain = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(own)) {
    if (value === null || value === undefined) continue;
    if (!Object.hasOwn(words, key)) unknown.push(key);
    else merge(entry, settings(words[key], value));
  }
  const notes = unknown.length === 0 ? [] : [`not taken over: ${unknown.join(', ')}`];
  return { entry, notes };
}

function settings(meaning: Meaning, value: unknown): Plain {
  if (typeof meaning === 'string') return { [meaning]: value };
  return meaning?.(value) ?? {};
}

/** Settings of one group, such as `tools`, may come from several keys. */
function merge(into: Plain, more: Plain): void {
  for (const [key, value] of Object.entries(more)) {
    const known = into[key];
    into[key] = isObject(known) && isObject(value) ? { ...known, ...value } : value;
  }
}

/** Every text in `value`, changed. */
export function withTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map(item => withTexts(item, change)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withTexts(item, change)] as const),
  ) as T;
}
