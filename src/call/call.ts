import { type Cancellation, childOf } from '../cancellation.ts';
import type { CallContext, JsonObject, RawResponse, Tool } from '../types.ts';

/** One request on its way to one upstream. */
export interface Call {
  readonly server: string;
  readonly method: string;
  readonly params: JsonObject;
  /** For `tools/call`: the tool as the catalog knows it. */
  readonly tool?: Tool;
  readonly context: CallContext;
  /** Follows the caller's; a middleware may cancel this call alone. */
  readonly cancellation: Cancellation;
  /** Told of each progress notification, before the caller is. */
  onProgress?: (params: JsonObject) => void;
}

export type Handler = (call: Call) => Promise<RawResponse>;

/** Policy around a handler: a function from the next handler to one that does a little more. */
export type Middleware = (next: Handler) => Handler;

/** The first middleware is the outermost. */
export function pipeline(middlewares: Middleware[], last: Handler): Handler {
  return middlewares.reduceRight((next, middleware) => middleware(next), last);
}

export interface UpstreamRequest {
  server: string;
  method: string;
  params: JsonObject;
  tool?: Tool;
}

/** Runs `request` through `handler` on behalf of `context`. */
export async function run(
  handler: Handler,
  request: UpstreamRequest,
  context: CallContext,
): Promise<RawResponse> {
  const { cancellation, release } = childOf(context.cancellation);
  try {
    return await handler({ ...request, context, cancellation, onProgress: context.onProgress });
  } finally {
    release();
  }
}
