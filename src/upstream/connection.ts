import type { Client } from '@modelcontextprotocol/client';
import { McpxError } from '../errors.ts';
import type { CallOptions, OpenCall } from '../rpc/calls.ts';
import type { Peer } from '../rpc/peer.ts';
import type { Era, JsonObject, PeerInfo, Question, RawResponse } from '../types.ts';
import { within } from '../within.ts';
import { saysUnknownSession } from './failures.ts';
import type { ProcessTransport } from './process.ts';
import type { Way } from './ways.ts';

/** Calls on a forgotten session are refused by the server within this time, in milliseconds, or not at all. */
const refusalMs = 1_000;

export interface ConnectionParts {
  client: Client;
  peer: Peer;
  /** How it was reached: worth remembering. */
  way: Way;
  /** What was declared at the handshake. */
  declared: JsonObject;
  /** Absent for HTTP. */
  process?: ProcessTransport;
  /** Ends the HTTP session; absent for processes. */
  endSession?: () => Promise<void>;
}

/** One live link to an upstream, past its handshake. */
export class Connection {
  readonly era: Era;
  readonly protocolVersion: string;
  readonly capabilities: JsonObject;
  readonly serverInfo?: PeerInfo;
  readonly instructions?: string;
  readonly way: Way;
  /** Whose it is, where it has an owner: who is asked what the server wants to know. */
  owner?: string;
  /** What the server was told at the handshake that it may ask. */
  readonly declared: JsonObject;
  /** Called once when the connection is gone, for whatever reason; set by whoever holds it. */
  onclose?: (reason: McpxError) => void;
  /** Called before that when nobody here wanted it gone. */
  onlost?: (reason: McpxError) => void;
  /** Called once at the end, after those; `lost` as above. */
  onended?: (reason: McpxError, lost: boolean) => void;
  /** Headers that a call to the tool named has to carry; asked for over HTTP in the 2026 era only. */
  headersFor?: (tool: unknown, given: unknown) => Record<string, string> | undefined;
  /** `…/list_changed` and whatever else the server tells without being asked. */
  onnotification?: (method: string, params: JsonObject) => void;

  readonly #parts: ConnectionParts;
  readonly #openedAt = performance.now();
  #closed = false;
  #logLevel?: string;
  #closing?: NodeJS.Timeout;

  constructor(parts: ConnectionParts) {
    const { client, peer, way, declared } = parts;
    this.#parts = parts;
    this.way = way;
    this.declared = declared;
    this.era = client.getProtocolEra() === 'modern' ? 'modern' : 'legacy';
    this.protocolVersion = client.getNegotiatedProtocolVersion() ?? '';
    this.capabilities = (client.getServerCapabilities() ?? {}) as JsonObject;
    this.serverInfo = client.getServerVersion() as PeerInfo | undefined;
    this.instructions = client.getInstructions();
    peer.onnotification = (method, params) => this.onnotification?.(method, params);
    const { explainFailure } = peer;
    peer.explainFailure = thrown => this.#forgotten(thrown) ?? explainFailure(thrown);
    peer.onclose = chain(peer.onclose, () => this.#lost());
  }

  /** Who answers the server's questions; those that came before wait for it. */
  set onquestion(answer: (question: Question) => Promise<RawResponse>) {
    this.#parts.peer.asked.onquestion = answer;
  }

  get closed(): boolean {
    return this.#closed || this.#parts.peer.lost;
  }
  get pid(): number | undefined {
    return this.#parts.process?.pid;
  }
  /** The server's last words; empty for HTTP. */
  get stderr(): string[] {
    return this.#parts.process?.tail.lines ?? [];
  }
  /** Milliseconds since its handshake. */
  get ageMs(): number {
    return performance.now() - this.#openedAt;
  }
  get inFlight(): number {
    return this.#parts.peer.inFlight;
  }

  /** Whether requests carry headers that are made of the tool's parameters (SEP-2243). */
  get mirrorsParameters(): boolean {
    return this.era === 'modern' && this.way.type === 'http';
  }

  /** One raw request. */
  open(method: string, params: JsonObject | undefined, options?: CallOptions): OpenCall {
    if (method !== 'tools/call' || !this.mirrorsParameters) {
      return this.#parts.peer.open(method, params, options);
    }
    const headers = this.headersFor?.(params?.['name'], params?.['arguments']);
    return this.#parts.peer.open(method, params, {
      ...options,
      headers: { ...options?.headers, ...headers },
    });
  }

  /** Asks to be told of changed lists; older servers tell unasked. */
  async subscribe(timeoutMs: number): Promise<void> {
    if (this.era === 'legacy') return;
    const changes = (kind: string) =>
      (this.capabilities[kind] as JsonObject | undefined)?.['listChanged'] === true;
    const filter = {
      ...(changes('tools') && { toolsListChanged: true }),
      ...(changes('prompts') && { promptsListChanged: true }),
      ...(changes('resources') && { resourcesListChanged: true }),
    };
    if (Object.keys(filter).length > 0) await this.#parts.client.listen(filter, { timeout: timeoutMs });
  }

  /** Resolves when the server answers, be it with an error; rejects after `timeoutMs`. */
  async ping(timeoutMs: number): Promise<void> {
    const call = this.open(this.era === 'modern' ? 'server/discover' : 'ping', {});
    const late = `the server did not answer a health check within ${timeoutMs / 1000} s`;
    const timer = setTimeout(() => call.cancel(new McpxError('UPSTREAM_UNAVAILABLE', late)), timeoutMs);
    try {
      await call.response;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tells a server of 2025 from which severity it should send log messages; one of 2026 is told with each call. */
  setLogLevel(level: string | undefined): void {
    if (level === undefined || level === this.#logLevel) return;
    this.#logLevel = level;
    if (this.era === 'modern' || this.capabilities['logging'] === undefined) return;
    this.open('logging/setLevel', { level }).response.catch(() => {}); // what it sends is news, no more
  }

  /** Gives up a connection that does not work: its calls fail with `reason`. */
  abandon(reason: McpxError): void {
    const { peer, process } = this.#parts;
    this.#closed = true;
    peer.explainLoss = () => reason;
    void (process?.close(0) ?? peer.close()).catch(() => {}); // it is gone from here in any case
  }

  /** Ends the session and the process. Resolves when both are gone. */
  async close(graceMs = 2_000): Promise<void> {
    this.#closed = true;
    const { peer, process, endSession } = this.#parts;
    peer.explainLoss = () => new McpxError('UPSTREAM_LOST', 'the gateway has closed the connection');
    if (endSession !== undefined) await within(graceMs, endSession()); // a server that is gone has none to end
    await process?.close(graceMs);
    await peer.close().catch(() => {});
  }

  /** A server that was restarted knows our session no more: the next call needs another connection. */
  #forgotten(thrown: unknown): McpxError | undefined {
    if (this.#parts.peer.sessionId === undefined || !saysUnknownSession(thrown)) return undefined;
    const { peer } = this.#parts;
    this.#closed = true;
    this.#parts.endSession = undefined; // there is none to end
    const message = 'the server has forgotten the session';
    peer.explainLoss = () => new McpxError('UPSTREAM_LOST', message);
    queueMicrotask(() => this.#closeForgotten()); // after this call
    const help = 'The call was not accepted, so it can be repeated.';
    return new McpxError('UPSTREAM_LOST', message, { help, cause: thrown, unsent: true });
  }

  /** At once when nothing is under way; what is gets a moment to be told for itself that it was not accepted. */
  #closeForgotten(): void {
    const { peer } = this.#parts;
    const close = () => {
      clearTimeout(this.#closing);
      void peer.close().catch(() => {}); // it is gone from here in any case
    };
    if (peer.inFlight === 0) close();
    else this.#closing ??= setTimeout(close, refusalMs).unref();
  }

  #lost(): void {
    const expected = this.#closed;
    this.#closed = true;
    if (!expected) void this.#parts.process?.close();
    const reason = this.#parts.peer.explainLoss();
    if (!expected) this.onlost?.(reason);
    this.onclose?.(reason);
    this.onended?.(reason, !expected);
  }
}

function chain(first: (() => void) | undefined, second: () => void): () => void {
  return () => {
    first?.();
    second();
  };
}
