import type { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { RawResponse } from '../types.ts';
import { type Call, type Handler, type Middleware, uncounted } from './call.ts';

/** A server that asks for more patience than this, in milliseconds, gets none: the caller decides. */
const longestPauseMs = 10_000;

/** How often a server may ask for patience during one call. */
const maxPauses = 3;

/**
 * Makes a call again where nothing can happen twice: it was certainly not accepted, or its tool says that repeating it is
 * harmless and `isEnabled` for its server. Once; a server that says when to come back is believed a few times.
 */
export function retry(isEnabled: (server: string) => boolean): Middleware {
  return next => call => next(call).catch(thrown => repeated(thrown, next, call, isEnabled));
}

async function repeated(
  first: unknown,
  next: Handler,
  call: Call,
  isEnabled: (server: string) => boolean,
): Promise<RawResponse> {
  let thrown = first;
  let again = true;
  for (let pauses = 0; ; ) {
    const pauseMs = pauseAfter(thrown);
    if (pauseMs !== undefined && pauses++ < maxPauses) {
      await uncounted(call, pause(pauseMs, call.context.cancellation));
    } else if (again && isRepeatable(thrown, call, isEnabled)) again = false;
    else throw thrown;
    try {
      return await next(call);
    } catch (next) {
      thrown = next;
    }
  }
}

/** How long the server has asked to be left alone, if that is short enough. */
function pauseAfter(thrown: unknown): number | undefined {
  if (!(thrown instanceof McpxError) || thrown.code !== 'UPSTREAM_BUSY') return undefined;
  const { retryAfterMs } = thrown.data as { retryAfterMs: number };
  return retryAfterMs <= longestPauseMs ? retryAfterMs : undefined;
}

function isRepeatable(
  thrown: unknown,
  { server, tool, context }: Call,
  isEnabled: (server: string) => boolean,
): boolean {
  if (!(thrown instanceof McpxError) || context.cancellation.reason !== undefined) return false;
  if (thrown.unsent) return true;
  const hints = (tool?.['annotations'] ?? {}) as { readOnlyHint?: unknown; idempotentHint?: unknown };
  const isHarmless = hints.readOnlyHint === true || hints.idempotentHint === true;
  return thrown.code === 'UPSTREAM_LOST' && isHarmless && isEnabled(server);
}

function pause(ms: number, cancellation: Cancellation): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      release();
      resolve();
    }, ms);
    let release = () => {};
    release = cancellation.onCancel(reason => {
      clearTimeout(timer);
      reject(reason);
    });
  });
}
