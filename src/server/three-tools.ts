import type { Located } from '../catalog/find-resource.ts';
import { isObject } from '../json.ts';
import type { CallContext, Era, JsonObject, RawResponse } from '../types.ts';
import type { View } from '../view.ts';
import { withHint } from './eras.ts';
import { forwarded } from './forwarded.ts';
import { Relayed, type Watching } from './relayed.ts';
import { errorResult } from './results.ts';
import { invalidParams, refused } from './rpc-errors.ts';
import { commonCapabilities, type Surface } from './surface.ts';
import { definitions } from './tools/definitions.ts';
import { exec } from './tools/exec.ts';
import { inspect } from './tools/inspect.ts';
import { Peeks } from './tools/peek.ts';
import { resources } from './tools/resources.ts';
import { spentOnDiscovery, spentOnMenu } from './tools/spent.ts';

const instructions =
  'A gateway to many MCP servers. Find tools with `inspect({ query: ["what you need"] })`, ' +
  'run them with `exec({ tool, arguments })`, read resources with `resources`.';

export interface ThreeToolsOptions {
  view: View;
  watching: Watching;
  /** Whether results carry `structuredContent`; as the server is configured when left out. */
  structured?: boolean;
}

/** Three tools in front of all those of the upstreams; their prompts and resources as they are. */
export class ThreeTools implements Surface {
  readonly #relayed: Relayed;
  readonly #peeks = new Peeks();
  readonly #structured?: boolean;

  constructor({ view, watching, structured }: ThreeToolsOptions) {
    this.#relayed = new Relayed(view, watching);
    this.#structured = structured;
  }

  capabilities(): JsonObject {
    return commonCapabilities;
  }

  async instructions(): Promise<string> {
    return instructions;
  }

  knows(method: string, era: Era): boolean {
    return method === 'tools/list' || method === 'tools/call' || this.#relayed.knows(method, era);
  }

  /** What goes wrong with a tool is a tool result that says so. */
  answer(method: string, params: JsonObject, context: CallContext): Promise<RawResponse> {
    const relayed = this.#relayed.for(context.owner);
    if (method === 'tools/call') return this.#call(params, context, relayed);
    return method === 'tools/list' ? this.#list(context, relayed) : relayed.answer(method, params, context);
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

  async #call(params: JsonObject, context: CallContext, relayed: Relayed): Promise<RawResponse> {
    const { view } = relayed;
    const input = isObject(params['arguments']) ? params['arguments'] : {};
    const told = (reply: JsonObject) => {
      spentOnDiscovery(context, input, reply);
      return { result: reply };
    };
    try {
      switch (params['name']) {
        case 'inspect':
          return told(await inspect(view, input, context));
        case 'exec':
          context.structured = this.#structured;
          return { result: await exec(view, input, context, forwarded(params['_meta'])) };
        case 'resources':
          return told(await resources(view, input, context, { peeks: this.#peeks, exposed: relayed }));
        default:
          return unknownTool(params['name']);
      }
    } catch (thrown) {
      return told(errorResult(thrown));
    }
  }

  /** The same for every client; where there are keys, only for those who have one. */
  async #list(context: CallContext, { view }: Relayed): Promise<RawResponse> {
    const { snapshot, config } = view;
    const tools = definitions(snapshot, config.gateway.menuTokens);
    spentOnMenu(context, tools, snapshot);
    return { result: withHint({ tools }, context.era, config.gateway.keys.length === 0) };
  }
}

function unknownTool(name: unknown): RawResponse {
  const shown = JSON.stringify(String(name).slice(0, 100));
  const message = `Unknown tool ${shown}: this gateway has inspect, exec and resources; other tools run through exec({ tool })`;
  return refused(invalidParams, message);
}
