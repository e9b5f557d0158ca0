import { asMcpxError } from '../errors.ts';
import { listened, publish } from '../telemetry/events.ts';
import type { CallNote } from '../telemetry/notes.ts';
import { messageOf, outcomeOfCode, outcomeOfResponse } from '../telemetry/outcome.ts';
import type { RawResponse } from '../types.ts';
import type { Call, Handler, Middleware } from './call.ts';

/** Publishes how each call begins and ends; on the way others note in `call.note` what they know. */
export const observe: Middleware = next => call =>
  listened('call.ended') || listened('call.sent') ? observed(next, call) : unobserved(next, call);

/** At next to no cost: only a failure is told. */
function unobserved(next: Handler, call: Call): Promise<RawResponse> {
  const response = next(call);
  if (!listened('call.failed')) return response;
  const started = performance.now();
  response.catch(thrown => {
    const { code, message } = asMcpxError(thrown);
    const ms = performance.now() - started;
    publish('call.failed', { ...noteOf(call), ms, code, outcome: outcomeOfCode(code), error: message });
  });
  return response;
}

async function observed(next: Handler, call: Call): Promise<RawResponse> {
  const note = noteOf(call);
  const started = performance.now();
  call.note = note;
  if (note.request !== undefined) note.request.calls++;
  publish('call.started', note);
  try {
    const response = await next(call);
    Object.assign(note, outcomeOfResponse(response));
    note.response = response;
    if ('error' in response) note.error = messageOf(response.error);
    return response;
  } catch (thrown) {
    const { code, message } = asMcpxError(thrown);
    note.code = code;
    note.outcome = outcomeOfCode(code);
    note.error = message;
    throw thrown;
  } finally {
    note.ms = performance.now() - started;
    publish('call.ended', note);
  }
}

function noteOf({ server, method, params, tool, context }: Call): CallNote {
  return {
    request: context.note,
    principal: context.principal,
    client: context.client,
    server,
    method,
    tool: tool?.name,
    params,
    at: Date.now(),
    queueMs: 0,
    upstreamMs: 0,
    sent: 0,
    received: 0,
    attempts: 0,
    cached: undefined,
    ms: 0,
    outcome: undefined,
    code: undefined,
    error: undefined,
    response: undefined,
  };
}
