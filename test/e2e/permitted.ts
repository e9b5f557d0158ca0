// All that may differ between what a client is told by a server and what it is told by MCPX in front of it: each function is
// one paragraph of docs/fidelity.md. Whatever is not here must be the same.
import { self } from '../../src/version.ts';
import { lists } from './heard.ts';
import type { Answer, Era } from './wire.ts';

type Item = Record<string, unknown>;

/** What a client of `era` may be told in flat mode instead of `direct`; the same object where nothing may differ. */
export function permitted(request: string, direct: Answer, upstream: Era, era: Era): Answer {
  const list = lists[request as keyof typeof lists];
  if (list !== undefined) return permittedList(direct, list);
  if (request === 'instructions' || request.endsWith(': progress')) return direct;
  if (request.endsWith(': log')) return era === upstream ? direct : { result: { messages: [] } };
  if (direct.error !== undefined) return permittedError(direct, era);
  const hint =
    request.startsWith('resources/read') && era === 'modern' ? { ttlMs: 0, cacheScope: 'private' } : {};
  const result = permittedResult({ ...hint, ...direct.result }, upstream, era);
  return same(result, direct.result) ? direct : { result };
}

/** "Lists that a server does not have" and "Items that nobody can use". */
function permittedList(direct: Answer, key: string): Answer {
  if (direct.error?.code === methodNotFound) return { result: { [key]: [] } };
  const items = direct.result![key] as unknown[];
  const names = new Set<string>();
  const usable = items.filter((item): item is Item => {
    const { name, uri, uriTemplate } = (item ?? {}) as Record<string, string>;
    const known = uri ?? uriTemplate ?? name;
    if (typeof known !== 'string' || known === '' || names.has(known)) return false;
    names.add(known);
    return true;
  });
  const whole = key === 'tools' ? usable.map(withSchema) : usable;
  return same(whole, items) ? direct : { result: { [key]: whole } };
}

/** "Tools without a schema". */
function withSchema(tool: Item): Item {
  const schema = tool['inputSchema'] as Item | null | undefined;
  return schema?.['type'] === 'object' ? tool : { ...tool, inputSchema: { ...schema, type: 'object' } };
}

/** "What the client's era demands" of a result. */
export function permittedResult(direct: Item, upstream: Era, era: Era): Item {
  if (era === 'modern') {
    const meta = { [serverInfo]: self, ...(direct['_meta'] as Item | undefined) };
    return { resultType: 'complete', ...direct, _meta: meta };
  }
  if (upstream === 'legacy') return direct;
  const { resultType: _, ttlMs: __, cacheScope: ___, ...rest } = direct;
  const { structuredContent } = rest;
  const isObject =
    typeof structuredContent === 'object' && structuredContent !== null && !Array.isArray(structuredContent);
  if (structuredContent === undefined || isObject) return rest;
  return { ...rest, structuredContent: { result: structuredContent } };
}

/** "Errors that mean something else to the client". */
function permittedError(direct: Answer, era: Era): Answer {
  const { code, message } = direct.error!;
  if (ofOneHop.includes(code) && !(era === 'modern' && code === missingCapability)) {
    const told = `the server refused the gateway's request (${code}): ${message}`;
    return { error: { code: internalError, message: told, data: { upstream: direct.error } } };
  }
  return era === 'modern' && code === resourceNotFound
    ? { error: { ...direct.error!, code: invalidParams } }
    : direct;
}

const serverInfo = 'io.modelcontextprotocol/serverInfo';
const methodNotFound = -32_601;
const invalidParams = -32_602;
const internalError = -32_603;
const resourceNotFound = -32_002;
const missingCapability = -32_021;
const ofOneHop = [-32_020, missingCapability, -32_022];

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
