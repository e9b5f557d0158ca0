import type { IncomingMessage, ServerResponse } from 'node:http';
import { plain } from '../exact.ts';
import {
  isNotification,
  isRequest,
  type RpcAnswer,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
} from '../rpc/messages.ts';
import type { Principal } from '../types.ts';
import type { ClientReport } from './client-report.ts';
import { sendJson } from './http-errors.ts';
import { isForServers } from './news.ts';
import { originOf } from './noted.ts';
import { HttpReply, untilClosed } from './reply.ts';
import { type Session, Sessions, type SessionsOptions } from './sessions.ts';
import { isAnswerable } from './shortcut.ts';
import type { Surface } from './surface.ts';

const maxSessions = 1_024;

/** Protocol revisions with sessions over Streamable HTTP. */
const versions: ReadonlySet<string | undefined> = new Set([
  undefined,
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
]);

interface Post {
  request: IncomingMessage;
  response: ServerResponse;
  /** One message, or an array of them: 2025-03-26 knows batches. */
  body: RpcMessage;
  principal: Principal;
  /** What a client that opens a session is shown; made only then. */
  surface: () => Surface;
}

export interface LegacyOptions extends Omit<SessionsOptions, 'max'> {
  /** Tells the servers of a client what it says to all of them. */
  tellServers: (owner: string, method: string) => void;
}

/** Serves 2025-era clients over HTTP: sessions, their streams, and their end. */
export class Legacy {
  readonly #sessions: Sessions;
  readonly #tellServers: LegacyOptions['tellServers'];

  constructor({ tellServers, ...options }: LegacyOptions) {
    this.#sessions = new Sessions({ ...options, max: maxSessions });
    this.#tellServers = tellServers;
  }

  set idleMs(idleMs: number) {
    this.#sessions.idleMs = idleMs;
  }

  /** Ends what these principals have open. */
  expel(principals: ReadonlySet<Principal>): void {
    this.#sessions.expel(principals);
  }

  get reports(): ClientReport[] {
    return this.#sessions.reports;
  }

  endShown(id: string): Promise<boolean> {
    return this.#sessions.endShown(id);
  }

  close(): Promise<void> {
    return this.#sessions.close();
  }

  /** GET opens the stream of a session, DELETE ends the session. */
  async stream(request: IncomingMessage, response: ServerResponse, principal: Principal): Promise<void> {
    const id = request.headers['mcp-session-id'];
    if (request.method !== 'GET' && request.method !== 'DELETE') return methodNotAllowed(response);
    if (typeof id !== 'string') return noSession(response);
    const session = this.#sessions.get(id, principal);
    this.#sessions.attend(session, response);
    await session.transport.handleRequest(request, response);
  }

  async post(exchange: Post): Promise<void> {
    const { request, response, body, principal } = exchange;
    const id = request.headers['mcp-session-id'];
    const opens = !Array.isArray(body) && isRequest(body) && body.method === 'initialize';
    if (typeof id !== 'string') {
      return opens
        ? this.#sessions.open(request, response, body, principal, exchange.surface())
        : noSession(response);
    }
    const session = this.#sessions.get(id, principal);
    this.#sessions.attend(session, response);
    if (!Array.isArray(body) && acceptable(request)) {
      if (isAnswerable(body, session.surface, 'legacy')) return this.#call(session, exchange, body);
      if (isAnswer(body) && session.shortcut.answered(body)) return accepted(response);
      if (isCancellation(body) && session.shortcut.cancelled(body)) return accepted(response);
      if (isNotification(body) && isForServers(body.method)) this.#tellServers(session.owner, body.method);
    }
    await session.transport.handleRequest(request, response, plain(body));
  }

  async #call(session: Session, { request, response }: Post, body: RpcRequest): Promise<void> {
    const { id, principal, owner, client, capabilities, surface, shortcut } = session;
    const reply = new HttpReply(response, { 'mcp-session-id': id });
    await shortcut.answer(
      body,
      {
        era: 'legacy',
        principal,
        owner,
        client,
        capabilities,
        surface,
        origin: originOf(request.headers, id),
      },
      reply,
      untilClosed(response),
    );
    reply.end();
  }
}

/** Whether the SDK would find nothing to say about the headers. */
function acceptable({ headers }: IncomingMessage): boolean {
  const accept = headers.accept ?? '';
  const version = headers['mcp-protocol-version'] as string | undefined;
  return versions.has(version) && accept.includes('application/json') && accept.includes('text/event-stream');
}

function isAnswer(body: RpcMessage): body is RpcAnswer {
  return !('method' in body) && 'id' in body;
}

function isCancellation(body: RpcMessage): body is RpcNotification {
  return isNotification(body) && body.method === 'notifications/cancelled';
}

function methodNotAllowed(response: ServerResponse): void {
  const error = { code: -32_000, message: 'Method not allowed.' };
  sendJson(response, 405, { jsonrpc: '2.0', id: null, error }, { allow: 'GET, POST, DELETE' });
}

function noSession(response: ServerResponse): void {
  const error = {
    code: -32_000,
    message: 'Bad Request: Mcp-Session-Id header is required; initialize first',
  };
  sendJson(response, 400, { jsonrpc: '2.0', id: null, error });
}

function accepted(response: ServerResponse): void {
  response.writeHead(202).end();
}
