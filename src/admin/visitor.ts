import type { Gateway } from '../gateway.ts';
import { Presence } from '../server/presence.ts';
import { type CallContext, localPrincipal } from '../types.ts';
import type { Exchange } from './parts.ts';

const owner = 'admin';

/** Whoever tries tools over the API, as a client: its sessions end when it has been idle. */
export class Visitor {
  readonly #gateway: Gateway;
  readonly #presence: Presence;
  #idleMs: number;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.#idleMs = gateway.config.gateway.sessionIdleMs;
    const leave = () => void gateway.leave(owner);
    this.#presence = new Presence(this.#idleMs, leave);
  }

  /** For a call that belongs to this request. */
  context({ response, cancellation }: Exchange): CallContext {
    const { sessionIdleMs } = this.#gateway.config.gateway;
    if (sessionIdleMs !== this.#idleMs) {
      this.#idleMs = sessionIdleMs;
      this.#presence.idleMs = sessionIdleMs;
    }
    response.once('close', this.#presence.enter(owner));
    return {
      owner,
      principal: localPrincipal,
      client: 'mcpx-admin',
      era: 'legacy',
      capabilities: {},
      cancellation,
      verbatim: true,
    };
  }

  close(): void {
    this.#presence.close();
  }
}
