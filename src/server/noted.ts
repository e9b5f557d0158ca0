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
  session?: string;
  /** As the header says it. */
  protocolVersion?: string;
}

const onPipe: Origin = { transport: 'pipe' };

/** Tells that a request begins, and puts its note into `context`. Undefined, and next to no work, where nobody listens. */
export function begin(
  { method, params = {}, id }: Asked,
  context: CallContext,
  { transport, http, session, protocolVersion }: Origin = onPipe,
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
    session,
    protocolVersion,
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

/** Where an HTTP request came from, and in which session, if any. */
export function originOf(headers: IncomingHttpHeaders, session?: string): Origin {
  const { traceparent, tracestate, baggage } = headers;
  const http =
    typeof traceparent === 'string' ? { traceparent, ...text({ tracestate, baggage }) } : undefined;
  const version = headers['mcp-protocol-version'];
  const protocolVersion = typeof version === 'string' ? version : undefined;
  return { transport: 'tcp', http, session, protocolVersion };
}

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
