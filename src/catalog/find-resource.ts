import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import { readAddressed } from './addressed.ts';
import type { Exposure } from './exposed.ts';
import { interfaceOf } from './interface-of.ts';
import type { CatalogServer, Snapshot } from './snapshot.ts';

/** A resource as its own server knows it. */
export interface Located {
  server: string;
  uri: string;
}

/**
 * The server that has the resource or template at `address`, and its own address of it: the one that lists it, that has
 * a template for it, or that is named in it; else the only one that has resources at all. Throws UNKNOWN_RESOURCE or
 * AMBIGUOUS_RESOURCE: which of several is meant is never guessed.
 */
export function findResource(snapshot: Snapshot, exposure: Exposure, address: string): Located {
  const listed = exposure.resources.get(address) ?? exposure.templates.get(address);
  if (listed !== undefined) return { server: listed.server, uri: ownAddress(listed.item) };
  const named = readAddressed(address);
  if (named !== undefined && snapshot.servers.has(named.server)) return named;
  const servers = [...snapshot.servers.values()];
  const likely = [
    servers.filter(server => lists(server, address)),
    bestTemplates(servers, address),
    linking(servers, address),
  ];
  const having = likely.find(found => found.length > 0) ?? servers.filter(hasResources);
  if (having.length === 1) return { server: having[0]!.name, uri: address };
  const known = likely.some(found => found.length > 0);
  throw known ? ambiguous(address, having) : unknown(address, exposure);
}

function ownAddress(item: { uri?: unknown; uriTemplate?: unknown }): string {
  return String(item.uri ?? item.uriTemplate);
}

function lists({ listing }: CatalogServer, address: string): boolean {
  return (
    listing?.resources.some(({ uri }) => uri === address) === true ||
    listing?.templates.some(({ uriTemplate }) => uriTemplate === address) === true
  );
}

/** Those whose template fits with the most fixed text. */
function bestTemplates(servers: CatalogServer[], address: string): CatalogServer[] {
  let best = 0;
  let found: CatalogServer[] = [];
  for (const server of servers) {
    const fit = Math.max(
      0,
      ...(server.listing?.templates ?? []).map(({ uriTemplate }) => fixedIn(uriTemplate, address)),
    );
    if (fit > best) [best, found] = [fit, []];
    if (fit === best && fit > 0) found.push(server);
  }
  return found;
}

/** How much of `address` the fixed parts of a template are, 0 where it does not fit (RFC 6570, as a linear search). */
function fixedIn(template: string, address: string): number {
  const parts = template.split(/\{[^{}]*\}/);
  const [first = '', ...rest] = parts;
  if (rest.length === 0 || !address.startsWith(first)) return 0;
  const last = rest.pop()!;
  let at = first.length;
  for (const part of rest) {
    const next = address.indexOf(part, at);
    if (next === -1) return 0;
    at = next + part.length;
  }
  const fits = address.endsWith(last) && address.length - last.length >= at && address.length > first.length;
  return fits ? parts.join('').length : 0;
}

/** Those with tools that name it as their user interface (MCP Apps, SEP-1865), which need not be listed. */
function linking(servers: CatalogServer[], address: string): CatalogServer[] {
  if (!address.startsWith('ui://')) return [];
  return servers.filter(({ tools }) =>
    [...tools.values()].some(tool => interfaceOf(tool['_meta']) === address),
  );
}

function hasResources({ listing }: CatalogServer): boolean {
  return listing !== undefined && isObject(listing.capabilities['resources']);
}

function ambiguous(address: string, servers: CatalogServer[]): McpxError {
  const names = servers.slice(0, 20).map(({ name }) => JSON.stringify(name));
  return new McpxError(
    'AMBIGUOUS_RESOURCE',
    `${servers.length} servers have the resource ${show(address)}: ${names.join(', ')}.`,
  );
}

function unknown(address: string, { resources }: Exposure): McpxError {
  const close = nearest(address, resources.keys(), 3);
  const help = close.length === 0 ? undefined : `Nearest: ${close.map(show).join(', ')}.`;
  return new McpxError('UNKNOWN_RESOURCE', `no server has the resource ${show(address)}.`, {
    ...(help && { help }),
    data: { uri: address.slice(0, 1_000) },
  });
}

function show(address: string): string {
  return JSON.stringify(address.slice(0, 200));
}
