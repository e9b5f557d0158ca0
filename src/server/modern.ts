import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { askable } from '../call/kinds.ts';
import { plain } from '../exact.ts';
import { isObject } from '../json.ts';
import { envelopeKey, modernVersion, type RpcMessage, type RpcRequest } from '../rpc/messages.ts';
import { decoded } from '../rpc/param-headers.ts';
import type { JsonObject, Principal } from '../types.ts';
import { clientName } from './client-name.ts';
import { type ClientReport, shownId } from './client-report.ts';
import { hasEnvelope } from './eras.ts';
import { sendJson } from './http-errors.ts';
import { type Caller, sdkServer } from './mcp.ts';
import { originOf } from './noted.ts';
import { Presence } from './presence.ts';
import { HttpReply, untilClosed } from './reply.ts';
import { headerMismatch } from './rpc-errors.ts';
import { type Common, isAnswerable, Shortcut } from './shortcut.ts';
import type { Surface } from './surface.ts';

/** The most owners that are kept apart; the one idle longest gives way. */
const maxOwners = 4_096;

/** One HTTP request of a 2026-era client, past authentication. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  body: RpcMessage;
  principal: Principal;
  /** `?client=` of the address. */
  client?: string;
  surface: Surface;
}

/** Serves 2026-era clients over HTTP: every request stands for itself, and its owner is told from who sends it. */
export class Modern {
  readonly #shortcut: Shortcut;
  readonly #handler: McpHttpHandler;
  readonly #listener: ReturnType<typeof toNodeHandler>;
  readonly #presence: Presence;
  readonly #onLeave: (owner: string) => void;
  /** What may stay open for long; calls do not. */
  readonly #open = new Map<ServerResponse, Principal>();

  /** `onLeave` is told of owners that have been idle for `idleMs`. */
  constructor(common: Common, idleMs: number, onLeave: (owner: string) => void) {
    this.#shortcut = new Shortcut(common);
    this.#onLeave = onLeave;
    this.#presence = new Presence(idleMs, onLeave);
    this.#handler = createMcpHandler(
      ({ authInfo, requestInfo }) => {
        const caller = authInfo?.extra?.['caller'] as Caller;
        // a method that is not relayed stays unknown, so that the SDK answers it with 404
        const relays = caller.surface.knows(requestInfo?.headers.get('mcp-method') ?? '', 'modern');
        return sdkServer(caller, common.activity, relays);
      },
      { legacy: 'reject', onerror: () => {} },
    );
    this.#listener = toNodeHandler(this.#handler);
  }

  async handle(exchange: Exchange): Promise<void> {
    const { request, response, body, principal, surface } = exchange;
    const client = exchange.client ?? clientName('params' in body ? body.params : undefined);
    const origin = originOf(request.headers);
    const caller: Caller = { era: 'modern', principal, owner: ownerOf(exchange), client, origin, surface };
    this.#attend(caller.owner, response);
    const mayStayOpen = !('method' in body && body.method === 'tools/call');
    if (mayStayOpen) this.#open.set(response, principal);
    if (mayStayOpen) response.once('close', () => this.#open.delete(response));
    if (isPlain(request, body) && isAnswerable(body, surface, 'modern')) {
      const fault = surface.headerFault?.(body.method, body.params, request.headers);
      if (fault === undefined) return this.#call(exchange, body, caller);
      const error = { code: headerMismatch, message: `Bad Request: ${fault}` };
      return sendJson(response, 400, { jsonrpc: '2.0', id: body.id, error });
    }
    const auth = { token: '', clientId: principal, scopes: [], extra: { caller } };
    await this.#listener(
      Object.assign(request, { auth }) as unknown as NodeIncomingMessageLike,
      response,
      plain(body),
    );
  }

  set idleMs(idleMs: number) {
    this.#presence.idleMs = idleMs;
  }

  /** Ends what these principals have open, and forgets them. */
  expel(principals: ReadonlySet<Principal>): void {
    for (const [response, principal] of this.#open) if (principals.has(principal)) response.destroy();
    for (const owner of this.#presence.keys) {
      if (!principals.has(principalOf(owner))) continue;
      this.#presence.forget(owner);
      this.#onLeave(owner);
    }
  }

  get reports(): ClientReport[] {
    return this.#presence.keys.map(owner => {
      const [, principal, client, declared = '{}'] = JSON.parse(owner) as [string, string, string, string?];
      const seen = this.#presence.of(owner);
      const capabilities = declared.startsWith('{')
        ? { capabilities: JSON.parse(declared) as JsonObject }
        : {};
      return {
        id: shownId(owner),
        principal,
        client,
        ...capabilities,
        era: 'modern',
        transport: 'http',
        ...seen,
      };
    });
  }

  /** Forgets the owner that is shown under `id`; false when there is none. It comes back with its next request. */
  endShown(id: string): boolean {
    const owner = this.#presence.keys.find(key => shownId(key) === id);
    if (owner === undefined) return false;
    this.#presence.forget(owner);
    this.#onLeave(owner);
    return true;
  }

  async close(): Promise<void> {
    this.#presence.close();
    await this.#handler.close();
  }

  async #call({ response }: Exchange, body: RpcRequest, caller: Caller): Promise<void> {
    const reply = new HttpReply(response);
    await this.#shortcut.answer(body, caller, reply, untilClosed(response));
    reply.end();
  }

  #attend(owner: string, response: ServerResponse): void {
    if (this.#presence.size >= maxOwners) {
      const idlest = this.#presence.idlest();
      if (idlest !== undefined) {
        this.#presence.forget(idlest);
        this.#onLeave(idlest);
      }
    }
    response.once('close', this.#presence.enter(owner));
  }
}

/**
 * A principal's clients are told apart by name, and by what they declare that they can be asked: a server of 2025 is told that
 * once for each connection. Both divide, neither authorises.
 */
function ownerOf({ body, principal, client }: Exchange): string {
  const params = 'params' in body ? body.params : undefined;
  const meta = isObject(params?.['_meta']) ? params['_meta'] : {};
  const info = meta[envelopeKey.clientInfo];
  const name = client ?? (isObject(info) ? info['name'] : undefined);
  const own = ['client', principal, typeof name === 'string' ? name.slice(0, 200) : ''];
  const declared = JSON.stringify(askable(meta[envelopeKey.clientCapabilities]));
  return JSON.stringify(
    declared === '{}' ? own : [...own, declared.length < 200 ? declared : hash(declared)],
  );
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function principalOf(owner: string): Principal {
  return (JSON.parse(owner) as string[])[1]!;
}

/** Which param of a request its `Mcp-Name` header repeats (SEP-2243). */
const namedBy: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

/** A request whose headers and envelope are so plainly right that the SDK would find nothing to say (SEP-2243). */
export function isPlain({ headers }: IncomingMessage, body: RpcMessage): body is RpcRequest {
  if (Array.isArray(body) || !('id' in body) || !('method' in body) || !hasEnvelope(body)) return false;
  const accept = headers.accept ?? '';
  const key = namedBy.get(body.method);
  return (
    headers['mcp-protocol-version'] === modernVersion &&
    headers['mcp-method'] === body.method &&
    (key === undefined || isName(headers['mcp-name'], body.params?.[key])) &&
    accept.includes('application/json') &&
    accept.includes('text/event-stream')
  );
}

/** What a header cannot carry as it is travels in Base64. */
function isName(header: string | string[] | undefined, name: unknown): boolean {
  return header === name || (typeof header === 'string' && decoded(header) === name);
}
