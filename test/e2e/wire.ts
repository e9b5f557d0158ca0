import { RawClient } from '../fixtures/raw-client.ts';

export type Era = 'legacy' | 'modern';

export interface Answer {
  id?: unknown;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: unknown };
}

interface Notification {
  method: string;
  params?: Record<string, unknown>;
}

type Params = Record<string, unknown>;

const modernVersion = '2026-07-28';
const prefix = 'io.modelcontextprotocol/';

/** What every request of a 2026 client carries. */
export function envelope(name = 'raw'): Params {
  return {
    [`${prefix}protocolVersion`]: modernVersion,
    [`${prefix}clientInfo`]: { name, version: '1.0.0' },
    [`${prefix}clientCapabilities`]: {},
  };
}

/** `params` as that era sends them. */
function framed(era: Era, params: Params): Params {
  if (era === 'legacy') return params;
  return { ...params, _meta: { ...envelope(), ...(params['_meta'] as Params) } };
}

/** A client of either era that shows results exactly as they came. */
export interface Wire {
  /** How the server introduces itself: its answer to `initialize`, or to `server/discover`. */
  hello(): Promise<Answer>;
  request(method: string, params?: Params, signal?: AbortSignal): Promise<Answer>;
  /** Everything that came without being an answer, in order. */
  readonly notifications: Notification[];
}

/** Calls a tool of whatever server `wire` leads to. */
export const callRaw = (wire: Wire, name: string, given: Params = {}, meta?: Params): Promise<Answer> =>
  wire.request('tools/call', { name, arguments: given, ...(meta && { _meta: meta }) });

/** Calls a tool through the gateway's `exec`. */
export const execRaw = (wire: Wire, tool: string, given: Params = {}, meta?: Params): Promise<Answer> =>
  callRaw(wire, 'exec', { tool, arguments: given }, meta);

export class RawStdio implements Wire {
  readonly client: RawClient;
  readonly #era: Era;
  #greeting?: Answer;

  constructor(era: Era, command: ConstructorParameters<typeof RawClient>[0]) {
    this.#era = era;
    this.client = new RawClient(command);
  }

  get pid(): number {
    return this.client.pid;
  }

  get notifications(): Notification[] {
    return this.client.messages.filter(
      ({ id, method }) => id === undefined && method !== undefined,
    ) as Notification[];
  }

  async ready(): Promise<void> {
    if (this.#era === 'legacy') this.#greeting = await this.client.initialize();
  }

  async hello(): Promise<Answer> {
    return this.#greeting ?? this.request('server/discover');
  }

  request(method: string, params: Params = {}): Promise<Answer> {
    return this.client.request(method, framed(this.#era, params));
  }

  /** Ends stdin and waits for the process to leave. */
  async end(): Promise<void> {
    await this.client.leave();
  }
}

export class RawHttp implements Wire {
  readonly notifications: Notification[] = [];
  session?: string;
  readonly #era: Era;
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #gone = new AbortController();
  readonly #capabilities: Params;
  #greeting?: Answer;
  #lastId = 0;

  /** `capabilities` are declared by a client of 2025. */
  constructor(era: Era, url: string, headers: Record<string, string> = {}, capabilities: Params = {}) {
    this.#era = era;
    this.#url = url;
    this.#headers = headers;
    this.#capabilities = capabilities;
  }

  async ready(): Promise<void> {
    if (this.#era === 'modern') return;
    const clientInfo = { name: 'raw', version: '1.0.0' };
    const capabilities = this.#capabilities;
    this.#greeting = await this.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities,
      clientInfo,
    });
    await this.notify('notifications/initialized');
  }

  async hello(): Promise<Answer> {
    return this.#greeting ?? this.request('server/discover');
  }

  /** The id of the next request. */
  get nextId(): number {
    return this.#lastId + 1;
  }

  async request(method: string, params: Params = {}, signal?: AbortSignal): Promise<Answer> {
    const id = ++this.#lastId;
    const response = await this.post(
      { jsonrpc: '2.0', id, method, params: framed(this.#era, params) },
      signal,
    );
    this.session ??= response.headers.get('mcp-session-id') ?? undefined;
    for await (const message of messagesOf(response)) {
      if ('method' in message) this.notifications.push(message as Notification);
      else if (message.id === id) return message;
    }
    throw new Error(`HTTP status ${response.status} and no answer`);
  }

  async notify(method: string, params: Params = {}): Promise<void> {
    await (await this.post({ jsonrpc: '2.0', method, params: framed(this.#era, params) })).arrayBuffer();
  }

  /** Opens the stream on which a client of 2025 is told what belongs to no request. */
  async listen(): Promise<void> {
    const headers = { ...this.#heads(), accept: 'text/event-stream' };
    void this.#hear(await fetch(this.#url, { headers, signal: this.#gone.signal }));
  }

  /** Opens a stream on which a client of 2026 is told what it asks for; returns the id of the request. */
  stream(notifications: Params): number {
    const id = ++this.#lastId;
    const params = framed(this.#era, { notifications });
    void this.post({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params }).then(
      response => this.#hear(response),
      () => {}, // broken off
    );
    return id;
  }

  async #hear(response: Response): Promise<void> {
    try {
      for await (const message of messagesOf(response))
        if ('method' in message) this.notifications.push(message as Notification);
    } catch {
      // broken off
    }
  }

  /** Ends the session. */
  delete(): Promise<Response> {
    return fetch(this.#url, { method: 'DELETE', headers: this.#heads() });
  }

  post(message: { method: string; params: Params } & Params, signal?: AbortSignal): Promise<Response> {
    const signals = signal === undefined ? [this.#gone.signal] : [this.#gone.signal, signal];
    const headers = this.#heads(message);
    return fetch(this.#url, {
      method: 'POST',
      headers,
      body: JSON.stringify(message),
      signal: AbortSignal.any(signals),
    });
  }

  /** Breaks off whatever is under way. */
  end(): void {
    this.#gone.abort();
  }

  #heads(message?: { method: string; params: Params }): Record<string, string> {
    const heads: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...this.#headers,
    };
    if (this.session !== undefined) heads['mcp-session-id'] = this.session;
    if (this.#era === 'modern' && message !== undefined) {
      heads['mcp-protocol-version'] = modernVersion;
      heads['mcp-method'] = message.method;
      const name = message.params['name'] ?? message.params['uri'];
      if (typeof name === 'string') heads['mcp-name'] = name;
    }
    return heads;
  }
}

/** The messages of a response, be it JSON or an event stream. */
async function* messagesOf(response: Response): AsyncGenerator<Answer | Notification> {
  if (!response.headers.get('content-type')?.includes('text/event-stream')) {
    yield (await response.json()) as Answer;
    return;
  }
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    const events = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    rest = events.pop()!;
    for (const event of events) {
      const data = event.split('\n').filter(line => line.startsWith('data: '));
      const text = data.map(line => line.slice(6)).join('\n');
      if (text !== '') yield JSON.parse(text) as Answer | Notification;
    }
  }
}
