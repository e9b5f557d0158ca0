import { resolve, unknownServer } from '../../catalog/names.ts';
import type { CatalogServer } from '../../catalog/snapshot.ts';
import { countTools } from '../../catalog/snapshot.ts';
import { describe } from '../../compress/text.ts';
import { McpxError } from '../../errors.ts';
import type { CallContext, JsonObject, UpstreamStatus } from '../../types.ts';
import type { View } from '../../view.ts';
import { counted, listed } from '../../words.ts';
import { textResult } from '../results.ts';
import { find } from './find.ts';
import { toolLine, wholeTool } from './show-tool.ts';
import { waitForListings } from './waiting.ts';

const defaultListed = 50;

/** Shows servers, a server's tools, one tool in full, or what a search finds. */
export async function inspect(gateway: View, input: JsonObject, context: CallContext): Promise<JsonObject> {
  const { query, server, tool, limit } = readInput(input);
  const unlisted = await waitForListings(
    gateway,
    query.length === 0 && tool === undefined ? server : undefined,
  );
  const { snapshot } = gateway;
  if (server !== undefined && !snapshot.servers.has(server)) throw unknownServer(snapshot, server);
  const note =
    unlisted.length === 0 ? '' : `\nNot listed yet, so their tools are missing here: ${listed(unlisted)}.`;
  if (tool !== undefined) return oneTool(gateway, tool, server, unlisted);
  if (query.length > 0)
    return textResult((await find(gateway, { queries: query, server, limit }, context)) + note);
  if (server !== undefined) return textResult(oneServer(gateway, server, limit ?? defaultListed) + note);
  return textResult(allServers(gateway) + note);
}

function readInput(input: JsonObject) {
  const { query, server, tool, limit } = input;
  const text = (name: string, value: unknown): string | undefined => {
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string')
      throw new McpxError('BAD_ARGUMENTS', `inspect: \`${name}\` must be a string.`);
    return value;
  };
  const queries = query === undefined || query === null ? [] : Array.isArray(query) ? query : [query];
  if (queries.some(item => typeof item !== 'string')) {
    throw new McpxError('BAD_ARGUMENTS', 'inspect: `query` must be a list of strings.');
  }
  const count = Number(limit);
  const wanted = Number.isFinite(count) && count >= 1 ? Math.min(Math.floor(count), 1_000) : undefined;
  const asked = (queries as string[]).map(text => text.slice(0, 1_000)).filter(text => text.trim() !== '');
  return {
    query: asked.slice(0, 20),
    server: text('server', server),
    tool: text('tool', tool),
    limit: wanted,
  };
}

function allServers(gateway: View): string {
  const { snapshot } = gateway;
  const statuses = gateway.statuses();
  const lines = [...snapshot.servers.values()].map(server => serverLine(server, statuses.get(server.name)));
  if (lines.length === 0) return 'No server is configured, so there are no tools.';
  const head = `${counted(lines.length, 'server')}, ${counted(countTools(snapshot, 'forModel'), 'tool')}. Search all with inspect({ query: [...] }).`;
  return [head, ...lines].join('\n');
}

function serverLine(server: CatalogServer, status: UpstreamStatus | undefined): string {
  const { listing } = server;
  const state = status?.state ?? 'closed';
  const seen = server.fresh ? '' : ' when last seen';
  const tools = listing === undefined ? '' : `, ${counted(server.forModel.size, 'tool')}${seen}`;
  const trouble =
    status?.reason === undefined || state === 'ready' ? '' : ` (${describe(status.reason, 200)})`;
  const about = describe(listing?.instructions ?? listing?.serverInfo?.title ?? '', 120);
  return `- ${describe(server.name, 100)}: ${state}${trouble}${tools}${about && ` — ${about}`}`;
}

function oneServer(gateway: View, name: string, limit: number): string {
  const server = gateway.snapshot.servers.get(name)!;
  const { listing } = server;
  const lines = [serverLine(server, gateway.statuses().get(name)).slice(2)];
  if (listing?.instructions) lines.push('', listing.instructions, '');
  const tools = [...server.forModel.values()];
  lines.push(...tools.slice(0, limit).map(tool => toolLine(gateway, name, tool)));
  if (tools.length > limit) {
    const all = JSON.stringify({ server: name, limit: tools.length });
    lines.push(`… and ${tools.length - limit} more: inspect(${all}), or search with \`query\`.`);
  }
  if (listing && listing.resources.length + listing.templates.length > 0) {
    const count = `${counted(listing.resources.length, 'resource')} and ${counted(listing.templates.length, 'template')}`;
    lines.push(`It also has ${count}: resources(${JSON.stringify({ server: name })}).`);
  }
  return lines.join('\n');
}

function oneTool(gateway: View, named: string, given: string | undefined, unlisted: string[]): JsonObject {
  const { server, tool } = resolve(gateway.snapshot, { tool: named, server: given }, unlisted);
  return textResult(wholeTool(gateway, server, tool));
}
