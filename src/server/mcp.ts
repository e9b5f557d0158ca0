import { Server } from '@modelcontextprotocol/server';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { CallContext, Era, JsonObject, Principal } from '../types.ts';
import { self } from '../version.ts';
import type { Activity } from './activity.ts';
import { forEra } from './eras.ts';
import { begin, end, type Origin } from './noted.ts';
import type { Surface } from './surface.ts';

/** Who a server instance of the SDK serves. */
export interface Caller {
  era: Era;
  principal: Principal;
  /** Whose upstream connections its calls use. */
  owner: string;
  /** What it calls itself. */
  client: string;
  /** What it is shown. */
  surface: Surface;
  /** What it has declared, where it does so once; clients of 2026 do with each request. */
  capabilities?: JsonObject;
  /** Where its requests come from; a pipe when left out. */
  origin?: Origin;
}

/** What the SDK's handlers get, as far as we use it. */
interface SdkContext {
  mcpReq: {
    _meta?: JsonObject;
    signal: AbortSignal;
    notify(notification: { method: string; params: JsonObject }): Promise<void>;
  };
}

/**
 * The SDK's server for one client: handshake, era checks and stamps are its work; what `surface` answers goes past its
 * parsing, since it would drop what it does not know. `relays` false leaves those methods unknown.
 */
export async function sdkServer(caller: Caller, activity: Activity, relays = true): Promise<Server> {
  const { surface, era } = caller;
  const instructions = await surface.instructions(); // by then it is known what there is
  const server = new Server(self, { capabilities: surface.capabilities(era), instructions });
  server.removeRequestHandler('logging/setLevel'); // the SDK's own keeps the level to itself
  server.onerror = () => {}; // what matters is answered on the wire
  if (!relays) return server;
  server.fallbackRequestHandler = async (request, sdk) => {
    const { method } = request;
    if (!surface.knows(method, era)) throw new RpcFailure(-32601, 'Method not found');
    const params = { ...(request.params as JsonObject | undefined) };
    const own = callContext(sdk as unknown as SdkContext, caller);
    const note = begin({ method, params }, own, caller.origin);
    activity.begin();
    try {
      const answer = await surface.answer(method, params, own);
      if (note !== undefined) end(note, answer, own.cancellation.reason !== undefined);
      const response = forEra(answer, own);
      if ('error' in response)
        throw new RpcFailure(response.error.code, response.error.message, response.error.data);
      return response.result;
    } finally {
      activity.end();
    }
  };
  return server;
}

/** Thrown to the SDK, which puts exactly this on the wire. */
class RpcFailure extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

function callContext(sdk: SdkContext, caller: Caller): CallContext {
  const { signal, _meta, notify } = sdk.mcpReq;
  const cancellation = new Cancellation();
  const abort = () =>
    cancellation.cancel(new McpxError('CALL_CANCELLED', String(signal.reason ?? 'cancelled')));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  const progressToken = _meta?.['progressToken'];
  const onProgress = (params: JsonObject) => {
    void notify({ method: 'notifications/progress', params: { ...params, progressToken } }).catch(() => {}); // it is only news
  };
  return {
    ...caller,
    capabilities: {}, // who comes this way is not asked: there is nothing to carry the question
    cancellation,
    onProgress: progressToken === undefined ? undefined : onProgress,
  };
}
