import { channel } from 'node:diagnostics_channel';
import type { UpstreamStatus } from '../types.ts';

/** Everything that happens, by name. Log, metrics, traces and history subscribe; publishers know none of them. */
export interface Events {
  'upstream.state': { server: string; status: UpstreamStatus };
  'upstream.listed': { server: string; tools: number; ms: number; warnings: string[] };
  'upstream.stderr': { server: string; line: string };
  'upstream.noise': { server: string; line: string; count: number };
  'connection.opened': { server: string; ms: number; protocolVersion: string; pid?: number };
  'call.ended': {
    server: string;
    method: string;
    tool?: string;
    principal: string;
    ms: number;
    outcome: Outcome;
  };
  /** A result was given again; `joined`: it is that of an equal call that was under way. */
  'cache.hit': { server: string; method: string; tool?: string; joined: boolean };
  /** A client was given the menu; `flat`: what all tools would have cost it. In tokens, as in all that follows. */
  'menu.listed': { client: string; principal: string; tokens: number; flat: number };
  /** It was told of tools or resources: the question and the reply. */
  'discovery.answered': { client: string; principal: string; tokens: number };
  /** It was given the result of a tool, which would have taken `before` as it came. */
  'result.answered': {
    client: string;
    principal: string;
    server: string;
    tool: string;
    argumentTokens: number;
    tokens: number;
    before: number;
  };
  /** Compression would have saved so much of a result; it is only being watched. */
  'result.shadowed': { client: string; principal: string; server: string; tool: string; saved: number };
  'catalog.changed': { version: number; servers: number; tools: number };
  'client.opened': { session: string; principal: string; name?: string };
  'client.closed': { session: string; reason: string };
}

/** `error` is a tool's own error; the others are how the call itself failed. */
export type Outcome = 'ok' | 'tool_error' | 'rpc_error' | 'failed' | 'cancelled' | 'timeout';

export type EventName = keyof Events;

/** Publishes one event; costs next to nothing while nobody listens. */
export function publish<N extends EventName>(name: N, event: Events[N]): void {
  const target = channel(`mcpx:${name}`);
  if (target.hasSubscribers) target.publish(event);
}

/** Whether anybody listens to `name`: what only serves to publish it need not be done otherwise. */
export function listened(name: EventName): boolean {
  return channel(`mcpx:${name}`).hasSubscribers;
}

/** Calls `listener` with each event called `name`; the function returned ends that. */
export function subscribe<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
  const target = channel(`mcpx:${name}`);
  const heard = (event: unknown) => listener(event as Events[N]);
  target.subscribe(heard);
  return () => target.unsubscribe(heard);
}
