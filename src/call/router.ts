import type { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { Lease } from '../pool/member.ts';
import type { CallOptions, OpenCall } from '../rpc/calls.ts';
import type { JsonObject, RawResponse } from '../types.ts';
import { type Call, type Handler, whenEnded } from './call.ts';

/** What the router needs of a connection. */
interface Session {
  readonly closed: boolean;
  open(method: string, params: JsonObject | undefined, options?: CallOptions): OpenCall;
}

/** What the router needs of an upstream. */
export interface Routed {
  acquire(owner: string, cancellation: Cancellation): Lease<Session> | Promise<Lease<Session>>;
  answered(): void;
  failed(thrown: unknown, session: Session | undefined): void;
}

/** The end of the pipeline: leases a session with the upstream, sends the request, and tells the upstream how it went. */
export function router(upstreamOf: (server: string) => Routed | undefined): Handler {
  return async call => {
    const upstream = upstreamOf(call.server);
    if (upstream === undefined) throw new McpxError('UNKNOWN_SERVER', `there is no server "${call.server}"`);
    let lease: Lease<Session> | undefined;
    try {
      const acquired = upstream.acquire(call.context.owner, call.context.cancellation);
      lease = acquired instanceof Promise ? await acquired : acquired;
      const response = await send(lease.held, call);
      upstream.answered();
      return response;
    } catch (thrown) {
      upstream.failed(thrown, lease?.held);
      throw thrown;
    } finally {
      lease?.release();
    }
  };
}

function send(session: Session, call: Call): Promise<RawResponse> {
  const { method, params, context } = call;
  const opened = session.open(method, params, {
    capabilities: context.capabilities,
    logLevel: context.logLevel,
    onProgress: progress => call.onProgress?.(progress),
  });
  return whenEnded(
    opened.response,
    context.cancellation.onCancel(reason => opened.cancel(reason)),
  );
}
