import type { Gateway } from '../gateway.ts';
import { isObject } from '../json.ts';
import { envelopeKey, logLevelKey } from '../rpc/messages.ts';
import type { CallContext, JsonObject, RawResponse } from '../types.ts';
import { withHint } from './eras.ts';
import { errorResult } from './results.ts';
import { definitions } from './tools/definitions.ts';
import { exec } from './tools/exec.ts';
import { inspect } from './tools/inspect.ts';
import { Peeks } from './tools/peek.ts';
import { resources } from './tools/resources.ts';
import { spentOnDiscovery, spentOnMenu } from './tools/spent.ts';

/** JSON-RPC's "invalid params". */
const invalidParams = -32602;

/** What the gateway answers itself, the same for every entry and era: `tools/list` and `tools/call`. */
export class ThreeTools {
  /** The methods that `answer` knows. */
  static readonly methods: ReadonlySet<string> = new Set(['tools/list', 'tools/call']);

  readonly #gateway: Gateway;
  readonly #peeks = new Peeks();
  #active = 0;
  #whenIdle?: () => void;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Never rejects: what goes wrong with a tool is a tool result that says so. */
  async answer(method: string, params: JsonObject, context: CallContext): Promise<RawResponse> {
    if (method === 'tools/list') return { result: this.#list(context) };
    const input = isObject(params['arguments']) ? params['arguments'] : {};
    this.begin();
    try {
      switch (params['name']) {
        case 'inspect':
          return { result: this.#told(context, input, await inspect(this.#gateway, input)) };
        case 'exec':
          return { result: await exec(this.#gateway, input, context, forwarded(params['_meta'])) };
        case 'resources':
          return {
            result: this.#told(context, input, await resources(this.#gateway, input, context, this.#peeks)),
          };
        default:
          return { error: unknownTool(params['name']) };
      }
    } catch (thrown) {
      return { result: this.#told(context, input, errorResult(thrown)) };
    } finally {
      this.end();
    }
  }

  /** The same for every client; where there are keys, only for those who have one. */
  #list(context: CallContext): JsonObject {
    const { snapshot, config } = this.#gateway;
    const tools = definitions(snapshot, config.gateway.menuTokens);
    spentOnMenu(context, tools, snapshot);
    return withHint({ tools }, context.era, config.gateway.keys.length === 0);
  }

  #told(context: CallContext, input: JsonObject, reply: JsonObject): JsonObject {
    spentOnDiscovery(context, input, reply);
    return reply;
  }

  /** A client of 2025 says from which severity it wants log messages, in all of its calls from now on. */
  setLogLevel(owner: string, level: string): void {
    this.#gateway.setLogLevel(owner, level);
  }

  /** Something begins that `idle` waits for, such as a call whose answer is to be sent. */
  begin(): void {
    this.#active++;
  }

  end(): void {
    if (--this.#active === 0) this.#whenIdle?.();
  }

  /** Resolves when no call is under way and the last answer is on the wire, or after `ms`. */
  async idle(ms: number): Promise<void> {
    if (this.#active > 0) {
      await new Promise<void>(resolve => {
        this.#whenIdle = resolve;
        setTimeout(resolve, ms).unref();
      });
    }
    await new Promise(resolve => setImmediate(resolve)); // an answer that goes through the SDK is sent a moment later
  }
}

function unknownTool(name: unknown) {
  const shown = JSON.stringify(String(name).slice(0, 100));
  const message = `Unknown tool ${shown}: this gateway has inspect, exec and resources; other tools run through exec({ tool })`;
  return { code: invalidParams, message };
}

const hopByHop: ReadonlySet<string> = new Set([...Object.values(envelopeKey), 'progressToken', logLevelKey]);

/** The part of a request's `_meta` that is meant for whoever answers it, such as `traceparent`. */
function forwarded(meta: unknown): JsonObject | undefined {
  if (!isObject(meta)) return undefined;
  const kept = Object.entries(meta).filter(([key]) => !hopByHop.has(key));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
