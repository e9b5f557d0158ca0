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

/** With a setting of a server, such as `['tools', 'deny']`, at this value; `undefined`: without it. */
export function withSetting(text: string, name: string, setting: readonly string[], value: unknown): string {
  const path = [mustHave(parseDocument('', text), name), name, ...setting];
  return value === undefined ? withoutValue(text, path) : withValue(text, path, value);
}

/** With a tool of a server in the lists `tools.allow` and `tools.deny`, or not, so that it may be used, or may not. */
export function withToolSwitched(text: string, server: string, tool: string, enabled: boolean): string {
  const document = parseDocument('', text);
  const group = nodeAt(document, [mustHave(document, server), server, 'tools']);
  const inherited = nodeAt(document, ['defaults', 'tools']);
  const { allow, deny = [] } = { ...lists(inherited), ...lists(group) };
  const isAllowed = allow === undefined || allow.includes(tool);
  const isDenied = deny.includes(tool);
  if (!enabled)
    return isAllowed && !isDenied ? withSetting(text, server, ['tools', 'deny'], [...deny, tool]) : text;
  const others = deny.filter(name => name !== tool);
  const next = isDenied ? withSetting(text, server, ['tools', 'deny'], others) : text;
  return isAllowed ? next : withSetting(next, server, ['tools', 'allow'], [...allow, tool]);
}

function lists(node: ReturnType<typeof nodeAt>): { allow?: string[]; deny?: string[] } {
  const group = (plain(node) ?? {}) as Record<string, unknown>;
  const texts = (name: string) => (Array.isArray(group[name]) ? { [name]: group[name].map(String) } : {});
  return { ...texts('allow'), ...texts('deny') };
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
