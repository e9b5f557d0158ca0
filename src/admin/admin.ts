import type { IncomingMessage, ServerResponse } from 'node:http';
import type { core } from 'zod/mini';
import { safeParse } from 'zod/mini';
import { asMcpxError, McpxError } from '../errors.ts';
import { parseJson, plain, writeJson } from '../exact.ts';
import { isObject } from '../json.ts';
import { readBody } from '../server/body.ts';
import type { AdminDoor } from '../server/http.ts';
import { escaped, sendPage } from '../server/login/page.ts';
import { untilClosed } from '../server/reply.ts';
import { publish } from '../telemetry/events.ts';
import { Access, type AccessOptions } from './access/access.ts';
import { Changes } from './changes.ts';
import type { Route } from './contract/route.ts';
import { type Routes, routes } from './contract/routes.ts';
import { Feed } from './events/feed.ts';
import { Streams } from './events/stream.ts';
import { feeding } from './events/tellers.ts';
import { match } from './match.ts';
import type { Exchange, Handlers, Parts } from './parts.ts';
import { accessRoutes } from './routes/access.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { serverRoutes } from './routes/servers.ts';
import { watchingRoutes } from './routes/watching.ts';
import { Visitor } from './visitor.ts';

export interface AdminOptions
  extends Omit<Parts, 'access' | 'changes' | 'streams'>,
    Pick<AccessOptions, 'instanceKey' | 'token' | 'kept'> {
  file: Changes['file'];
}

type Answering = (input: object, exchange: Exchange) => unknown;

/** The admin API: who may use it, what it can do, and what it tells. */
export class Admin implements AdminDoor {
  readonly #access: Access;
  readonly #streams: Streams;
  readonly #visitor: Visitor;
  readonly #handlers: Handlers<keyof Routes>;
  readonly #deafen: () => void;

  constructor({ file, instanceKey, token, kept, ...options }: AdminOptions) {
    const { gateway, front, reloads } = options;
    this.#access = new Access({ instanceKey, token, kept, base: () => front.base });
    const feed = new Feed();
    this.#streams = new Streams(feed);
    this.#deafen = feeding(feed);
    this.#visitor = new Visitor(gateway);
    const changes = new Changes({ file, gateway, reloads });
    const parts: Parts = { ...options, access: this.#access, changes, streams: this.#streams };
    this.#handlers = {
      ...accessRoutes(parts),
      ...serverRoutes(parts),
      ...catalogRoutes(parts, this.#visitor),
      ...configurationRoutes(parts),
      ...watchingRoutes(parts),
    };
  }

  /** Answers `/login` and all below `/api/`. Host and Origin have been checked. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://gateway');
      if (pathname === '/login') return this.#enter(request, response, searchParams.get('code') ?? '');
      const proof = this.#access.admit(request);
      const { id, params } = match(request.method ?? '', pathname);
      const exchange = { request, response, proof, cancellation: untilClosed(response) };
      const answering = this.#handlers[id] as Answering;
      const input = await inputOf(routes[id], params, searchParams, request);
      const said = await answering(input, exchange);
      if (said !== undefined) send(response, 200, said);
    } catch (thrown) {
      refuse(request, response, asMcpxError(thrown));
    }
  }

  link(): string {
    return this.#access.link().url;
  }

  close(): void {
    this.#streams.close();
    this.#visitor.close();
    this.#deafen();
  }

  /** Whoever comes by a link gets a cookie, and the page. */
  #enter(request: IncomingMessage, response: ServerResponse, code: string): void {
    response.writeHead(303, { 'set-cookie': this.#access.enter(request, code), location: './' });
    response.end();
  }
}

async function inputOf(
  { query, body }: Route,
  params: Record<string, string>,
  given: URLSearchParams,
  request: IncomingMessage,
): Promise<object> {
  return {
    params,
    query: query === undefined ? {} : read(query, Object.fromEntries(given), 'the query'),
    body: body === undefined ? undefined : read(body, await jsonOf(request), 'the body'),
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBody(request);
  try {
    const exact = parseJson(bytes.toString('utf8'));
    const usual = plain(exact);
    if (!isObject(exact) || !isObject(usual) || exact['arguments'] === undefined) return usual;
    return { ...usual, arguments: exact['arguments'] }; // a server gets numbers as they were written
  } catch {
    throw new McpxError('BAD_ARGUMENTS', 'the body is no JSON.', { help: seeApi });
  }
}

const seeApi = 'GET /api/openapi.json says what each request takes.';

/** Throws BAD_ARGUMENTS with what is wrong and where. */
function read(schema: core.$ZodType, value: unknown, what: string): unknown {
  const { success, data, error } = safeParse(schema, value);
  if (success) return data;
  const wrong = error.issues.slice(0, 10).map(({ path, message }) => {
    const at = path.map(String).join('.');
    return `- ${at === '' ? what : at}: ${message}`;
  });
  throw new McpxError('BAD_ARGUMENTS', `${what} does not fit:\n${wrong.join('\n')}`, { help: seeApi });
}

/** A status that would say something else of the request to us than of that to a server, or of our own failure. */
const statuses: Partial<Record<McpxError['code'], number>> = {
  UPSTREAM_NEEDS_AUTH: 409,
  CONFIG_INVALID: 422,
};

function refuse(request: IncomingMessage, response: ServerResponse, error: McpxError): void {
  const { code, message, help, data } = error;
  const status = statuses[code] ?? error.status;
  if (status === 401 || status === 403 || status === 429) {
    const { method = '', url = '', socket } = request;
    const [path = ''] = url.split('?', 1); // what follows may be a code
    publish('auth.refused', { code, method, path, from: socket.remoteAddress ?? '' });
  }
  if (status === 401) response.setHeader('www-authenticate', 'Bearer realm="mcpx admin"');
  if (status === 429) response.setHeader('retry-after', '10');
  if (code === 'BODY_TOO_LARGE') response.setHeader('connection', 'close'); // what is still coming is not read
  if (isOfPerson(request)) sendPage(response, status, 'This did not work', ...[message, help].map(paragraph));
  else send(response, status, { error: { code, message, help, ...(data !== undefined && { data }) } });
}

/** Whether somebody follows a link in a browser. */
function isOfPerson({ url = '', headers }: IncomingMessage): boolean {
  return url.startsWith('/login?') && /\btext\/html\b/.test(headers.accept ?? '');
}

function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  const text = writeJson(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
