import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { classifyInboundRequest } from '@modelcontextprotocol/server';
import type { GatewayConfig } from '../config/types.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import type { Gateway } from '../gateway.ts';
import { isObject } from '../json.ts';
import type { RpcMessage } from '../rpc/messages.ts';
import { publish } from '../telemetry/events.ts';
import type { Ledger } from '../telemetry/ledger.ts';
import type { Principal } from '../types.ts';
import { Authenticator } from './auth.ts';
import { readBody } from './body.ts';
import { Guard } from './guard.ts';
import { health } from './health.ts';
import { sendError, sendJson } from './http-errors.ts';
import { Legacy } from './legacy.ts';
import { isPlainCall, Modern } from './modern.ts';
import type { ThreeTools } from './three-tools.ts';

/** How long connections may take to finish what they are at when everything ends. */
const lingerMs = 1_000;

/** One HTTP request, past the guard. */
interface Request {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  /** What follows the question mark; empty without one. */
  query: string;
}

export interface HttpFrontOptions {
  gateway: Gateway;
  tools: ThreeTools;
  config: GatewayConfig;
  instanceKey: string;
  ledger: Ledger;
}

/** The HTTP front door: health, and MCP of both eras at `/mcp`. */
export class HttpFront {
  readonly server: Server;
  readonly #gateway: Gateway;
  readonly #ledger: Ledger;
  readonly #guard: Guard;
  readonly #authenticator: Authenticator;
  readonly #legacy: Legacy;
  readonly #modern: Modern;
  readonly #closed: Promise<unknown>;
  #draining = false;

  /** `instanceKey` is accepted beside the configured keys; only with it the ledger is told. */
  constructor({ gateway, tools, config, instanceKey, ledger }: HttpFrontOptions) {
    const onLeave = (owner: string) => void gateway.leave(owner);
    this.#gateway = gateway;
    this.#ledger = ledger;
    this.#guard = new Guard(config);
    this.#authenticator = new Authenticator(config.keys, instanceKey);
    this.#legacy = new Legacy(tools, config.sessionIdleMs, onLeave);
    this.#modern = new Modern(tools, config.sessionIdleMs, onLeave);
    this.server = createServer({
      headersTimeout: 15_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
    });
    this.server.on('request', (request, response) => void this.#serve(request, response));
    this.#closed = new Promise(resolve => this.server.once('close', resolve));
  }

  /** Tells every client that the tools' descriptions have changed. */
  toolsChanged(): void {
    this.#legacy.toolsChanged();
    this.#modern.toolsChanged();
  }

  /** Takes no more connections and no more requests; those under way go on. */
  drain(): void {
    this.#draining = true;
    this.server.close();
    this.server.closeIdleConnections();
  }

  /** Ends every stream and session; answers that are being read get a second. */
  async close(): Promise<void> {
    if (!this.#draining) this.drain();
    await Promise.all([this.#legacy.close(), this.#modern.close()]);
    const sweeper = setInterval(() => this.server.closeIdleConnections(), 10);
    await Promise.race([this.#closed, delay(lingerMs, undefined, { ref: false })]);
    clearInterval(sweeper);
    this.server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {}); // a client that breaks off is seen by its response
    try {
      this.#guard.check(request.headers);
      const headers = this.#guard.cors(request.headers.origin);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
      await this.#route({ request, response, path, query });
    } catch (thrown) {
      const error = asMcpxError(thrown);
      if (isRefusal(error)) toldOfRefusal(request, error);
      refuse(response, error);
    }
  }

  async #route(exchange: Request): Promise<void> {
    const { request, response, path } = exchange;
    if (request.method === 'OPTIONS' && request.headers.origin !== undefined) return preflight(response);
    if (path === '/healthz' || path === '/readyz') {
      return health(this.#gateway, path, this.#knows(request), this.#draining, response);
    }
    if (path === '/api/tokens' && this.#authenticator.isOwn(request.headers)) {
      return sendJson(response, 200, { clients: this.#ledger.report });
    }
    if (path !== '/mcp') return sendJson(response, 404, { error: 'not found; MCP is served at /mcp' });
    const principal = this.#authenticator.principal(request.headers);
    if (this.#draining) throw new McpxError('SHUTTING_DOWN', 'the gateway is stopping.');
    await this.#mcp(exchange, principal);
  }

  async #mcp({ request, response, query }: Request, principal: Principal): Promise<void> {
    if (request.method !== 'POST') return this.#legacy.stream(request, response, principal);
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      return sendJson(
        response,
        415,
        rpcError(-32_000, 'Unsupported Media Type: Content-Type must be application/json'),
      );
    }
    const body = parsed(await readBody(request));
    if (body === undefined)
      return sendJson(response, 400, rpcError(-32_700, 'Parse error: the body is not JSON'));
    const exchange = { request, response, body: body as RpcMessage, principal };
    if (this.#isModern(request, body)) {
      return this.#modern.handle({ ...exchange, client: clientNamed(query) });
    }
    await this.#legacy.post(exchange);
  }

  /** Whether the 2026 era serves this request, if only to refuse it. */
  #isModern(request: IncomingMessage, body: unknown): boolean {
    const { headers } = request;
    if (isPlainCall(request, body as RpcMessage)) return true;
    if (headers['mcp-session-id'] !== undefined && headers['mcp-method'] === undefined) return false;
    const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
    const { kind } = classifyInboundRequest({
      httpMethod: 'POST',
      protocolVersionHeader: one(headers['mcp-protocol-version']),
      mcpMethodHeader: one(headers['mcp-method']),
      mcpNameHeader: one(headers['mcp-name']),
      body,
    });
    return kind !== 'legacy';
  }

  #knows({ headers }: IncomingMessage): boolean {
    try {
      this.#authenticator.principal(headers);
      return true;
    } catch {
      return false;
    }
  }
}

/** `?client=NAME` of the address. */
function clientNamed(query: string): string | undefined {
  return query === '' ? undefined : (new URLSearchParams(query).get('client') ?? undefined);
}

function parsed(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) || Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function rpcError(code: number, message: string): object {
  return { jsonrpc: '2.0', id: null, error: { code, message } };
}

function preflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers':
      'authorization, content-type, accept, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name, last-event-id',
    'access-control-max-age': '600',
  });
  response.end();
}

function isRefusal({ code }: McpxError): boolean {
  return code === 'UNAUTHORIZED' || code === 'FORBIDDEN_HOST' || code === 'FORBIDDEN_ORIGIN';
}

function toldOfRefusal({ method = '', url = '', socket }: IncomingMessage, { code }: McpxError): void {
  const [path = ''] = url.split('?', 1); // what follows may be a secret
  publish('auth.refused', { code, method, path, from: socket.remoteAddress ?? '' });
}

function refuse(response: ServerResponse, error: McpxError): void {
  if (response.headersSent) return void response.end();
  const headers: Record<string, string> = {};
  if (error.code === 'UNAUTHORIZED') headers['www-authenticate'] = 'Bearer realm="mcpx"';
  if (error.retryable) headers['retry-after'] = '1';
  if (error.code === 'BODY_TOO_LARGE') headers['connection'] = 'close'; // what is still coming is not read
  sendError(response, error, headers);
}
