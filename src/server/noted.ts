import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestId } from '../rpc/messages.ts';
import { listened, publish } from '../telemetry/events.ts';
import { outcomeOfResponse } from '../telemetry/outcome.ts';
import { traceIdOf } from '../telemetry/trace-context.ts';
import type { CallContext, JsonObject, RawResponse, RequestNote } from '../types.ts';

interface Asked {
  method: string;
  params?: JsonObject;
  id?: RequestId;
}

/** Where a request came from. */
export interface Origin {
  transport: 'pipe' | 'tcp';
  /** W3C trace context of the HTTP request, where it had one. */
  http?: Record<string, string>;
}

const onPipe: Origin = { transport: 'pipe' };

/** Tells that a request begins, and puts its note into `context`. Undefined, and next to no work, where nobody listens. */
export function begin(
  { method, params = {}, id }: Asked,
  context: CallContext,
  { transport, http }: Origin = onPipe,
): RequestNote | undefined {
  if (!listened('request.ended') && !listened('call.ended')) return undefined;
  const { principal, client, era } = context;
  const { name } = params;
  const note: RequestNote = {
    id: newRequestId(),
    principal,
    client,
    era,
    method,
    name: typeof name === 'string' ? name : undefined,
    params,
    rpcId: id,
    transport,
    http,
    startedAt: performance.now(),
    traceId: traceIdOf(params['_meta']) ?? traceIdOf(http),
    calls: 0,
    ms: 0,
    outcome: undefined,
    code: undefined,
    response: undefined,
  };
  context.note = note;
  publish('request.started', note);
  return note;
}

/** Tells how it ended; without a response it was cancelled, or could not be answered. */
export function end(note: RequestNote, response: RawResponse | undefined, cancelled: boolean): void {
  note.ms = performance.now() - note.startedAt;
  note.response = response;
  if (response !== undefined) Object.assign(note, outcomeOfResponse(response));
  else note.outcome = cancelled ? 'cancelled' : 'failed';
  publish('request.ended', note);
}

/** Where an HTTP request came from. */
export function originOf(headers: IncomingHttpHeaders): Origin {
  const { traceparent, tracestate, baggage } = headers;
  if (typeof traceparent !== 'string') return overHttp;
  const http = { traceparent, ...text({ tracestate, baggage }) };
  return { transport: 'tcp', http };
}

const overHttp: Origin = { transport: 'tcp' };

function text(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const ours = randomBytes(5).toString('hex');
let count = 0;

/** Other gateways give out others. */
function newRequestId(): string {
  return `${ours}-${(++count).toString(36)}`;
}
