import { type Channel, channel } from 'node:diagnostics_channel';
import type { RequestNote, UpstreamStatus } from '../types.ts';
import type { Attempt, CallNote } from './notes.ts';

/** Everything that happens, by name. Log, metrics, traces and history subscribe; publishers know none of them. Times in ms. */
export interface Events {
  'gateway.started': { version: string; config: string; servers: number; address?: string };
  'gateway.stopping': { reason: string };
  /** Another configuration holds from now on. Names of servers and of settings; `ms` from reading it to its last swap. */
  'config.reloaded': {
    file: string;
    version: string;
    cause: ReloadCause;
    ms: number;
    added: string[];
    removed: string[];
    /** Connected to anew. */
    replaced: { server: string; settings: string[] }[];
    /** Changed without touching a connection. */
    adjusted: { server: string; settings: string[] }[];
    gateway: string[];
    /** Settings that wait for the next start. */
    restart: string[];
    /** Such as `file:line:column: message`; those that were not there before. */
    warnings: string[];
  };
  /** A configuration could not be used; the one before goes on. `problems`: such as `file:line:column: message`. */
  'config.refused': { file: string; cause: ReloadCause; problems: string[] };
  /** Somebody changed something; `what` is what they did, such as `logged out of server "x"`. */
  'gateway.changed': { principal: string; what: string; detail?: string };
  'auth.refused': { code: string; method: string; path: string; from: string };
  /** A call was not made: a person would have had to confirm it, and did not. */
  'call.refused': {
    principal: string;
    client: string;
    server: string;
    tool: string;
    /** The id of the client's request, where somebody listened to it. */
    request?: string;
    reason: string;
  };

  'upstream.state': { server: string; status: UpstreamStatus };
  'upstream.listed': { server: string; tools: number; ms: number; warnings: string[] };
  'upstream.stderr': { server: string; line: string };
  'upstream.noise': { server: string; line: string; count: number };
  'breaker.changed': { server: string; state: string; failures: number; reason?: string };
  'process.started': { server: string; pid: number };
  'process.ended': { server: string; pid: number; code: number | null; signal: string | null; ms: number };
  'connection.opened': { server: string; ms: number; protocolVersion: string; pid?: number };
  /** `ms` is how long it was open; `lost`: nobody here wanted it gone. */
  'connection.closed': { server: string; ms: number; protocolVersion: string; lost: boolean; reason: string };
  /** A pool has parted with a connection, or with the wish for one. */
  'pool.discarded': { server: string; reason: string };

  /** A client asks something of the gateway; whoever traces may put a trace context into it. */
  'request.started': RequestNote;
  'request.ended': RequestNote;
  /** One request to one server begins, such as the one that an `exec` makes. */
  'call.started': CallNote;
  /** It goes on the wire, each time that it does; what is put into `carrier` goes along. */
  'call.sent': Attempt;
  'call.answered': Attempt;
  'call.ended': CallNote;
  /** It failed, while nobody listened to how calls end: its times are not known, but for the whole. */
  'call.failed': CallNote;
  /** A result was given again; `joined`: it is that of an equal call that was under way. */
  'cache.hit': { server: string; method: string; tool?: string; joined: boolean };
  'search.ended': { queries: string[]; found: number; ms: number };

  /** The endpoint for embeddings does not work, or works again; searches go on by words. */
  'embeddings.failed': { reason: string };
  'embeddings.recovered': Record<string, never>;

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
    request?: RequestNote;
  };
  /** Compression would have saved so much of a result; it is only being watched. */
  'result.shadowed': { client: string; principal: string; server: string; tool: string; saved: number };
  'catalog.changed': { version: number; servers: number; tools: number };
  'client.opened': { session: string; principal: string; name?: string };
  'client.closed': { session: string; principal: string; name?: string; reason: string; ms: number };
  /** A part of what watches does not work, or works again; calls go on in any case. */
  'telemetry.failed': { part: string; reason: string };
  'telemetry.recovered': { part: string };
}

/** What a reload was asked for by: a changed file, SIGHUP, or a person. */
export type ReloadCause = 'file' | 'signal' | 'request';

export type EventName = keyof Events;

/** Held, so that a channel that nobody listens to is not made anew each time. */
const channels = new Map<EventName, Channel>();

/** Publishes one event; costs next to nothing while nobody listens. */
export function publish<N extends EventName>(name: N, event: Events[N]): void {
  const target = channelOf(name);
  if (target.hasSubscribers) target.publish(event);
}

/** Whether anybody listens to `name`: what only serves to publish it need not be done otherwise. */
export function listened(name: EventName): boolean {
  return channelOf(name).hasSubscribers;
}

/**
 * Calls `listener` with each event called `name`; the function returned ends that. What it throws is told as
 * `telemetry.failed`: whoever watches must not end what is watched.
 */
export function subscribe<N extends EventName>(name: N, listener: (event: Events[N]) => void): () => void {
  const target = channelOf(name);
  const heard = (event: unknown) => {
    try {
      listener(event as Events[N]);
    } catch (thrown) {
      if (name !== 'telemetry.failed')
        publish('telemetry.failed', { part: `listener of ${name}`, reason: String(thrown) });
    }
  };
  target.subscribe(heard);
  return () => target.unsubscribe(heard);
}

function channelOf(name: EventName): Channel {
  let known = channels.get(name);
  if (known === undefined) {
    known = channel(`mcpx:${name}`);
    channels.set(name, known);
  }
  return known;
}
