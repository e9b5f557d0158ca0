/** The servers in a client's file: what stands there, and changes of one of them. */
import type { Document } from '../config/document.ts';
import { parseDocument, problemAt } from '../config/document.ts';
import { withoutValue, withValue } from '../config/jsonc/edit.ts';
import { memberAt, objectAt, rootOf } from '../config/jsonc/spans.ts';
import { invalid } from '../config/load.ts';
import { entries, plain } from '../config/plain.ts';
import { formatProblem } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { Client } from './table.ts';

type Plain = Record<string, unknown>;

/** A server as it stands in a client's file; `folder`: of the project under which it stands. */
export interface Standing {
  name: string;
  own: Plain;
  folder?: string;
}

/** The servers in `text`. Throws CONFIG_INVALID where it cannot be read. */
export async function serversIn(client: Client, file: string, text: string): Promise<Standing[]> {
  if (text.trim() === '') return [];
  const groups = client.format === 'toml' ? await fromToml(client, file, text) : fromJson(client, file, text);
  return groups.flatMap(({ value, folder }) =>
    named(value).flatMap(([name, own]) => (isObject(own) ? [{ name, own, folder }] : [])),
  );
}

/** What changes files of a client. JSON is sound as far as its syntax goes, or CONFIG_INVALID is thrown. */
export interface Editor {
  withServer(text: string, name: string, value: Plain): string;
  withoutServer(text: string, name: string): string;
}

/** Loads what it needs for the client's format, so that the changes themselves wait for nothing. */
export async function editorOf(client: Client, file: string): Promise<Editor> {
  const section = client.sections[0]!;
  if (client.format === 'toml') {
    const { withTable, withoutTable } = await import('./toml.ts');
    return {
      withServer: (text, name, value) => withTable(text, [...section, name], value),
      withoutServer: (text, name) => withoutTable(text, [...section, name]),
    };
  }
  const sound = (text: string) => {
    const known = text.trim() === '' ? '{\n}\n' : text;
    mustBeSound(file, known);
    mustHold(section, file, known);
    return known;
  };
  return {
    withServer: (text, name, value) => withValue(sound(text), [...section, name], value),
    withoutServer: (text, name) => withoutValue(sound(text), [...section, name]),
  };
}

interface Group {
  value: unknown;
  folder?: string;
}

/** Only the sections are parsed: such a file may have tens of megabytes. */
function fromJson(client: Client, file: string, text: string): Group[] {
  mustBeSound(file, text);
  return client.sections.flatMap(section => [
    ...jsonAt(text, { at: rootOf(text), end: text.length }, section),
  ]);
}

function* jsonAt(
  text: string,
  { at, end }: { at: number; end: number },
  [name, ...rest]: readonly string[],
  folder?: string,
): Generator<Group> {
  if (name === undefined) return yield { value: parsed(text.slice(at, end)), folder };
  for (const member of objectAt(text, at)?.members ?? []) {
    if (name !== '*' && member.name !== name) continue;
    const span = { at: member.valueStart, end: member.end };
    yield* jsonAt(text, span, rest, name === '*' ? member.name : folder);
  }
}

function parsed(text: string): unknown {
  return plain(parseDocument('', text).root);
}

/** Comments and commas at the end are allowed; `JSON.parse` is the quickest to see that there are none. */
function mustBeSound(file: string, text: string): void {
  try {
    JSON.parse(text);
  } catch {
    const document: Document = parseDocument(file, text);
    if (document.broken) throw invalid(document.errors);
  }
}

/** What stands where the servers should, and is no object, is not written over. */
function mustHold(section: readonly string[], file: string, text: string): void {
  for (let depth = 0; depth <= section.length; depth++) {
    const at = depth === 0 ? rootOf(text) : memberAt(text, section.slice(0, depth))?.valueStart;
    if (at === undefined || (depth > 0 && text.startsWith('null', at))) return;
    if (objectAt(text, at) !== undefined) continue;
    const what = depth === 0 ? 'the file' : JSON.stringify(section.slice(0, depth).join('.'));
    throw invalid([problemAt(parseDocument(file, text), at, `${what} is no object; expected one`)]);
  }
}

async function fromToml(client: Client, file: string, text: string): Promise<Group[]> {
  const { tomlOf } = await import('./toml.ts');
  try {
    const root = tomlOf(text);
    return client.sections.map(section => ({
      value: section.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), root),
    }));
  } catch (cause) {
    const [message] = (cause as Error).message.split('\n');
    const problem = { file, line: 1, column: 1, message: `is no TOML: ${message}` };
    throw new McpxError('CONFIG_INVALID', formatProblem(problem), { data: [problem], cause });
  }
}

/** Servers by name; the oldest files of MCPX in Python have a list. */
function named(value: unknown): [string, unknown][] {
  if (Array.isArray(value))
    return value.flatMap(each =>
      isObject(each) && typeof each['name'] === 'string' ? [[each['name'], each] as [string, unknown]] : [],
    );
  return isObject(value) ? entries(value) : [];
}
