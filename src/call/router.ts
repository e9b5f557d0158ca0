import type { Cancellation } from '../cancellation.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import type { Lease } from '../pool/member.ts';
import type { CallOptions, OpenCall } from '../rpc/calls.ts';
import { publish } from '../telemetry/events.ts';
import type { Attempt, CallNote } from '../telemetry/notes.ts';
import { outcomeOfCode, outcomeOfResponse } from '../telemetry/outcome.ts';
import type { JsonObject, Principal, RawResponse } from '../types.ts';
import { type Call, type Handler, queued, whenEnded } from './call.ts';

/** What the router needs of a connection. */
interface Session {
  readonly closed: boolean;
  readonly protocolVersion?: string;
  readonly transport?: Attempt['transport'];
  open(method: string, params: JsonObject | undefined, options?: CallOptions): OpenCall;
}

/** What the router needs of an upstream. */
export interface Routed {
  acquire(
    owner: string,
    cancellation: Cancellation,
    principal: Principal,
  ): Lease<Session> | Promise<Lease<Session>>;
  /** A session that stays, for what is to be heard later. */
  steady(owner: string, cancellation: Cancellation, principal: Principal): Promise<Lease<Session>>;
  answered(principal: Principal): void;
  /** `work` is what was given to `acquire`. */
  failed(thrown: unknown, session: Session | undefined, work: Cancellation): void;
}

/** The end of the pipeline: leases a session with the upstream, sends the request, and tells the upstream how it went. */
export function router(upstreamOf: (server: string) => Routed | undefined): Handler {
  return async call => {
    const upstream = upstreamOf(call.server);
    if (upstream === undefined) throw new McpxError('UNKNOWN_SERVER', `there is no server "${call.server}"`);
    let lease: Lease<Session> | undefined;
    try {
      const { owner, cancellation, principal } = call.context;
      const acquired = isWatch(call)
        ? upstream.steady(owner, cancellation, principal)
        : upstream.acquire(owner, cancellation, principal);
      lease = acquired instanceof Promise ? await queued(call, acquired) : acquired;
      const response = await (call.note === undefined
        ? send(lease.held, call)
        : observedSend(lease.held, call, call.note));
      upstream.answered(principal);
      return response;
    } catch (thrown) {
      upstream.failed(thrown, lease?.held, call.context.cancellation);
      throw thrown;
    } finally {
      lease?.release();
    }
  };
}

function isWatch({ method }: Call): boolean {
  return method === 'resources/subscribe' || method === 'resources/unsubscribe';
}

/** The same as `send`, and tells of it; takes along what whoever traces has put into the attempt. */
async function observedSend(session: Session, call: Call, note: CallNote): Promise<RawResponse> {
  const { protocolVersion, transport } = session;
  const attempt: Attempt = { call: note, protocolVersion, transport, carrier: {}, ms: 0 };
  const since = performance.now();
  note.attempts++;
  publish('call.sent', attempt);
  try {
    const response = await send(session, call, attempt.carrier);
    attempt.response = response;
    Object.assign(attempt, outcomeOfResponse(response));
    return response;
  } catch (thrown) {
    const { code } = asMcpxError(thrown);
    attempt.code = code;
    attempt.outcome = outcomeOfCode(code);
    throw thrown;
  } finally {
    attempt.ms = performance.now() - since;
    note.upstreamMs += attempt.ms;
    publish('call.answered', attempt);
  }
}

function send(session: Session, call: Call, carrier?: Record<string, string>): Promise<RawResponse> {
  const { method, context } = call;
  context.cancellation.throwIfCancelled(); // while it waited: what is not wanted any more is not sent
  const traced = carrier?.['traceparent'] !== undefined;
  const opened = session.open(method, traced ? withTrace(call.params, carrier) : call.params, {
    capabilities: context.capabilities,
    logLevel: context.logLevel,
    onProgress: progress => call.onProgress?.(progress),
    headers: traced ? carrier : undefined,
    traffic: call.note,
  });
  return whenEnded(
    opened.response,
    context.cancellation.onCancel(reason => opened.cancel(reason)),
  );
}

/** SEP-414: the trace context stands in `_meta` under the names that its HTTP headers have. */
function withTrace(params: JsonObject, carrier: Record<string, string>): JsonObject {
  return { ...params, _meta: { ...(params['_meta'] as JsonObject | undefined), ...carrier } };
}
