import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import type { Server } from '@modelcontextprotocol/server';
import { askable } from '../call/kinds.ts';
import { McpxError } from '../errors.ts';
import { plain } from '../exact.ts';
import { isObject } from '../json.ts';
import { publish } from '../telemetry/events.ts';
import type { JsonObject, Principal } from '../types.ts';
import { clientName } from './client-name.ts';
import { type ClientReport, shownId } from './client-report.ts';
import type { Listeners } from './listeners.ts';
import { type Caller, sdkServer } from './mcp.ts';
import { Presence } from './presence.ts';
import { type Common, Shortcut } from './shortcut.ts';
import type { Surface } from './surface.ts';

/** A client of the 2025 era: its SDK server and transport, its calls, and who it is. */
export interface Session {
  readonly id: string;
  readonly principal: Principal;
  /** Whose upstream connections its calls use. */
  readonly owner: string;
  /** What it calls itself. */
  readonly client: string;
  /** What it has declared that it can be asked. */
  readonly capabilities: JsonObject;
  /** What it is shown. */
  readonly surface: Surface;
  readonly server: Server;
  readonly transport: NodeStreamableHTTPServerTransport;
  readonly shortcut: Shortcut;
  /** On the clock of `performance`. */
  readonly openedAt: number;
}

export interface SessionsOptions {
  common: Common;
  listeners: Listeners;
  /** A session without requests or open streams for this long ends. */
  idleMs: number;
  /** The most sessions at a time. */
  max: number;
  /** The owner of a session that has ended. */
  onLeave: (owner: string) => void;
}

/** The sessions of 2025-era clients over HTTP. Ids are random and belong to the principal that opened them. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #presence: Presence;
  /** Ends what each session is told of changes. */
  readonly #deaf = new Map<string, () => void>();

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#presence = new Presence(options.idleMs, id => void this.#end(id, 'idle'));
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The session `id` of `principal`. Throws SESSION_NOT_FOUND, also for somebody else's. */
  get(id: string, principal: Principal): Session {
    const session = this.#sessions.get(id);
    if (session?.principal === principal) return session;
    throw new McpxError('SESSION_NOT_FOUND', 'Session not found');
  }

  /** Keeps `session` while `response` is open. */
  attend(session: Session, response: ServerResponse): void {
    response.once('close', this.#presence.enter(session.id));
  }

  /** Answers an `initialize` request, and opens a session with it. Throws TOO_MANY_SESSIONS. */
  async open(
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    principal: Principal,
    surface: Surface,
  ): Promise<void> {
    await this.#makeRoom();
    const id = randomUUID();
    const owner = `session:${id}`;
    const params = isObject(body) ? body['params'] : undefined;
    const client = clientName(params);
    const origin = { transport: 'tcp' } as const;
    const caller: Caller = { era: 'legacy', principal, owner, client, origin, surface };
    const server = await sdkServer(caller, this.#options.common.activity);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessioninitialized: () => {
        const session = {
          id,
          principal,
          owner,
          client,
          capabilities: askable(isObject(params) ? params['capabilities'] : undefined),
          surface,
          server,
          transport,
          shortcut: new Shortcut(this.#options.common),
          openedAt: performance.now(),
        };
        this.#sessions.set(id, session);
        this.#deaf.set(
          id,
          this.#options.listeners.add(owner, { owner, surface, tell: (...news) => tell(server, ...news) }),
        );
        this.attend(session, response);
        publish('client.opened', { session: id, principal, name: client });
      },
    });
    await server.connect(transport);
    server.onclose = () => void this.#end(id, 'closed by the client');
    await transport.handleRequest(request, response, plain(body));
    if (!this.#sessions.has(id)) await server.close(); // refused: nothing to keep
  }

  get reports(): ClientReport[] {
    return [...this.#sessions.values()].map(({ id, owner, principal, client, capabilities, openedAt }) => ({
      id: shownId(owner),
      principal,
      client,
      capabilities,
      era: 'legacy',
      transport: 'http',
      openedAt: Date.now() - (performance.now() - openedAt),
      ...this.#presence.of(id),
    }));
  }

  /** Ends the session that is shown under `id`; false when there is none. */
  async endShown(id: string): Promise<boolean> {
    const session = [...this.#sessions.values()].find(({ owner }) => shownId(owner) === id);
    if (session === undefined) return false;
    await this.#end(session.id, 'ended by whoever runs the gateway');
    return true;
  }

  /** From now on sessions may be idle for so long. */
  set idleMs(idleMs: number) {
    this.#presence.idleMs = idleMs;
  }

  /** Ends the sessions of these principals. */
  expel(principals: ReadonlySet<Principal>): void {
    for (const { id, principal } of [...this.#sessions.values()]) {
      if (principals.has(principal)) void this.#end(id, 'its key is not good any more');
    }
  }

  async close(): Promise<void> {
    this.#presence.close();
    await Promise.all([...this.#sessions.keys()].map(id => this.#end(id, 'the gateway stops')));
  }

  /** When there are too many, the one that has been idle longest gives way. */
  async #makeRoom(): Promise<void> {
    if (this.#sessions.size < this.#options.max) return;
    const idlest = this.#presence.idlest();
    if (idlest === undefined)
      throw new McpxError('TOO_MANY_SESSIONS', `${this.#options.max} sessions are open and busy.`);
    await this.#end(idlest, 'made room for another');
  }

  async #end(id: string, reason: string): Promise<void> {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.delete(id);
    this.#presence.forget(id);
    this.#deaf.get(id)?.();
    this.#deaf.delete(id);
    session.shortcut.cancelAll();
    const { principal, client: name, openedAt } = session;
    publish('client.closed', { session: id, principal, name, reason, ms: performance.now() - openedAt });
    this.#options.onLeave(session.owner);
    await session.server.close().catch(() => {}); // its streams are going away with it
  }
}

/** On the stream that the client keeps open; one without a stream asks when it needs to know. */
function tell({ transport }: Server, method: string, params?: JsonObject): void {
  void transport?.send({ jsonrpc: '2.0', method, params }).catch(() => {});
}
