import type { Transport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { askable } from '../call/kinds.ts';
import { plain } from '../exact.ts';
import { isNotification, isRequest, type RpcMessage } from '../rpc/messages.ts';
import type { Era, JsonObject, Principal } from '../types.ts';
import { clientName } from './client-name.ts';
import { hasEnvelope } from './eras.ts';
import type { Listeners } from './listeners.ts';
import { type Caller, sdkServer } from './mcp.ts';
import { isForServers } from './news.ts';
import { type Common, isAnswerable, Shortcut } from './shortcut.ts';
import type { Surface } from './surface.ts';
import type { Wire } from './wire.ts';

/** Both directions of one client's only connection. */
export interface Line extends Wire {
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  onerror?: (error: Error) => void;
  close(): Promise<void>;
}

export interface DuplexOptions {
  common: Common;
  listeners: Listeners;
  line: Line;
  principal: Principal;
  /** Whose upstream connections its calls use. */
  owner: string;
  /** What a client that calls itself so is shown. */
  surface: (client: string) => Surface;
  /** The client's roots have changed, or something else that its servers may want to know. */
  ontold: (method: string) => void;
}

/** Serves one client over one connection for both directions, in whichever era it speaks. */
export class Duplex {
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
  readonly #transport: ShortcutTransport;
  readonly #handle: { close(): Promise<void> };

  constructor(options: DuplexOptions) {
    const transport = new ShortcutTransport(options);
    this.#transport = transport;
    this.closed = transport.closed;
    this.#handle = serveStdio(({ era }) => sdkServer(transport.caller(era), options.common.activity), {
      transport,
      onerror: () => {},
    });
  }

  /** What the client calls itself. */
  get client(): string {
    return this.#transport.client;
  }

  async close(): Promise<void> {
    this.#transport.deafen();
    await this.#handle.close();
  }
}

/** Lets the shortcut have what it can answer, and the SDK all else. */
class ShortcutTransport implements Transport, Wire {
  readonly progressGapMs = 10;
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
  readonly #options: DuplexOptions;
  readonly #shortcut: Shortcut;
  /** What the client calls itself. */
  client = 'unnamed';
  #surface?: Surface;
  /** What a client of 2025 has declared that it can be asked. */
  #capabilities: JsonObject = {};
  #legacyReady = false;
  /** Ends what the client is told of changes. */
  #deafen = () => {};

  constructor(options: DuplexOptions) {
    this.#options = options;
    this.#shortcut = new Shortcut(options.common);
    const { line } = options;
    line.onmessage = (message, extra) => {
      this.#meet(message as RpcMessage);
      if (!this.#takes(message as RpcMessage)) this.onmessage?.(plain(message), extra);
    };
    line.onerror = error => this.onerror?.(error);
    this.closed = new Promise<void>(resolve => {
      line.onclose = () => {
        this.#deafen();
        this.#shortcut.cancelAll();
        this.onclose?.();
        resolve();
      };
    });
  }

  get unread(): number {
    return this.#options.line.unread;
  }

  async start(): Promise<void> {}

  send(message: unknown): Promise<void> {
    return this.#options.line.send(message as object);
  }

  close(): Promise<void> {
    return this.#options.line.close();
  }

  caller(era: Era): Caller {
    const { principal, owner, surface } = this.#options;
    this.#surface ??= surface(this.client);
    return {
      era,
      principal,
      owner,
      client: this.client,
      surface: this.#surface,
      capabilities: this.#capabilities,
    };
  }

  /** The client is told of no more changes. */
  deafen(): void {
    this.#deafen();
  }

  /** Both eras begin with a request that says who asks. */
  #meet(message: RpcMessage): void {
    if (!isRequest(message)) return;
    if (this.client === 'unnamed') this.client = clientName(message.params);
    if (message.method === 'initialize') this.#capabilities = askable(message.params?.['capabilities']);
  }

  #takes(message: RpcMessage): boolean {
    if (isNotification(message)) {
      if (message.method === 'notifications/initialized') this.#ready();
      if (isForServers(message.method)) this.#options.ontold(message.method);
      return message.method === 'notifications/cancelled' && this.#shortcut.cancelled(message);
    }
    if (!('method' in message)) return this.#shortcut.answered(message);
    const era = this.#eraOf(message);
    if (era === undefined) return false;
    const caller = this.caller(era);
    if (!isAnswerable(message, caller.surface, era)) return false;
    void this.#shortcut.answer(message, caller, this);
    return true;
  }

  /** Undefined where the SDK has to look first. */
  #eraOf(message: RpcMessage): Era | undefined {
    if (!isRequest(message)) return undefined;
    if (!hasEnvelope(message)) return this.#legacyReady ? 'legacy' : undefined;
    return this.#legacyReady ? undefined : 'modern';
  }

  /** From now on a client of 2025 is told of changes, unasked. */
  #ready(): void {
    if (this.#legacyReady) return;
    this.#legacyReady = true;
    const tell = (method: string, params?: JsonObject) =>
      void this.send({ jsonrpc: '2.0', method, params }).catch(() => {}); // a client that is gone need not know
    this.#deafen = this.#options.listeners.add(this.#options.owner, {
      owner: this.#options.owner,
      surface: this.caller('legacy').surface,
      tell,
    });
  }
}
