import { McpxError } from '../errors.ts';
import { plain } from '../exact.ts';
import { headerParameters } from '../rpc/param-headers.ts';
import type { JsonObject, RawListing } from '../types.ts';
import type { Connection } from './connection.ts';

const maxPages = 100;
const maxItems = 10_000;
const maxWarnings = 50;
/** Far from where JSON.stringify, which the copy on disk and every answer need, runs out of stack. */
const maxDepth = 500;

/** What a server lists, and how long that is good. */
export interface Listed {
  listing: RawListing;
  /** Milliseconds after which lists may have changed without the server telling; undefined where it does not say. */
  ttlMs?: number;
}

/**
 * Everything that a server lists. Tools are what counts: if they cannot be had, the whole listing rejects. What it cannot
 * do of the rest, whatever it declared, is left empty and said in `warnings`. `eraKnown` false: the era is what an
 * earlier run found, and nothing has confirmed it; a server that has gone back to an older one is refused.
 */
export async function list(connection: Connection, timeoutMs: number, eraKnown = true): Promise<Listed> {
  const { capabilities } = connection;
  const asking = { connection, deadline: performance.now() + timeoutMs, eraKnown };
  const pages = (method: string, key: string) => allPages(asking, method, key);
  const optional = (declared: boolean, method: string, key: string): Promise<Pages> =>
    declared
      ? pages(method, key).catch(error => {
          if (connection.closed) throw error;
          return { items: [], warnings: [refused(method, error)], ttlMs: Number.POSITIVE_INFINITY };
        })
      : nothing;
  const [tools, resources, templates, prompts] = await Promise.all([
    'tools' in capabilities ? pages('tools/list', 'tools').then(callable(connection)) : nothing,
    optional('resources' in capabilities, 'resources/list', 'resources'),
    optional('resources' in capabilities, 'resources/templates/list', 'resourceTemplates'),
    optional('prompts' in capabilities, 'prompts/list', 'prompts'),
  ]);
  const listing: RawListing = {
    tools: tools.items,
    resources: resources.items,
    templates: templates.items,
    prompts: prompts.items,
    instructions: connection.instructions,
    serverInfo: connection.serverInfo,
    capabilities,
    protocolVersion: connection.protocolVersion,
    era: connection.era,
    warnings: [tools, resources, templates, prompts].flatMap(pages => pages.warnings),
    listedAt: Date.now(),
  };
  const told = (kind: string) => (capabilities[kind] as JsonObject | undefined)?.['listChanged'] === true;
  const ttlMs = Math.min(
    ...(told('tools') ? [] : [tools.ttlMs]),
    ...(told('resources') ? [] : [resources.ttlMs, templates.ttlMs]),
    ...(told('prompts') ? [] : [prompts.ttlMs]),
  );
  return connection.era === 'modern' && Number.isFinite(ttlMs) ? { listing, ttlMs } : { listing };
}

interface Asking {
  connection: Connection;
  /** By `performance.now()`. */
  deadline: number;
  eraKnown: boolean;
}

interface Pages {
  items: unknown[];
  warnings: string[];
  /** The shortest time for which one of them is good, in milliseconds (SEP-2549); infinite where none says so. */
  ttlMs: number;
}

const nothing: Promise<Pages> = Promise.resolve({ items: [], warnings: [], ttlMs: Number.POSITIVE_INFINITY });

/** Without tools whose parameters cannot travel as they are declared to. */
function callable(connection: Connection): (pages: Pages) => Pages {
  if (!connection.mirrorsParameters) return pages => pages;
  return ({ items, warnings, ttlMs }) => {
    const refusals: string[] = [];
    const kept = items.filter(item => {
      const { name, inputSchema } = (item ?? {}) as { name?: unknown; inputSchema?: unknown };
      try {
        headerParameters(inputSchema);
        return true;
      } catch (error) {
        if (refusals.length < maxWarnings)
          refusals.push(
            `tool ${JSON.stringify(String(name).slice(0, 80))} is left out: ${(error as Error).message}`,
          );
        return false;
      }
    });
    return { items: kept, warnings: [...warnings, ...refusals], ttlMs };
  };
}

/** Follows cursors to the end, a page too many, a cursor seen before, or the deadline. */
async function allPages(asking: Asking, method: string, key: string): Promise<Pages> {
  const items: unknown[] = [];
  const warnings: string[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  let ttlMs = Number.POSITIVE_INFINITY;
  const all = (warning?: string): Pages => ({
    items,
    warnings: warning === undefined ? warnings : [...warnings, `${method}: ${warning}`],
    ttlMs,
  });
  for (let page = 0; page < maxPages; page++) {
    const result = await ask(asking, method, cursor === undefined ? {} : { cursor });
    const fresh = plain(result['ttlMs']);
    if (typeof fresh === 'number' && fresh > 0) ttlMs = Math.min(ttlMs, fresh);
    const found = Array.isArray(result[key]) ? (result[key] as unknown[]) : [];
    for (const item of found) {
      if (nestedWithin(maxDepth, item)) items.push(plain(item));
      else if (warnings.length < maxWarnings)
        warnings.push(`${method}: an item is nested too deeply and is left out`);
    }
    const next = result['nextCursor'];
    if (typeof next !== 'string') return all();
    if (seen.has(next)) return all('the same cursor came twice; the rest is not listed');
    if (items.length >= maxItems) return all(`only ${maxItems} items are listed`);
    seen.add(next);
    cursor = next;
  }
  return all(`only ${maxPages} pages are read`);
}

async function ask(asking: Asking, method: string, params: JsonObject): Promise<JsonObject> {
  const { connection, deadline, eraKnown } = asking;
  const call = connection.open(method, params);
  const timer = setTimeout(
    () => call.cancel(new McpxError('UPSTREAM_UNAVAILABLE', `${method} was not answered in time`)),
    deadline - performance.now(),
  );
  try {
    const response = await call.response;
    if ('result' in response) {
      const modern = response.result['resultType'] !== undefined; // every 2026-era result says what it is (SEP-2322)
      if (eraKnown || modern || connection.era === 'legacy') return response.result;
      throw new McpxError(
        'UPSTREAM_PROTOCOL',
        `the server does not speak MCP ${connection.protocolVersion} any more`,
      );
    }
    throw new McpxError(
      'UPSTREAM_PROTOCOL',
      `${method} failed: ${String(response.error.message).slice(0, 300)}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

function nestedWithin(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every(child => nestedWithin(depth - 1, child));
}

function refused(method: string, error: unknown): string {
  return `${method} was declared but does not work: ${error instanceof Error ? error.message : String(error)}`;
}
