import { McpxError } from '../errors.ts';
import { listened, type Outcome, publish } from '../telemetry/events.ts';
import type { RawResponse } from '../types.ts';
import type { Call, Handler, Middleware } from './call.ts';

/** Publishes how each call ended. */
export const observe: Middleware = next => call =>
  listened('call.ended') ? observed(next, call) : next(call);

async function observed(next: Handler, call: Call): Promise<RawResponse> {
  const started = performance.now();
  try {
    const response = await next(call);
    report(call, started, outcomeOf(response));
    return response;
  } catch (thrown) {
    report(call, started, failureOf(thrown));
    throw thrown;
  }
}

function report(call: Call, started: number, outcome: Outcome): void {
  publish('call.ended', {
    server: call.server,
    method: call.method,
    tool: call.tool?.name,
    principal: call.context.principal,
    ms: performance.now() - started,
    outcome,
  });
}

function outcomeOf(response: RawResponse): Outcome {
  if ('error' in response) return 'rpc_error';
  return response.result['isError'] === true ? 'tool_error' : 'ok';
}

function failureOf(thrown: unknown): Outcome {
  if (!(thrown instanceof McpxError)) return 'failed';
  if (thrown.code === 'CALL_TIMEOUT') return 'timeout';
  return thrown.code === 'CALL_CANCELLED' ? 'cancelled' : 'failed';
}
