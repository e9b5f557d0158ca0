import type { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { Lease } from '../pool/owned.ts';
import type { CallOptions, OpenCall } from '../rpc/calls.ts';
import type { Era, JsonObject } from '../types.ts';
import type { Handler } from './call.ts';

/** What the router needs of a connection. */
interface Session {
  readonly era: Era;
  open(method: string, params: JsonObject | undefined, options?: CallOptions): OpenCall;
}

/** What the router needs of an upstream. */
export interface Routed {
  acquire(owner: string, cancellation: Cancellation): Lease<Session> | Promise<Lease<Session>>;
}

/** The end of the pipeline: leases the owner's session with the upstream and sends the request. */
export function router(upstreamOf: (server: string) => Routed | undefined): Handler {
  return async call => {
    const upstream = upstreamOf(call.server);
    if (upstream === undefined) throw new McpxError('UNKNOWN_SERVER', `there is no server "${call.server}"`);
    const { owner, cancellation } = call.context;
    const acquired = upstream.acquire(owner, cancellation);
    const lease = acquired instanceof Promise ? await acquired : acquired;
    const opened = lease.held.open(call.method, call.params, {
      onProgress: params => call.onProgress?.(params),
    });
    const off = cancellation.onCancel(reason => opened.cancel(reason));
    try {
      return await opened.response;
    } finally {
      off();
      lease.release();
    }
  };
}
