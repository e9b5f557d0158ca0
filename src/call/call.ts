import type { CallNote } from '../telemetry/notes.ts';
import type { CallContext, JsonObject, RawResponse, Tool } from '../types.ts';

/** What is asked of one upstream. */
export interface UpstreamRequest {
  readonly server: string;
  readonly method: string;
  readonly params: JsonObject;
  /** For `tools/call`: the tool as the catalog knows it. */
  readonly tool?: Tool;
}

/** One request on its way to one upstream. */
export interface Call extends UpstreamRequest {
  readonly context: CallContext;
  /** Progress of the upstream; a middleware may listen in. */
  onProgress?: (params: JsonObject) => void;
  /** The watch on its time, where there is one. */
  clock?: Clock;
  /** What is noted of it; absent where nobody listens. */
  note?: CallNote;
}

/** Watches how long a server is silent; paused while that is not the server's doing. */
export interface Clock {
  /** As often as it is paused it must be resumed before it goes on. */
  pause(): void;
  resume(): void;
  /** Whether somebody was asked something during the call: what comes of it is no answer to others. */
  asked: boolean;
}

export type Handler = (call: Call) => Promise<RawResponse>;

/** Policy around a handler: a function from the next handler to one that does a little more. */
export type Middleware = (next: Handler) => Handler;

/** Does `work` when the call has ended, well or not; an async function around it would cost each call a kilobyte. */
export function whenEnded(response: Promise<RawResponse>, work: () => void): Promise<RawResponse> {
  response.then(work, work);
  return response;
}

/** `work`, for which the server is not to blame: its silence does not count meanwhile. */
export async function uncounted<T>({ clock }: Call, work: Promise<T>): Promise<T> {
  clock?.pause();
  try {
    return await work;
  } finally {
    clock?.resume();
  }
}

/** The same for a place or a session that a call waits for; noted as such. */
export async function queued<T>(call: Call, work: Promise<T>): Promise<T> {
  const since = performance.now();
  try {
    return await uncounted(call, work);
  } finally {
    if (call.note !== undefined) call.note.queueMs += performance.now() - since;
  }
}

/** What somebody answers who was asked during the call. */
export function asked<T>(call: Call, answer: Promise<T>): Promise<T> {
  if (call.clock !== undefined) call.clock.asked = true;
  return uncounted(call, answer);
}

/** The first middleware is the outermost. */
export function pipeline(middlewares: Middleware[], last: Handler): Handler {
  return middlewares.reduceRight((next, middleware) => middleware(next), last);
}
