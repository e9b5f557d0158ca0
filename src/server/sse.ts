import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { McpxError } from '../errors.ts';
import { writeJson } from '../exact.ts';
import type { RpcMessage } from '../rpc/messages.ts';
import type { Principal } from '../types.ts';
import { type ClientReport, shownId } from './client-report.ts';
import { Duplex, type Line } from './duplex.ts';
import type { Choice, Surfaces } from './surfaces.ts';

const maxSessions = 1_024;
const keepAliveMs = 15_000;
/** A client with more bytes than this to read is given up. */
const maxUnread = 64 * 1024 * 1024;

export interface SseOptions {
  surfaces: Surfaces;
  onLeave: (owner: string) => void;
  tellServers: (owner: string, method: string) => void;
}

interface Session {
  stream: EventStream;
  duplex: Duplex;
  principal: Principal;
  /** Epoch milliseconds. */
  openedAt: number;
}

function ownerOf(id: string): string {
  return `sse:${id}`;
}

/**
 * Serves clients of 2024-11-05 (HTTP+SSE): a stream at `/sse` for what they are told, and `/messages` for what they say.
 * A session is as long as its stream.
 */
export class Sse {
  readonly #options: SseOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(options: SseOptions) {
    this.#options = options;
  }

  /** GET /sse opens a session, whose address for messages is the first event. Throws TOO_MANY_SESSIONS. */
  open(response: ServerResponse, principal: Principal, choice: Choice): void {
    if (this.#sessions.size >= maxSessions) {
      throw new McpxError('TOO_MANY_SESSIONS', `${maxSessions} sessions are open.`);
    }
    const { surfaces, onLeave, tellServers } = this.#options;
    const id = randomUUID();
    const owner = ownerOf(id);
    const stream = new EventStream(response, `/messages?sessionId=${id}`);
    const duplex = new Duplex({
      common: surfaces,
      listeners: surfaces.listeners,
      line: stream,
      principal,
      owner,
      surface: client => surfaces.of(choice, client),
      ontold: method => tellServers(owner, method),
    });
    this.#sessions.set(id, { stream, duplex, principal, openedAt: Date.now() });
    void duplex.closed.then(() => {
      this.#sessions.delete(id);
      onLeave(owner);
    });
  }

  /** POST /messages: accepted, and answered on the stream. Throws SESSION_NOT_FOUND, also for somebody else's. */
  post(id: string | null, body: RpcMessage, principal: Principal, response: ServerResponse): void {
    const session = this.#sessions.get(id ?? '');
    if (session?.principal !== principal) throw new McpxError('SESSION_NOT_FOUND', 'Session not found');
    response.writeHead(202, { 'content-type': 'text/plain' }).end('Accepted');
    session.stream.receive(body);
  }

  get reports(): ClientReport[] {
    return [...this.#sessions].map(([id, { principal, duplex, openedAt }]) => ({
      id: shownId(ownerOf(id)),
      principal,
      client: duplex.client,
      era: 'legacy',
      transport: 'sse',
      openedAt,
    }));
  }

  /** Ends the session that is shown under `id`; false when there is none. */
  endShown(id: string): boolean {
    const [, session] = [...this.#sessions].find(([own]) => shownId(ownerOf(own)) === id) ?? [];
    void session?.stream.close();
    return session !== undefined;
  }

  /** Ends what these principals have open. */
  expel(principals: ReadonlySet<Principal>): void {
    for (const { stream, principal } of this.#sessions.values())
      if (principals.has(principal)) void stream.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ duplex }) => duplex.close()));
    for (const { stream } of this.#sessions.values()) await stream.close();
  }
}

/** One event stream to a client, and the messages that come from it by other requests. */
class EventStream implements Line {
  onmessage?: Line['onmessage'];
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #response: ServerResponse;
  readonly #keepAlive: NodeJS.Timeout;

  constructor(response: ServerResponse, address: string) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.write(`event: endpoint\ndata: ${address}\n\n`);
    this.#keepAlive = setInterval(() => response.write(': still here\n\n'), keepAliveMs).unref();
    response.once('close', () => {
      clearInterval(this.#keepAlive);
      this.onclose?.();
    });
  }

  get unread(): number {
    return this.#response.writableLength;
  }

  receive(message: RpcMessage): void {
    this.onmessage?.(message as Parameters<NonNullable<Line['onmessage']>>[0]);
  }

  async send(message: object): Promise<void> {
    if (this.unread > maxUnread) this.#response.destroy();
    if (this.#response.destroyed || this.#response.writableEnded)
      throw new McpxError('CALL_CANCELLED', 'the client is gone, or does not read');
    this.#response.write(`event: message\ndata: ${writeJson(message)}\n\n`);
  }

  async close(): Promise<void> {
    clearInterval(this.#keepAlive); // a client that does not read keeps the connection
    this.#response.end();
  }
}
