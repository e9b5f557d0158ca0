import { McpxError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Tool } from '../types.ts';
import { listed } from '../words.ts';
import type { Snapshot } from './snapshot.ts';

/** A tool as somebody named it: `server.tool`, `server["tool"]`, or a bare name. */
export interface Named {
  tool: string;
  server?: string;
}

export interface Found {
  server: string;
  tool: Tool;
}

/** Servers whose listing could decide what `named` means, in the order in which they are asked. */
export function candidates(snapshot: Snapshot, named: Named): { server: string; tool: string }[] {
  const { tool } = named;
  if (named.server !== undefined) {
    if (!snapshot.servers.has(named.server)) throw unknownServer(snapshot, named.server);
    const server = named.server;
    const short = inBrackets(tool).filter(reading => reading.server === server);
    if (tool.startsWith(`${server}.`)) short.push({ server, tool: tool.slice(server.length + 1) });
    return [{ server, tool }, ...short];
  }
  const bracketed = inBrackets(tool).filter(({ server }) => snapshot.servers.has(server));
  const dotted = [...snapshot.servers.keys()]
    .filter(server => tool.startsWith(`${server}.`))
    .sort((a, b) => b.length - a.length) // the longest server name wins: `a.b` before `a`
    .map(server => ({ server, tool: tool.slice(server.length + 1) }));
  const bare = [...snapshot.servers.keys()].map(server => ({ server, tool }));
  return [...bracketed, ...dotted, ...bare];
}

/**
 * The tool that is meant. Throws UNKNOWN_SERVER, UNKNOWN_TOOL or AMBIGUOUS_TOOL with what would have been right;
 * `unlisted` are servers that might have had it but have not listed.
 */
export function resolve(snapshot: Snapshot, named: Named, unlisted: string[] = []): Found {
  const all = candidates(snapshot, named);
  const addressedAs = all.filter(({ tool }) => tool !== named.tool || named.server !== undefined);
  for (const { server, tool } of addressedAs) {
    const found = snapshot.servers.get(server)?.tools.get(tool);
    if (found !== undefined) return { server, tool: found };
  }
  if (named.server === undefined) {
    const having = [...snapshot.servers.values()].filter(({ tools }) => tools.has(named.tool));
    if (having.length === 1) return { server: having[0]!.name, tool: having[0]!.tools.get(named.tool)! };
    if (having.length > 1)
      throw ambiguous(
        named.tool,
        having.map(({ name }) => name),
      );
  }
  throw unknownTool(snapshot, named, addressedAs[0], unlisted);
}

const bracketedTool = /\[("(?:[^"\\]|\\.)*")\]$/;
const bracketedServer = /^\[("(?:[^"\\]|\\.)*")\]$/;

/** `server["tool"]` and `["server"]["tool"]`, read; the likelier reading first, none when it is no such address. */
function inBrackets(address: string): { server: string; tool: string }[] {
  const found = bracketedTool.exec(address);
  const tool = found === null ? undefined : parsed(found[1]!);
  if (found === null || tool === undefined) return [];
  const before = address.slice(0, found.index);
  const quoted = bracketedServer.exec(before);
  const server = quoted === null ? undefined : parsed(quoted[1]!);
  return [server, before].flatMap(name => (name === undefined ? [] : [{ server: name, tool }]));
}

function parsed(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined; // an escape that JSON has not
  }
}

export function unknownServer(snapshot: Snapshot, server: string): McpxError {
  const names = [...snapshot.servers.keys()];
  const [close] = nearest(server, names, 1);
  const hint = close === undefined ? '' : ` Did you mean ${show(close)}?`;
  const shown = names.slice(0, 50).map(show).join(', ') || 'none is configured';
  return new McpxError('UNKNOWN_SERVER', `there is no server ${show(server)}.${hint}`, {
    help: `Servers: ${shown}.`,
  });
}

function ambiguous(tool: string, servers: string[]): McpxError {
  const message = `${servers.length} servers have a tool ${show(tool)}: ${servers.slice(0, 20).map(show).join(', ')}`;
  const help = `Name the server too: exec({ server: ${show(servers[0]!)}, tool: ${show(tool)} }).`;
  return new McpxError('AMBIGUOUS_TOOL', message, { help });
}

function unknownTool(
  snapshot: Snapshot,
  named: Named,
  meant: { server: string; tool: string } | undefined,
  unlisted: string[],
): McpxError {
  const where = named.server ?? meant?.server;
  const server = where === undefined ? undefined : snapshot.servers.get(where);
  const tool = meant?.tool ?? named.tool;
  const close = near(snapshot, tool, server?.name);
  const message = `there is no tool ${show(tool)}${server ? ` on server ${show(server.name)}` : ''}.`;
  const hints = [
    close.length > 0 ? `Nearest: ${close.join(', ')}.` : '',
    unlisted.length > 0 ? `Not listed yet, so it may be there: ${listed(unlisted.map(show))}.` : '',
    server
      ? `See inspect({ server: ${show(server.name)} }) for its tools.`
      : 'Search with inspect({ query: [...] }).',
  ];
  return new McpxError('UNKNOWN_TOOL', message, { help: hints.filter(Boolean).join(' ') });
}

/** The nearest tools, on `server` first, then everywhere. */
function near(snapshot: Snapshot, tool: string, server: string | undefined): string[] {
  const here = server === undefined ? [] : [...(snapshot.servers.get(server)?.forModel.keys() ?? [])];
  const found = nearest(tool, here, 3).map(show);
  if (found.length > 0) return found;
  const owners = new Map<string, string>();
  for (const { name, forModel } of snapshot.servers.values())
    for (const key of forModel.keys()) owners.set(key, name);
  return nearest(tool, owners.keys(), 3).map(key => `${show(key)} on ${show(owners.get(key)!)}`);
}

/** A name in quotes, without characters that could do anything but be read, cut to 100. */
function show(name: string): string {
  const cut = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return JSON.stringify(cut).replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '');
}
