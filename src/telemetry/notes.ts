import type { JsonObject, Outcome, Principal, RawResponse, RequestNote } from '../types.ts';

/** One request to one server; the same object from its beginning to its end. Made only where somebody listens. */
export interface CallNote {
  /** The client's request that led to it. */
  readonly request?: RequestNote;
  readonly principal: Principal;
  readonly client: string;
  readonly server: string;
  readonly method: string;
  readonly tool?: string;
  /** As the client sent it; untrusted, and maybe secret. */
  readonly params: JsonObject;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds that it waited for a place and a connection, and that the server had it. */
  queueMs: number;
  upstreamMs: number;
  /** Characters of JSON that went to the server, and came back. */
  sent: number;
  received: number;
  /** How often it went on the wire. */
  attempts: number;
  /** Where the result came from, if not from the server: kept from before, or that of an equal call under way. */
  cached?: 'kept' | 'joined';
  /** Milliseconds in all; 0 until the end. */
  ms: number;
  outcome?: Outcome;
  /** What went wrong: a code of `src/errors.ts`, or that of a JSON-RPC error. */
  code?: string | number;
  /** The same in words; untrusted. */
  error?: string;
  response?: RawResponse;
}

/** A call on the wire, once. */
export interface Attempt {
  readonly call: CallNote;
  /** What was negotiated with the server. */
  readonly protocolVersion?: string;
  readonly transport?: RequestNote['transport'];
  /** W3C trace context that goes along, such as `traceparent`; empty unless somebody fills it. */
  readonly carrier: Record<string, string>;
  /** Milliseconds; 0 until the end. */
  ms: number;
  outcome?: Outcome;
  code?: string | number;
  response?: RawResponse;
}
