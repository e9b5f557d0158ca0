import { unknownServer } from '../../catalog/names.ts';
import type { CatalogServer, Snapshot } from '../../catalog/snapshot.ts';
import { describe } from '../../compress/text.ts';
import { McpxError } from '../../errors.ts';
import type { Gateway } from '../../gateway.ts';
import { isObject } from '../../json.ts';
import { nearest } from '../../nearest.ts';
import type { CallContext, JsonObject } from '../../types.ts';
import { rpcErrorResult, textResult } from '../results.ts';
import { downOr } from './down.ts';
import { readKept } from './kept-read.ts';
import { isKeptUri } from './kept-uri.ts';
import { type Peeks, peekAt } from './peek.ts';
import { waitForListings } from './waiting.ts';

const pageSize = 50;

/** Lists resources and templates, or reads one resource or kept result. */
export async function resources(
  gateway: Gateway,
  input: JsonObject,
  context: CallContext,
  peeks: Peeks,
): Promise<JsonObject> {
  const { server, uri, cursor } = input;
  for (const [name, value] of Object.entries({ server, uri, cursor })) {
    if (value === undefined || value === null || typeof value === 'string') continue;
    throw new McpxError('BAD_ARGUMENTS', `resources: \`${name}\` must be a string.`);
  }
  const named = (server as string | null | undefined) || undefined;
  if (named === undefined && typeof uri === 'string' && isKeptUri(uri)) {
    return readKept(gateway, uri, cursor as string | null | undefined, context);
  }
  if (named !== undefined && !gateway.snapshot.servers.has(named))
    throw unknownServer(gateway.snapshot, named);
  const unlisted = await waitForListings(gateway, named);
  if (typeof uri === 'string' && uri !== '') return read(gateway, uri, named, context, unlisted);
  return textResult(await page(gateway, named, cursor as string | undefined, context, peeks, unlisted));
}

async function read(
  gateway: Gateway,
  uri: string,
  named: string | undefined,
  context: CallContext,
  unlisted: string[],
): Promise<JsonObject> {
  const server = named ?? ownerOf(gateway.snapshot, uri, unlisted);
  const response = await gateway
    .call({ server, method: 'resources/read', params: { uri } }, context)
    .catch(thrown => downOr(gateway, server, thrown));
  if ('error' in response) return rpcErrorResult(server, response.error);
  const { contents, _meta } = response.result;
  const content = (Array.isArray(contents) ? contents : []).map(asContent);
  return _meta === undefined ? { content } : { content, _meta };
}

/** Text as text, anything else as an embedded resource. */
function asContent(item: unknown): JsonObject {
  if (isObject(item) && typeof item['text'] === 'string') return { type: 'text', text: item['text'] };
  return { type: 'resource', resource: item };
}

/** The one server that lists `uri`, or whose template it fits. */
function ownerOf(snapshot: Snapshot, uri: string, unlisted: string[]): string {
  const all = [...snapshot.servers.values()];
  const listing = all.filter(server => server.listing?.resources.some(resource => resource.uri === uri));
  const owners = listing.length > 0 ? listing : all.filter(server => fitsTemplate(server, uri));
  if (owners.length === 1) return owners[0]!.name;
  const shown = JSON.stringify(uri.slice(0, 200));
  if (owners.length > 1) {
    const names = owners.map(({ name }) => JSON.stringify(name));
    throw new McpxError(
      'AMBIGUOUS_TOOL',
      `${names.length} servers have the resource ${shown}: ${names.join(', ')}`,
    );
  }
  const close = nearest(
    uri,
    all.flatMap(server => server.listing?.resources.map(item => item.uri) ?? []),
    3,
  );
  const hints = [
    close.length > 0 ? `Nearest: ${close.join(', ')}.` : '',
    unlisted.length > 0 ? `Not listed yet, so it may be there: ${unlisted.join(', ')}.` : '',
    'Name the server to read a resource that is not listed; resources() shows those that are.',
  ];
  throw new McpxError('UNKNOWN_RESOURCE', `no server lists the resource ${shown}.`, {
    help: hints.filter(Boolean).join(' '),
  });
}

/** By what stands before the first variable: never by a pattern made from untrusted text. */
function fitsTemplate({ listing }: CatalogServer, uri: string): boolean {
  return (listing?.templates ?? []).some(({ uriTemplate }) => {
    const fixed = uriTemplate.split('{', 1)[0]!;
    return fixed.length > 0 && uri.startsWith(fixed) && uri.length > fixed.length;
  });
}

async function page(
  gateway: Gateway,
  named: string | undefined,
  cursor: string | undefined,
  context: CallContext,
  peeks: Peeks,
  unlisted: string[],
): Promise<string> {
  const { snapshot } = gateway;
  const servers = named === undefined ? [...snapshot.servers.values()] : [snapshot.servers.get(named)!];
  const items = servers.flatMap(({ name, listing }) => [
    ...(listing?.resources ?? []).map(resource => ({ server: name, resource, line: '' })),
    ...(listing?.templates ?? []).map(template => ({
      server: name,
      resource: undefined,
      line: templateLine(template),
    })),
  ]);
  const start = offsetOf(cursor, items.length);
  const shown = items.slice(start, start + pageSize);
  if (named !== undefined)
    await peekAt(
      gateway,
      named,
      shown.flatMap(item => item.resource ?? []),
      context,
      peeks,
    );
  const lines: string[] = [];
  let heading = '';
  for (const { server, resource, line } of shown) {
    if (server !== heading) lines.push(`${describe(server, 100)}:`);
    heading = server;
    lines.push(resource ? resourceLine(resource, peeks.get(context.owner, server, resource.uri)) : line);
  }
  if (items.length === 0)
    lines.push(named === undefined ? 'No server has resources.' : 'This server has no resources.');
  if (start + pageSize < items.length)
    lines.push(`More: resources(${JSON.stringify({ server: named, cursor: String(start + pageSize) })})`);
  if (unlisted.length > 0)
    lines.push(`Not listed yet, so their resources are missing here: ${unlisted.join(', ')}.`);
  return lines.join('\n');
}

function resourceLine(resource: JsonObject, peeked: string | undefined): string {
  const { uri, name, mimeType, title } = resource;
  const about = describe(resource['description'] ?? peeked ?? '', 160);
  const label = describe(title ?? name, 80);
  const kind = typeof mimeType === 'string' ? ` [${describe(mimeType, 60)}]` : '';
  return `- ${describe(uri, 500)}${label && label !== uri ? ` ${label}` : ''}${kind}${about && ` — ${about}`}`;
}

function templateLine(template: JsonObject): string {
  return `${resourceLine({ ...template, uri: template['uriTemplate'] }, undefined)} (a template: fill in the braces)`;
}

function offsetOf(cursor: string | undefined | null, length: number): number {
  if (cursor === undefined || cursor === null || cursor === '') return 0;
  const offset = /^\d{1,6}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isNaN(offset) || offset >= Math.max(length, 1)) {
    throw new McpxError('BAD_CURSOR', `there is no page at cursor ${JSON.stringify(cursor.slice(0, 50))}.`);
  }
  return offset;
}
