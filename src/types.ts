/** The domain types that every room shares. */
import type { Cancellation } from './cancellation.ts';

/** A JSON object as it came over the wire: nothing in it is trusted, nothing in it is dropped. */
export type JsonObject = { [key: string]: unknown };

/** Protocol era: `legacy` is 2024-11-05 to 2025-11-25 (initialize), `modern` is 2026-07-28 (per-request envelope). */
export type Era = 'legacy' | 'modern';

/** What a JSON-RPC request came back with, exactly as the peer said it. */
export type RawResponse = { result: JsonObject } | { error: RpcErrorObject };

/** The error member of a JSON-RPC 2.0 response. */
export interface RpcErrorObject {
  code: number;
  message: string;
  data?: unknown;
}

/** Name and version of a client or server, as it introduced itself. Untrusted text. */
export interface PeerInfo {
  name: string;
  version: string;
  title?: string;
}

/** A tool as its upstream listed it; `name` and an object `inputSchema` are guaranteed, all else is as it came. */
export type Tool = JsonObject & { name: string; description?: string; inputSchema: JsonObject };

/** A resource as its upstream listed it. */
export type Resource = JsonObject & { uri: string; name: string; description?: string; mimeType?: string };

/** A resource template as its upstream listed it. */
export type ResourceTemplate = JsonObject & { uriTemplate: string; name: string; description?: string };

/** A prompt as its upstream listed it. */
export type Prompt = JsonObject & { name: string; description?: string };

/** What one upstream reported about itself, item by item as it came. */
export interface RawListing {
  tools: unknown[];
  resources: unknown[];
  templates: unknown[];
  prompts: unknown[];
  instructions?: string;
  serverInfo?: PeerInfo;
  capabilities: JsonObject;
  /** Negotiated protocol version, such as `2025-11-25`. */
  protocolVersion: string;
  era: Era;
  /** What was repaired or dropped on the way, one sentence each. */
  warnings: string[];
  /** Epoch milliseconds. */
  listedAt: number;
}

/** The same after repair: every item has what its kind cannot do without. */
export interface Listing extends RawListing {
  tools: Tool[];
  resources: Resource[];
  templates: ResourceTemplate[];
  prompts: Prompt[];
}

export type UpstreamState = 'idle' | 'connecting' | 'ready' | 'degraded' | 'failed' | 'needs_auth' | 'closed';

/** How an upstream is, since when (epoch ms), and why. */
export interface UpstreamStatus {
  state: UpstreamState;
  since: number;
  reason?: string;
  /** What to do about it. */
  help?: string;
  /** The last lines that the server wrote to stderr; untrusted text. */
  stderr: string[];
}

/** Whoever is calling: an authenticated key's name, or `local` where no key is needed. */
export type Principal = string;

/** Whoever calls where no key is needed, or with the key of the instance file; also the gateway itself. */
export const localPrincipal: Principal = 'local';

/** What is to be known of a login, without its secrets. Times are epoch milliseconds. */
export interface LoginReport {
  principal: Principal;
  /** Whether there is a token to send. */
  loggedIn: boolean;
  issuer?: string;
  scope?: string;
  loggedInAt?: number;
  refreshedAt?: number;
  /** When the token ends. */
  expiresAt?: number;
  /** Whether it is refreshed before. */
  renews: boolean;
  problem?: string;
}

/** What a server asks of a client or its user: elicitation, sampling, roots. */
export interface Question {
  method: string;
  params: JsonObject;
  /** Cancelled when the server does not want to know any more. */
  cancellation?: Cancellation;
}

/** How something ended: `tool_error` is a tool's own error, `asked` means that the client has to answer a question first. */
export type Outcome = 'ok' | 'asked' | 'tool_error' | 'rpc_error' | 'failed' | 'cancelled' | 'timeout';

/** One request of a client, while it is under way and when it has ended. Made only where somebody listens. */
export interface RequestNote {
  /** Unique in all gateways. */
  readonly id: string;
  readonly principal: Principal;
  readonly client: string;
  readonly era: Era;
  readonly method: string;
  /** The tool that the client named, such as one of the three. */
  readonly name?: string;
  /** The request as it came; untrusted, and maybe secret. */
  readonly params: JsonObject;
  readonly rpcId?: string | number;
  readonly transport: 'pipe' | 'tcp';
  /** The id of the client's session, where it has one. */
  readonly session?: string;
  /** As the header says it; where there is none, the request may. */
  readonly protocolVersion?: string;
  /** W3C trace context of the HTTP request that carried it, such as `traceparent`. */
  readonly http?: Readonly<Record<string, string>>;
  /** On the clock of `performance`. */
  readonly startedAt: number;
  /** In hex: the client's trace, or ours. */
  traceId?: string;
  /** Requests to servers that it has led to. */
  calls: number;
  /** Milliseconds; 0 until the end. */
  ms: number;
  outcome?: Outcome;
  /** What went wrong: a code of `src/errors.ts`, or that of a JSON-RPC error. */
  code?: string | number;
  response?: RawResponse;
}

/** What one request carries along its path; made once, at the edge. */
export interface CallContext {
  /** Whose upstream sessions this call may use (design, section 8). */
  owner: string;
  principal: Principal;
  /** What the client calls itself: for the eye and for counting, never for a decision. */
  client: string;
  era: Era;
  /** Cancelled when the caller cancels or disappears. */
  cancellation: Cancellation;
  /** What the client has declared that servers may ask of it; see `src/call/kinds.ts`. */
  capabilities: JsonObject;
  /**
   * Puts a server's question to the client, in whatever way its era has; rejects when there will be no answer. Absent where
   * nobody can be asked.
   */
  ask?: (question: Question) => Promise<RawResponse>;
  /** The least severity of log messages that the client wants of this call (2026 era); others say it once for all calls. */
  logLevel?: string;
  /** Tells the client something that belongs to this call, such as a log message. */
  tell?: (method: string, params: JsonObject) => void;
  /** What a client of 2026 sends with a call that it makes again because it was asked something (SEP-2322). */
  resumed?: { inputResponses?: JsonObject; requestState?: string };
  /** Progress of the upstream, as it came; absent when the caller did not ask for it. */
  onProgress?: (params: JsonObject) => void;
  /** Whether the client has any use for `structuredContent`; as the server is configured when left out. */
  structured?: boolean;
  /** The answer is for a program, not a model: all of it, as it came. */
  verbatim?: boolean;
  /** What is noted of the request; absent where nobody listens. */
  note?: RequestNote;
}
