import type { Exposure } from '../../catalog/exposed.ts';
import { findResource, type Located } from '../../catalog/find-resource.ts';
import { unknownServer } from '../../catalog/names.ts';
import { describe } from '../../compress/text.ts';
import { McpxError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import type { CallContext, JsonObject } from '../../types.ts';
import type { View } from '../../view.ts';
import { listed } from '../../words.ts';
import { rpcErrorResult, textResult } from '../results.ts';
import { downOr } from './down.ts';
import { readKept } from './kept-read.ts';
import { isKeptUri } from './kept-uri.ts';
import { type Peeks, peekAt } from './peek.ts';
import { waitForListings } from './waiting.ts';

const pageSize = 50;

/** What the tool needs beside the gateway: what it has seen of resources, and by which addresses clients know them. */
export interface Around {
  peeks: Peeks;
  exposed: { readonly exposure: Exposure };
}

/** Lists resources and templates, or reads one resource or kept result. */
export async function resources(
  gateway: View,
  input: JsonObject,
  context: CallContext,
  { peeks, exposed }: Around,
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
  if (typeof uri === 'string' && uri !== '')
    return read(gateway, uri, named, context, exposed.exposure, unlisted);
  return textResult(await page(gateway, named, cursor as string | undefined, context, peeks, unlisted));
}

async function read(
  gateway: View,
  uri: string,
  named: string | undefined,
  context: CallContext,
  exposure: Exposure,
  unlisted: string[],
): Promise<JsonObject> {
  const { server, uri: own } =
    named === undefined ? located(exposure, gateway, uri, unlisted) : { server: named, uri };
  const response = await gateway
    .call({ server, method: 'resources/read', params: { uri: own } }, context)
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

/** The server that has `uri`, and its own address of it. Throws UNKNOWN_RESOURCE with those that may have it. */
function located(exposure: Exposure, { snapshot }: View, uri: string, unlisted: string[]): Located {
  try {
    return findResource(snapshot, exposure, uri);
  } catch (thrown) {
    if (!(thrown instanceof McpxError) || thrown.code !== 'UNKNOWN_RESOURCE') throw thrown;
    const hints = [
      thrown.help,
      unlisted.length > 0 ? `Not listed yet, so it may be there: ${listed(unlisted)}.` : '',
      'Name the server to read one that is not listed.',
    ];
    throw new McpxError('UNKNOWN_RESOURCE', thrown.message, { help: hints.filter(Boolean).join(' ') });
  }
}

async function page(
  gateway: View,
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
    lines.push(`Not listed yet, so their resources are missing here: ${listed(unlisted)}.`);
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
