import { setTimeout as delay } from 'node:timers/promises';
import { asMcpxError, McpxError } from '../../errors.ts';
import { isRequest, type RequestId, type RpcMessage } from '../../rpc/messages.ts';
import { bodyTooLarge, maxBodyBytes } from '../../server/body.ts';
import { within } from '../../within.ts';
import { Exchange } from './exchange.ts';
import { messagesIn } from './input.ts';
import type { Link } from './link.ts';
import { modernHeaders } from './modern.ts';
import type { Output } from './output.ts';
import type { Route } from './route.ts';
import type { Session } from './session.ts';

/** The most requests that wait for an answer at a time. */
const maxOpen = 1_024;
/** How long a 2025-era request may go on after it was cancelled; by then the gateway has heard of it. */
const cancelledMs = 1_000;

/** Passes what one client says on to the gateway, and what the gateway says to the client; each text as it came. */
export class Relay {
  readonly #route: Route;
  readonly #session: Session;
  readonly #output: Output;
  readonly #open = new Map<RequestId, Exchange>();
  /** What a client that says no more still waits for. */
  readonly #asked = new Set<Promise<void>>();

  constructor(route: Route, session: Session, output: Output) {
    this.#route = route;
    this.#session = session;
    this.#output = output;
    session.onLost = link => route.lost(link);
  }

  /**
   * Takes one line of the client. Resolves when the next may come: requests go side by side, but what others rest upon
   * goes before them.
   */
  async take(line: string): Promise<void> {
    const messages = messagesIn(line);
    const [first] = messages;
    if (first === undefined || this.#cancels(first)) return;
    const ids = messages.filter(isRequest).map(({ id }) => id);
    const exchange = new Exchange(line, modernHeaders(first), ids);
    // refused before it has read it all, the gateway could not be heard
    if (Buffer.byteLength(line) > maxBodyBytes) return exchange.fail(bodyTooLarge(), this.#output);
    if (ids.length === 0) return this.#tell(exchange, first);
    const method = 'method' in first ? first.method : '';
    if (method === 'initialize') {
      exchange.onAnswer = (text, headers) => this.#session.opened(line, text, headers);
    }
    const asked = this.#ask(exchange);
    if (method === 'subscriptions/listen') return; // has no answer before its end
    this.#asked.add(asked);
    void asked.then(() => this.#asked.delete(asked));
    if (method === 'initialize') await asked;
  }

  /** A request was longer than is read. */
  async refuse(id: RequestId): Promise<void> {
    await new Exchange('', undefined, [id]).fail(bodyTooLarge(), this.#output);
  }

  /** Resolves when everything that was asked is answered, or after `ms`. */
  async settled(ms: number): Promise<void> {
    await within(ms, Promise.all(this.#asked));
  }

  /** Breaks off what is open, and ends the session. */
  async close(): Promise<void> {
    for (const exchange of this.#open.values()) exchange.stop();
    const link = this.#route.now;
    if (link !== undefined) await this.#session.end(link);
  }

  async #ask(exchange: Exchange): Promise<void> {
    if (this.#open.size + exchange.waiting.size > maxOpen) {
      const help = 'Repeat it when others have been answered.';
      const error = new McpxError('SERVER_BUSY', `${maxOpen} requests are open.`, { help });
      return exchange.fail(error, this.#output);
    }
    const ids = [...exchange.waiting];
    for (const id of ids) this.#open.set(id, exchange);
    try {
      const link = await this.#carry(exchange);
      await exchange.fail(link.broken('it ended the answer before its end'), this.#output);
    } catch (error) {
      await exchange.fail(asMcpxError(error), this.#output);
    } finally {
      for (const id of ids) if (this.#open.get(id) === exchange) this.#open.delete(id);
    }
  }

  /** A notification, or an answer of the client: nobody waits for what comes of it, but what follows comes later. */
  async #tell(exchange: Exchange, message: RpcMessage): Promise<void> {
    try {
      const link = await this.#carry(exchange);
      const opens = 'method' in message && message.method === 'notifications/initialized';
      if (opens) this.#session.ready(exchange.line, link);
    } catch {
      // it is lost with the gateway that it was for
    }
  }

  /** Resolves, with the gateway that had it, at the end of the response. What nobody has got is sent once more. */
  async #carry(exchange: Exchange): Promise<Link> {
    for (let again = false; ; again = true) {
      const link = await this.#route.link;
      const { signal, line: body } = exchange;
      signal.throwIfAborted();
      const headers = exchange.headers ?? this.#session.headers;
      try {
        const response = await link.send({ method: 'POST', headers, signal, body });
        const isSessionLost = response.statusCode === 404 && 'mcp-session-id' in headers;
        if (again || !isSessionLost) {
          await exchange.receive(response, this.#output);
          return link;
        }
        response.resume();
        this.#route.lost(link);
      } catch (thrown) {
        const error =
          thrown instanceof McpxError
            ? thrown
            : link.broken(`it has ended, or broke off (${(thrown as Error).message})`);
        if (error.unsent || !link.up) this.#route.lost(link);
        if (again || !error.unsent) throw error;
      }
    }
  }

  /**
   * Takes the cancellation of an open request: over HTTP a 2026-era client closes its stream. A 2025-era client's goes
   * on to the gateway as well, which may not have read the request yet; its stream is closed a little later.
   */
  #cancels(message: RpcMessage): boolean {
    if (!('method' in message) || message.method !== 'notifications/cancelled' || isRequest(message))
      return false;
    const exchange = this.#open.get(message.params?.['requestId'] as RequestId);
    if (exchange === undefined) return false;
    if (exchange.headers !== undefined) {
      exchange.stop();
      return true;
    }
    exchange.waiting.delete(message.params?.['requestId'] as RequestId);
    void delay(cancelledMs, undefined, { ref: false }).then(() => {
      if (exchange.waiting.size === 0) exchange.stop();
    });
    return false;
  }
}
