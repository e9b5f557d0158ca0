import { Agent, type IncomingMessage, request } from 'node:http';
import { McpxError } from '../../errors.ts';
import { runs } from '../../proc.ts';
import type { Instance } from '../instance/instance.ts';

/** A request on which nothing comes for so long is given up: a gateway that works says something every 15 s. */
const silenceMs = 90_000;
/** Shorter than the gateway's own 65 s, so that no request meets a connection that is just being closed. */
const idleMs = 30_000;

export interface Sending {
  method: 'POST' | 'GET' | 'DELETE';
  headers: Record<string, string>;
  signal: AbortSignal;
  body?: string;
}

/** The way to one running gateway, over connections that are kept. */
export class Link {
  readonly #instance: Instance;
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, timeout: idleMs, scheduling: 'lifo' });

  /** `path` is where on the gateway: what this client is shown, and its name among those of the 2026 era. */
  constructor(instance: Instance, path: string) {
    this.#instance = instance;
    this.#url = new URL(path, instance.address);
  }

  get address(): string {
    return this.#instance.address;
  }

  /** Whether the gateway's process still runs. */
  get up(): boolean {
    return runs(this.#instance.pid, this.#instance.processStart);
  }

  /** Resolves when the head of the response is there. Rejects with NO_GATEWAY, `unsent` when nothing got there. */
  send({ method, headers, signal, body }: Sending): Promise<IncomingMessage> {
    // another program may have its port by now
    if (!this.up) return Promise.reject(this.broken('it has ended', true));
    return new Promise((resolve, reject) => {
      let response: IncomingMessage | undefined;
      const sent = request(this.#url, {
        method,
        agent: this.#agent,
        signal,
        timeout: silenceMs,
        headers: {
          authorization: `Bearer ${this.#instance.key}`,
          accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
      });
      sent.once('response', head => {
        response = head;
        resolve(head);
      });
      sent.on('error', error => reject(this.#failure(error)));
      sent.on('timeout', () => {
        if (method === 'GET' || response?.readableLength) return; // it may be silent; or it is we who do not read
        sent.destroy(this.broken(`nothing came for ${silenceMs / 1_000} s`));
      });
      sent.end(body);
    });
  }

  /** For a request whose answer will not come. */
  broken(why: string, unsent = false): McpxError {
    const what = `no answer from the gateway at ${this.address} (process ${this.#instance.pid}): ${why}.`;
    const help = unsent ? '' : 'The call may or may not have taken effect; check before repeating it.';
    return new McpxError('NO_GATEWAY', what, { help, unsent });
  }

  #failure(error: NodeJS.ErrnoException): Error {
    if (error instanceof McpxError || error.name === 'AbortError') return error;
    return this.broken(`it has ended, or broke off (${error.message})`, error.code === 'ECONNREFUSED');
  }
}
