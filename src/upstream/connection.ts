import type { Client } from '@modelcontextprotocol/client';
import { McpxError } from '../errors.ts';
import { plain } from '../exact.ts';
import type { CallOptions, OpenCall } from '../rpc/calls.ts';
import type { Peer } from '../rpc/peer.ts';
import type { Era, JsonObject, PeerInfo, Question, RawResponse } from '../types.ts';
import { within } from '../within.ts';
import { saysUnknownSession } from './failures.ts';
import { Listening } from './listening.ts';
import type { ProcessTransport } from './process.ts';
import type { Way } from './ways.ts';

/** What can change in a server's lists. */
const lists = ['tools', 'prompts', 'resources'];

/** How long a server may take to agree to tell of a resource, in milliseconds. */
const acknowledgeMs = 5_000;

const cannotWatch = { error: { code: -32601, message: 'the server does not tell of changed resources' } };

/** Calls on a forgotten session are refused by the server within this time, in milliseconds, or not at all. */
const refusalMs = 1_000;

/** A call waits this long for the server to know the severity that its client has set. */
const logLevelMs = 3_000;

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
  /** Resolves when the connection is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Called before that when nobody here wanted it gone. */
  onlost?: (reason: McpxError) => void;
  /** Called once at the end, after those; `lost` as above. */
  onended?: (reason: McpxError, lost: boolean) => void;
  /** Headers that a call to the tool named has to carry; asked for over HTTP in the 2026 era only. */
  headersFor?: (tool: unknown, given: unknown) => Record<string, string> | undefined;
  /** Called when changes may have been missed. */
  onresumed?: () => void;
  /** `…/list_changed` and whatever else the server tells without being asked. */
  onnotification?: (method: string, params: JsonObject) => void;

  readonly #parts: ConnectionParts;
  readonly #openedAt = performance.now();
  /** The resources that the server has been asked to tell of. */
  readonly #watched = new Set<string>();
  /** How a server of 2026 tells of changes. */
  readonly #listening: Listening;
  /** The changed lists that it is to tell of. */
  #lists: JsonObject = {};
  #closed = false;
  #logLevel?: string;
  #closing?: NodeJS.Timeout;
  #end!: () => void;

  constructor(parts: ConnectionParts) {
    const { client, peer, way, declared } = parts;
    this.#parts = parts;
    this.ended = new Promise(resolve => {
      this.#end = resolve;
    });
    this.way = way;
    this.declared = declared;
    this.era = client.getProtocolEra() === 'modern' ? 'modern' : 'legacy';
    this.protocolVersion = client.getNegotiatedProtocolVersion() ?? '';
    this.capabilities = (client.getServerCapabilities() ?? {}) as JsonObject;
    this.serverInfo = client.getServerVersion() as PeerInfo | undefined;
    this.instructions = client.getInstructions();
    peer.onnotification = (method, params) => {
      if (method === 'notifications/subscriptions/acknowledged') this.#listening.acknowledged();
      else this.onnotification?.(method, params);
    };
    this.#listening = new Listening({
      open: params => peer.open('subscriptions/listen', params),
      onresumed: () => this.onresumed?.(),
    });
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

  get transport(): 'pipe' | 'tcp' {
    return this.way.type === 'stdio' ? 'pipe' : 'tcp';
  }

  /** Whether requests carry headers that are made of the tool's parameters (SEP-2243). */
  get mirrorsParameters(): boolean {
    return this.era === 'modern' && this.way.type === 'http';
  }

  /** One raw request. */
  open(method: string, params: JsonObject | undefined, options?: CallOptions): OpenCall {
    if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
      return this.#watch(method, params, options);
    }
    if (method !== 'tools/call' || !this.mirrorsParameters) {
      return this.#parts.peer.open(method, params, options);
    }
    const headers = this.headersFor?.(params?.['name'], plain(params?.['arguments']));
    return this.#parts.peer.open(method, params, {
      ...options,
      headers: { ...options?.headers, ...headers },
    });
  }

  /** Whether the server has been asked to tell of resources: then the connection is in use. */
  get isWatching(): boolean {
    return this.#watched.size > 0;
  }

  /** Whether the server tells of changed lists, by itself or when asked. */
  get tellsOfLists(): boolean {
    return lists.some(kind => this.#declares(kind, 'listChanged'));
  }

  /** Asks to be told of changed lists; older servers tell unasked. Resolves when that is agreed, or after `timeoutMs`. */
  async subscribe(timeoutMs: number): Promise<void> {
    if (this.era === 'legacy') return;
    const told = lists.filter(kind => this.#declares(kind, 'listChanged'));
    this.#lists = Object.fromEntries(told.map(kind => [`${kind}ListChanged`, true]));
    await this.#listening.listen(this.#lists, timeoutMs);
  }

  #declares(kind: string, what: string): boolean {
    return (this.capabilities[kind] as JsonObject | undefined)?.[what] === true;
  }

  /** Servers of 2025 are asked for each resource; those of 2026 are told anew of all that is watched. */
  #watch(method: string, params: JsonObject | undefined, options: CallOptions | undefined): OpenCall {
    const uri = String(params?.['uri']);
    const change = () =>
      method === 'resources/subscribe' ? this.#watched.add(uri) : this.#watched.delete(uri);
    if (this.era === 'legacy') {
      const call = this.#parts.peer.open(method, params, options);
      const asked = call.response.then(response => 'result' in response && change());
      asked.catch(() => {}); // whoever asked hears of it
      return call;
    }
    if (!this.#declares('resources', 'subscribe')) return answered(cannotWatch);
    change();
    const resourceSubscriptions = [...this.#watched];
    const filter = { ...this.#lists, ...(resourceSubscriptions.length > 0 && { resourceSubscriptions }) };
    return answered({ result: {} }, this.#listening.listen(filter, acknowledgeMs));
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

  /**
   * Tells a server of 2025 from which severity it should send log messages; one of 2026 is told with each call. A call that
   * overtakes it would be logged wrongly: the promise, where there is one, resolves when the server knows, or after three seconds.
   */
  setLogLevel(level: string | undefined): Promise<unknown> | undefined {
    if (level === undefined || level === this.#logLevel) return undefined;
    this.#logLevel = level;
    if (this.era === 'modern' || this.capabilities['logging'] === undefined) return undefined;
    return within(logLevelMs, this.open('logging/setLevel', { level }).response);
  }

  /** A notification without params. */
  tell(method: string): void {
    void this.#parts.peer.send({ jsonrpc: '2.0', method }).catch(() => {}); // it is only news
  }

  /** Gives up a connection that does not work: its calls, which may have taken effect, are lost for that reason. */
  abandon({ message }: McpxError): void {
    const { peer, process } = this.#parts;
    this.#closed = true;
    peer.explainLoss = () => new McpxError('UPSTREAM_LOST', message);
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
    this.#listening.close();
    if (!expected) void this.#parts.process?.close();
    const reason = this.#parts.peer.explainLoss();
    if (!expected) this.onlost?.(reason);
    this.onclose?.(reason);
    this.onended?.(reason, !expected);
    this.#end();
  }
}

/** A call that was answered without the server, when `first` is done. */
function answered(response: RawResponse, first: Promise<void> = Promise.resolve()): OpenCall {
  return { response: first.then(() => response), cancel: () => {} };
}

function chain(first: (() => void) | undefined, second: () => void): () => void {
  return () => {
    first?.();
    second();
  };
}
