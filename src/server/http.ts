import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { classifyInboundRequest } from '@modelcontextprotocol/server';
import type { Reloads } from '../config/reloads.ts';
import type { GatewayConfig } from '../config/types.ts';
import { asMcpxError, McpxError } from '../errors.ts';
import { parseJson } from '../exact.ts';
import type { Gateway } from '../gateway.ts';
import { isObject } from '../json.ts';
import { asMessage, type RpcMessage } from '../rpc/messages.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Principal } from '../types.ts';
import { Authenticator, revokedBetween } from './auth.ts';
import { readBody } from './body.ts';
import { clientName } from './client-name.ts';
import type { ClientReport } from './client-report.ts';
import { Guard } from './guard.ts';
import { detailOf, health } from './health.ts';
import { sendError, sendJson } from './http-errors.ts';
import { Legacy } from './legacy.ts';
import { loginPath } from './login/path.ts';
import type { LoginSite } from './login/site.ts';
import { isPlain, Modern } from './modern.ts';
import { tellOfRefusal } from './refusal.ts';
import { Sse } from './sse.ts';
import { choiceIn, type Surfaces } from './surfaces.ts';
import { sendMetrics } from './watching.ts';

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
  surfaces: Surfaces;
  config: GatewayConfig;
  instanceKey: string;
  telemetry: Telemetry;
  reloads: Pick<Reloads, 'report'>;
  /** Loads who answers below `/api/`, and at `/login`; left out, nobody does. */
  admin?: () => Promise<AdminDoor>;
}

/** Who answers requests of whoever runs the gateway, and refuses all others. */
export interface AdminDoor {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** The address of a link that lets a browser in, once. */
  link(): string;
  close(): void;
}

/** The HTTP front door: health, and MCP of all eras. */
export class HttpFront {
  readonly server: Server;
  readonly #gateway: Gateway;
  readonly #telemetry: Telemetry;
  readonly #surfaces: Surfaces;
  readonly #reloads: Pick<Reloads, 'report'>;
  readonly #loadAdmin?: () => Promise<AdminDoor>;
  #admin?: Promise<AdminDoor>;
  readonly #instanceKey: string;
  #config: GatewayConfig;
  #guard: Guard;
  #authenticator: Authenticator;
  readonly #legacy: Legacy;
  readonly #modern: Modern;
  /** Undefined unless it is asked for. */
  #sse?: Sse;
  readonly #closed: Promise<unknown>;
  #logins?: Promise<LoginSite>;
  #draining = false;

  /** `instanceKey` is accepted beside the configured keys. */
  constructor({ gateway, surfaces, config, instanceKey, telemetry, reloads, admin }: HttpFrontOptions) {
    const onLeave = (owner: string) => void gateway.leave(owner);
    this.#gateway = gateway;
    this.#telemetry = telemetry;
    this.#reloads = reloads;
    this.#instanceKey = instanceKey;
    this.#loadAdmin = admin;
    this.#config = config;
    this.#guard = new Guard(config);
    this.#authenticator = new Authenticator(config.keys, instanceKey);
    this.#surfaces = surfaces;
    const { sessionIdleMs: idleMs } = config;
    const tellServers = (owner: string, method: string) => gateway.tellServers(owner, method);
    this.#legacy = new Legacy({
      common: surfaces,
      listeners: surfaces.listeners,
      idleMs,
      onLeave,
      tellServers,
    });
    this.#modern = new Modern(surfaces, idleMs, onLeave);
    this.#offerSse(config.sse);
    this.server = createServer({
      headersTimeout: 15_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
    });
    this.server.on('request', (request, response) => void this.#serve(request, response));
    this.#closed = new Promise(resolve => this.server.once('close', resolve));
  }

  /** Takes over settings; whoever came with a key that is not good any more is sent away. */
  adopt(config: GatewayConfig): void {
    const revoked = revokedBetween(this.#config, config);
    const authenticator = new Authenticator(config.keys, this.#instanceKey);
    this.#guard = new Guard(config);
    this.#authenticator = authenticator;
    this.#config = config;
    this.#legacy.idleMs = config.sessionIdleMs;
    this.#modern.idleMs = config.sessionIdleMs;
    this.#offerSse(config.sse);
    if (revoked.size > 0) for (const era of [this.#legacy, this.#modern, this.#sse]) era?.expel(revoked);
  }

  #offerSse(wanted: boolean): void {
    if (wanted === (this.#sse !== undefined)) return;
    void this.#sse?.close();
    const [surfaces, gateway] = [this.#surfaces, this.#gateway];
    const onLeave = (owner: string) => void gateway.leave(owner);
    const tellServers = (owner: string, method: string) => gateway.tellServers(owner, method);
    this.#sse = wanted ? new Sse({ surfaces, onLeave, tellServers }) : undefined;
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
    this.#surfaces.streams.close();
    void this.#logins?.then(site => site.close());
    void this.#admin?.then(admin => admin.close());
    await Promise.all([this.#legacy.close(), this.#modern.close(), this.#sse?.close()]);
    const sweeper = setInterval(() => this.server.closeIdleConnections(), 10);
    await Promise.race([this.#closed, delay(lingerMs, undefined, { ref: false })]);
    clearInterval(sweeper);
    this.server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {}); // a client that breaks off is seen by its response
    try {
      const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
      const { host, origin } = request.headers;
      if (path.startsWith(loginPath)) {
        this.#guard.check({ host }); // for a page of ours, no other origin is good, as it says itself
        return await (await this.#loginSite()).answer(request, response);
      }
      this.#guard.check(request.headers);
      const admin = path.startsWith('/api/') || path === '/login' ? this.#adminDoor() : undefined;
      if (admin !== undefined) {
        return await (await admin).answer(request, response);
      }
      const headers = this.#guard.cors(origin);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      await this.#route({ request, response, path, query });
    } catch (thrown) {
      const error = asMcpxError(thrown);
      tellOfRefusal(request, error);
      refuse(response, error);
    }
  }

  async #route(exchange: Request): Promise<void> {
    const { request, response, path } = exchange;
    if (request.method === 'OPTIONS' && request.headers.origin !== undefined) return preflight(response);
    if (path === '/healthz' || path === '/readyz') {
      const principal = this.#known(request);
      const detail =
        principal === undefined ? undefined : detailOf(this.#gateway, this.#reloads.report, principal);
      return health(path, detail, this.#draining, response);
    }
    if (path === '/metrics' && this.#telemetry.scrape !== undefined) {
      this.#authenticator.principal(request.headers);
      return sendMetrics(this.#telemetry.scrape, response);
    }
    if (this.#loadAdmin !== undefined && isOfWebPage(request, path))
      return (await import('./web-page.ts')).sendWebPage(request, path, response);
    const serve = this.#served(path);
    if (serve === undefined) {
      return sendJson(response, 404, { error: 'not found; MCP is served at /mcp and /mcp/flat' });
    }
    const principal = this.#authenticator.principal(request.headers);
    if (this.#draining) throw new McpxError('SHUTTING_DOWN', 'the gateway is stopping.');
    await serve(exchange, principal);
  }

  /** The address of a link that lets a browser in to the admin API, once; undefined where there is none. */
  async adminLink(): Promise<string | undefined> {
    return (await this.#adminDoor())?.link();
  }

  #adminDoor(): Promise<AdminDoor> | undefined {
    this.#admin ??= this.#loadAdmin?.();
    return this.#admin;
  }

  /** The address of a page on which a person can log in to `server`; `own`: in the name of the gateway itself. */
  async loginPage(server: string, own = false): Promise<string> {
    return (await this.#loginSite()).link(server, own);
  }

  #loginSite(): Promise<LoginSite> {
    this.#logins ??= import('./login/site.ts').then(
      ({ LoginSite }) =>
        new LoginSite({
          gateway: this.#gateway,
          base: () => this.base,
          principalOf: key => this.#authenticator.principal({ authorization: `Bearer ${key}` }),
          needsKey: () => this.#config.keys.length > 0,
        }),
    );
    return this.#logins;
  }

  /** The clients that are connected. */
  get clients(): ClientReport[] {
    return [...this.#legacy.reports, ...this.#modern.reports, ...(this.#sse?.reports ?? [])];
  }

  /** Ends the session that is shown under `id`, with its connections; false when there is none. */
  async endClient(id: string): Promise<boolean> {
    return (await this.#legacy.endShown(id)) || this.#modern.endShown(id) || this.#sse?.endShown(id) === true;
  }

  /** How browsers reach us, without a slash at the end. */
  get base(): string {
    const { publicUrl } = this.#config;
    if (publicUrl !== undefined) return publicUrl.replace(/\/$/, '');
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Who serves MCP at `path`. */
  #served(path: string): ((exchange: Request, principal: Principal) => Promise<void>) | undefined {
    if (path === '/mcp' || path === '/mcp/flat') return (...given) => this.#mcp(...given);
    if (this.#sse === undefined) return undefined;
    if (path === '/sse') return (...given) => this.#openSse(...given);
    return path === '/messages' ? (...given) => this.#takeMessage(...given) : undefined;
  }

  async #mcp({ request, response, path, query }: Request, principal: Principal): Promise<void> {
    if (request.method !== 'POST') return this.#legacy.stream(request, response, principal);
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
      return sendJson(
        response,
        415,
        rpcError(-32_000, 'Unsupported Media Type: Content-Type must be application/json'),
      );
    }
    const body = parsed(await readBody(request)) as RpcMessage | undefined;
    if (body === undefined)
      return sendJson(response, 400, rpcError(-32_700, 'Parse error: the body is not JSON'));
    const params = 'params' in body ? body.params : undefined;
    const surface = () => this.#surfaces.at(path, query, clientName(params));
    if (!this.#isModern(request, body)) {
      return this.#legacy.post({ request, response, body, principal, surface });
    }
    const client = clientNamed(query);
    return this.#modern.handle({ request, response, body, principal, client, surface: surface() });
  }

  async #openSse({ request, response, query }: Request, principal: Principal): Promise<void> {
    if (request.method !== 'GET')
      return sendJson(response, 405, { error: 'GET opens the stream' }, { allow: 'GET' });
    this.#sse?.open(response, principal, choiceIn(new URLSearchParams(query)));
  }

  async #takeMessage({ request, response, query }: Request, principal: Principal): Promise<void> {
    if (request.method !== 'POST')
      return sendJson(response, 405, { error: 'messages are POSTed' }, { allow: 'POST' });
    const message = asMessage(parsed(await readBody(request)));
    if (message === undefined)
      return sendJson(response, 400, rpcError(-32_700, 'Parse error: the body is no JSON-RPC message'));
    this.#sse?.post(new URLSearchParams(query).get('sessionId'), message, principal, response);
  }

  /** Whether the 2026 era serves this request, if only to refuse it. */
  #isModern(request: IncomingMessage, body: unknown): boolean {
    const { headers } = request;
    if (isPlain(request, body as RpcMessage)) return true;
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

  /** Who it is, if that can be told. */
  #known({ headers }: IncomingMessage): Principal | undefined {
    try {
      return this.#authenticator.principal(headers);
    } catch {
      return undefined;
    }
  }
}

function isOfWebPage({ method }: IncomingMessage, path: string): boolean {
  return (method === 'GET' || method === 'HEAD') && (path === '/' || path.startsWith('/assets/'));
}

/** `?client=NAME` of the address. */
function clientNamed(query: string): string | undefined {
  return query === '' ? undefined : (new URLSearchParams(query).get('client') ?? undefined);
}

function parsed(body: Buffer): unknown {
  try {
    const value: unknown = parseJson(body.toString('utf8'));
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

function refuse(response: ServerResponse, error: McpxError): void {
  if (response.headersSent) return void response.end();
  const headers: Record<string, string> = {};
  if (error.code === 'UNAUTHORIZED') headers['www-authenticate'] = 'Bearer realm="mcpx"';
  if (error.retryable) headers['retry-after'] = '1';
  if (error.code === 'BODY_TOO_LARGE') headers['connection'] = 'close'; // what is still coming is not read
  sendError(response, error, headers);
}
