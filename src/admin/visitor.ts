import type { Gateway } from '../gateway.ts';
import { Presence } from '../server/presence.ts';
import { type CallContext, localPrincipal } from '../types.ts';
import type { Exchange } from './parts.ts';

const owner = 'admin';

/** Whoever tries tools over the API, as a client: its sessions end when it has been idle. */
export class Visitor {
  readonly #presence: Presence;

  constructor(gateway: Gateway) {
    const leave = () => void gateway.leave(owner);
    this.#presence = new Presence(gateway.config.gateway.sessionIdleMs, leave);
  }

  /** For a call that belongs to this request. */
  context({ response, cancellation }: Exchange): CallContext {
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
