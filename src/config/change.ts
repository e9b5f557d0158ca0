/** Changes of a configuration, from one text to another. They throw UNKNOWN_SERVER, SERVER_EXISTS. */
import { McpxError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { serverSections } from './check.ts';
import { type Document, nodeAt, parseDocument, properties } from './document.ts';
import { withoutValue, withValue } from './jsonc/edit.ts';
import { plain } from './plain.ts';

/** The keys of a server as they are to stand in the file, references as they are. */
export type ServerEntry = Record<string, unknown>;

/** With another server; `replace`: also where one of that name stands already. */
export function withServer(text: string, name: string, entry: ServerEntry, replace = false): string {
  const document = parseDocument('', text);
  const known = sectionOf(document, name);
  if (known !== undefined && !replace) {
    throw new McpxError('SERVER_EXISTS', `there is a server ${JSON.stringify(name)} already.`);
  }
  return withValue(text, [known ?? sectionForNew(document), name], entry);
}

export function withoutServer(text: string, name: string): string {
  return withoutValue(text, [mustHave(parseDocument('', text), name), name]);
}

/** With the server switched on or off, in the words that the file uses for it. */
export function withEnabled(text: string, name: string, enabled: boolean): string {
  const document = parseDocument('', text);
  const path = [mustHave(document, name), name];
  const own = plain(nodeAt(document, path)) as ServerEntry;
  if (!enabled) {
    const saysDisabled = own['disabled'] !== undefined;
    return withValue(text, [...path, saysDisabled ? 'disabled' : 'enabled'], saysDisabled);
  }
  const isOff = plain(nodeAt(document, ['defaults', 'enabled'])) === false;
  const rest = own['disabled'] === true ? withoutValue(text, [...path, 'disabled']) : text;
  if (isOff) return withValue(rest, [...path, 'enabled'], true);
  return own['enabled'] === false ? withoutValue(rest, [...path, 'enabled']) : rest;
}

/** The servers of a text, as they stand there, by name. */
export function serversIn(text: string): Map<string, ServerEntry> {
  const document = parseDocument('', text);
  return new Map(
    serverSections.flatMap(section => {
      const node = nodeAt(document, [section]);
      return [...(node ? properties(node) : [])].map(
        ({ key, value }) => [key, plain(value) as ServerEntry] as const,
      );
    }),
  );
}

function sectionOf(document: Document, name: string): string | undefined {
  return serverSections.find(section => nodeAt(document, [section, name]) !== undefined);
}

/** Where the others stand. */
function sectionForNew(document: Document): string {
  return serverSections.find(section => nodeAt(document, [section]) !== undefined) ?? serverSections[0];
}

function mustHave(document: Document, name: string): string {
  const section = sectionOf(document, name);
  if (section !== undefined) return section;
  const names = [...serversIn(document.text).keys()];
  const [meant] = nearest(name, names, 1);
  const hint = meant === undefined ? '' : ` Did you mean ${JSON.stringify(meant)}?`;
  throw new McpxError('UNKNOWN_SERVER', `there is no server ${JSON.stringify(name)} in the file.${hint}`, {
    help: names.length === 0 ? 'There are none yet.' : `Servers: ${names.slice(0, 50).join(', ')}.`,
  });
}
