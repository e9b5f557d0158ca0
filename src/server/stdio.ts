import type { Readable, Writable } from 'node:stream';
import type { Server, Transport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { askable } from '../call/kinds.ts';
import { LineTransport } from '../rpc/lines.ts';
import { isNotification, isRequest, type RpcMessage } from '../rpc/messages.ts';
import type { Era, JsonObject } from '../types.ts';
import { clientName } from './client-name.ts';
import { hasEnvelope } from './eras.ts';
import { sdkServer } from './mcp.ts';
import { isCall, Shortcut } from './shortcut.ts';
import type { ThreeTools } from './three-tools.ts';
import type { Wire } from './wire.ts';

export interface StdioFront {
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
  /** Tells the client that the tools' descriptions have changed. */
  toolsChanged(): void;
  /** Resolves when everything that was answered is written. */
  close(): Promise<void>;
}

/** The one client of a stdio gateway; it has its connections to itself. */
const stdioOwner = 'stdio';
const principal = 'local';

/** Serves one client over two streams, in whichever era it speaks. */
export function serveOverStdio(tools: ThreeTools, input: Readable, output: Writable): StdioFront {
  const wire = new LineTransport({ pauseWhenFull: true });
  const shortcut = new Shortcut(tools);
  const front = new ShortcutTransport(wire, shortcut);
  let server: Server | undefined;
  const closed = new Promise<void>(resolve => {
    wire.onclose = () => {
      shortcut.cancelAll();
      front.onclose?.();
      resolve();
    };
  });
  const handle = serveStdio(
    ({ era }) => {
      server = sdkServer(tools, { era, principal, owner: stdioOwner, client: front.client });
      return server;
    },
    { transport: front, onerror: () => {} },
  );
  wire.attach(input, output);
  return {
    closed,
    toolsChanged: () => void server?.sendToolListChanged().catch(() => {}), // a client that is not ready will list anyway
    close: async () => {
      await wire.flushed();
      await handle.close();
    },
  };
}

/** Lets the shortcut have what it can answer, and the SDK all else. */
class ShortcutTransport implements Transport, Wire {
  readonly progressGapMs = 10;
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** What the client calls itself. */
  client = 'unnamed';
  /** What a client of 2025 has declared that it can be asked. */
  #capabilities: JsonObject = {};
  readonly #wire: LineTransport;
  readonly #shortcut: Shortcut;
  #legacyReady = false;

  constructor(wire: LineTransport, shortcut: Shortcut) {
    this.#wire = wire;
    this.#shortcut = shortcut;
    wire.onmessage = (message, extra) => {
      this.#meet(message as RpcMessage);
      if (!this.#takes(message as RpcMessage)) this.onmessage?.(message, extra);
    };
    wire.onerror = error => this.onerror?.(error);
  }

  get unread(): number {
    return this.#wire.unread;
  }

  async start(): Promise<void> {}

  send(message: unknown): Promise<void> {
    return this.#wire.send(message);
  }

  close(): Promise<void> {
    return this.#wire.close();
  }

  /** Both eras begin with a request that says who asks. */
  #meet(message: RpcMessage): void {
    if (!isRequest(message)) return;
    if (this.client === 'unnamed') this.client = clientName(message.params);
    if (message.method === 'initialize') this.#capabilities = askable(message.params?.['capabilities']);
  }

  #takes(message: RpcMessage): boolean {
    if (isNotification(message)) {
      if (message.method === 'notifications/initialized') this.#legacyReady = true;
      return message.method === 'notifications/cancelled' && this.#shortcut.cancelled(message);
    }
    if (!('method' in message)) return this.#shortcut.answered(message);
    if (!isCall(message)) return false;
    const era: Era | undefined = hasEnvelope(message) ? 'modern' : this.#legacyReady ? 'legacy' : undefined;
    if (era === undefined || (era === 'modern' && this.#legacyReady)) return false;
    void this.#shortcut.answer(
      message,
      { era, principal, owner: stdioOwner, client: this.client, capabilities: this.#capabilities },
      this,
    );
    return true;
  }
}
