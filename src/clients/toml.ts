/** Changes in a TOML text that leave everything else as it stands. */
import { isDeepStrictEqual } from 'node:util';
import { parse, patch, stringify } from '@decimalturn/toml-patch';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';

type Table = Record<string, unknown>;

/** Inline tables with a comma at the end are new in TOML 1.1. */
const style = { trailingComma: false, inlineTableStart: 2 };

/** What is in `text`, as plain objects. Throws an Error with the place where it is no TOML. */
export function tomlOf(text: string): Table {
  return copied(parse(text)) as Table;
}

/** Plain objects; dates stay what the library made of them, which knows how they were written. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isObject(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copied(inner)] as const));
}

/** `text` with `value` as the table at `path`; a new one is a block of its own at the end. */
export function withTable(text: string, path: readonly string[], value: Table): string {
  const before = tomlOf(text);
  const wanted = changed(before, path, value);
  const isNew = at(before, path) === undefined;
  const block = stringify(
    path.reduceRight<Table>((inner, name) => ({ [name]: inner }), value),
    {
      ...style,
      inlineTableStart: path.length,
    },
  );
  const header = block.indexOf(`[${path[0]}.`);
  const gap = text === '' || text.endsWith('\n\n') ? '' : text.endsWith('\n') ? '\n' : '\n\n';
  const appended = text + gap + block.slice(Math.max(header, 0));
  return isNew && says(appended, wanted) ? appended : checked(patch(text, wanted, style), wanted);
}

/** `text` without the table at `path`. */
export function withoutTable(text: string, path: readonly string[]): string {
  const before = tomlOf(text);
  if (at(before, path) === undefined) return text;
  const wanted = changed(before, path, undefined);
  return checked(patch(text, wanted, style), wanted);
}

function at(table: Table, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), table);
}

function changed(table: Table, [name, ...rest]: readonly string[], value: Table | undefined): Table {
  const inner = table[name!];
  const next = rest.length === 0 ? value : changed(isObject(inner) ? inner : {}, rest, value);
  const { [name!]: _, ...others } = table;
  const isGone = next === undefined || (value === undefined && Object.keys(next).length === 0);
  return isGone ? others : { ...table, [name!]: next };
}

/** A library is trusted with somebody else's file only as far as can be seen. */
function checked(text: string, wanted: Table): string {
  if (says(text, wanted)) return text;
  throw new McpxError(
    'CONFIG_NOT_WRITTEN',
    'the file cannot be changed without changing more than was asked for.',
    {
      help: 'Make this change by hand.',
    },
  );
}

function says(text: string, wanted: Table): boolean {
  try {
    return isDeepStrictEqual(plain(tomlOf(text)), plain(wanted));
  } catch {
    return false; // what was made is no TOML
  }
}

/** Whatever is no plain value, such as a date, as text; an empty table counts as none. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([name, inner]) => [name, plain(inner)] as const);
  return Object.fromEntries(members.filter(([, inner]) => !isObject(inner) || Object.keys(inner).length > 0));
}
