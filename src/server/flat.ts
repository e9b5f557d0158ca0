import type { IncomingHttpHeaders } from 'node:http';
import type { Exposed } from '../catalog/exposed.ts';
import type { Located } from '../catalog/find-resource.ts';
import { interfaceOf } from '../catalog/interface-of.ts';
import { asMcpxError } from '../errors.ts';
import { exact, plain } from '../exact.ts';
import { isObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import { type HeaderParameter, headerFault, headerParametersOf } from '../rpc/param-headers.ts';
import type { CallContext, Era, JsonObject, RawResponse, Tool } from '../types.ts';
import type { View } from '../view.ts';
import { withHint } from './eras.ts';
import { pageOf } from './pages.ts';
import { type Asking, Relayed, type Watching } from './relayed.ts';
import { errorResult } from './results.ts';
import { failed, invalidParams, refused } from './rpc-errors.ts';
import { commonCapabilities, type Surface } from './surface.ts';
import { Tasks } from './tasks.ts';

/** Most characters of one server's instructions where there are several. */
const maxInstructions = 4_000;

export interface FlatOptions extends Asking {
  view: View;
  watching: Watching;
}

/** The upstreams as one ordinary server: what they list, in order, and what they answer, as it came. */
export class Flat implements Surface {
  readonly #relayed: Relayed;
  readonly #tasks = new Tasks();

  constructor({ view, watching, ...asking }: FlatOptions) {
    this.#relayed = new Relayed(view, watching, asking);
  }

  /** Tasks only where some server has them, and the client's era knows them. */
  capabilities(era: Era): JsonObject {
    const tasks = { list: {}, cancel: {}, requests: { tools: { call: {} } } };
    return era === 'legacy' && this.#tasks.isOffered(this.#relayed)
      ? { ...commonCapabilities, tasks }
      : commonCapabilities;
  }

  /** The server's own where there is one server; else each under its name. */
  async instructions(): Promise<string | undefined> {
    await this.#relayed.settled();
    const servers = [...this.#relayed.view.snapshot.servers.values()];
    const [only] = servers;
    if (servers.length === 1) return only?.listing?.instructions;
    const said = servers.flatMap(({ name, listing }) =>
      listing?.instructions ? [`# ${name}\n${listing.instructions.slice(0, maxInstructions)}`] : [],
    );
    return said.length === 0 ? undefined : said.join('\n\n');
  }

  knows(method: string, era: Era): boolean {
    if (method === 'tools/list' || method === 'tools/call') return true;
    return this.#relayed.knows(method, era) || (era === 'legacy' && this.#tasks.knows(method));
  }

  answer(method: string, params: JsonObject, context: CallContext): Promise<RawResponse> {
    context.verbatim = true; // it is this request's alone
    const relayed = this.#relayed.for(context.owner);
    if (method === 'tools/call') return this.#call(params, context, relayed);
    if (method === 'tools/list') return this.#list(params, context, relayed);
    if (this.#tasks.knows(method)) return this.#tasks.answer(method, params, context, relayed);
    return relayed.answer(method, params, context);
  }

  headerFault(
    method: string,
    params: JsonObject | undefined,
    headers: IncomingHttpHeaders,
  ): string | undefined {
    const { name } = params ?? {};
    if (method !== 'tools/call' || typeof name !== 'string') return undefined;
    const found = this.#relayed.exposure.tools.get(name);
    return found && headerFault(parametersOf(found.item), plain(params?.['arguments']), headers);
  }

  shows(server: string): boolean {
    return this.#relayed.view.chosen?.has(server) ?? true;
  }

  locate(address: unknown, owner: string): Promise<Located> {
    return this.#relayed.for(owner).locate(address);
  }

  addressOf(server: string, uri: string): string {
    return this.#relayed.addressOf(server, uri);
  }

  async #list({ cursor }: JsonObject, { era }: CallContext, relayed: Relayed): Promise<RawResponse> {
    await relayed.settled();
    try {
      const { items, nextCursor } = pageOf([...relayed.exposure.tools.values()], cursor);
      const tools = items.map(exposed => this.#shown(exposed, era));
      return { result: withHint({ tools, ...(nextCursor !== undefined && { nextCursor }) }, era, false) };
    } catch (thrown) {
      return failed(asMcpxError(thrown), era);
    }
  }

  /** As its server listed it, but for a name or a link that two servers use, and what its client's era cannot read. */
  #shown({ name, item, server }: Exposed<Tool>, era: Era): JsonObject {
    const own = exact(item);
    const tool = name === item.name ? own : { ...own, name };
    const link = interfaceOf(tool['_meta']);
    const address = link === undefined ? undefined : this.addressOf(server, link);
    const linked =
      address === link ? tool : { ...tool, _meta: relinked(tool['_meta'] as JsonObject, address!) };
    return this.#wrapsOutput(server, tool, era) ? withObjectOutput(linked) : linked;
  }

  /** Clients of 2025 take no output but objects: what a server of 2026 gives them else is put into one. */
  #wrapsOutput(server: string, { outputSchema }: JsonObject, era: Era): boolean {
    const isOlder =
      era === 'legacy' && this.#relayed.view.snapshot.servers.get(server)?.listing?.era === 'modern';
    return isOlder && isObject(outputSchema) && outputSchema['type'] !== 'object';
  }

  async #call(params: JsonObject, context: CallContext, relayed: Relayed): Promise<RawResponse> {
    const { name } = params;
    const found = await toolNamed(name, relayed);
    if (found === undefined) return unknownTool(name, relayed);
    const { server, item: tool } = found;
    try {
      if (params['task'] !== undefined) this.#tasks.mustStay(relayed, server);
      const response = await relayed.relay(
        server,
        'tools/call',
        { ...params, name: tool.name },
        context,
        tool,
      );
      if (params['task'] !== undefined) return this.#tasks.begun(context, server, response);
      return this.#wrapsOutput(server, tool, context.era) ? wrapped(response) : response;
    } catch (thrown) {
      return { result: errorResult(thrown) };
    }
  }
}

async function toolNamed(name: unknown, relayed: Relayed): Promise<Exposed<Tool> | undefined> {
  const named = () => (typeof name === 'string' ? relayed.exposure.tools.get(name) : undefined);
  const found = named();
  if (found !== undefined || relayed.view.unlisted().length === 0) return found;
  await relayed.settled();
  return named();
}

function unknownTool(name: unknown, { exposure }: Relayed): RawResponse {
  const shown = String(name).slice(0, 100);
  const close = nearest(shown, exposure.tools.keys(), 3);
  const hint = close.length === 0 ? '' : `; nearest: ${close.join(', ')}`;
  return refused(invalidParams, `Unknown tool ${JSON.stringify(shown)}${hint}`);
}

const declared = new WeakMap<Tool, HeaderParameter[]>();

/** The parameters of a tool that have to stand in headers as well. */
function parametersOf(tool: Tool): HeaderParameter[] {
  const known = declared.get(tool) ?? headerParametersOf({ tools: [tool] }).get(tool.name) ?? [];
  declared.set(tool, known);
  return known;
}

/** `_meta` with another address of the tool's user interface, in the form in which it had one. */
function relinked(meta: JsonObject, address: string): JsonObject {
  if (isObject(meta['ui'])) return { ...meta, ui: { ...meta['ui'], resourceUri: address } };
  return { ...meta, 'ui/resourceUri': address };
}

function withObjectOutput(tool: JsonObject): JsonObject {
  const { outputSchema } = tool;
  return {
    ...tool,
    outputSchema: { type: 'object', properties: { result: outputSchema }, required: ['result'] },
  };
}

function wrapped(response: RawResponse): RawResponse {
  if ('error' in response || response.result['structuredContent'] === undefined) return response;
  const { structuredContent } = response.result;
  return { result: { ...response.result, structuredContent: { result: structuredContent } } };
}
