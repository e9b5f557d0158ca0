import { type EventName, type Events, subscribe } from '../../telemetry/events.ts';
import { Flood } from '../../telemetry/log/flood.ts';
import type { CallNote } from '../../telemetry/notes.ts';
import { safeName, safeText } from '../../telemetry/safe.ts';
import type { EventKind, EventOf } from '../contract/events.ts';
import type { Feed } from './feed.ts';

/** Calls that are told in a second; there may be thousands, and all of them are remembered elsewhere. */
const callsPerSecond = 50;
/** In characters. */
const longestError = 300;

/** Tells `feed` of what happens, without secrets; the function returned ends that. */
export function feeding(feed: Feed): () => void {
  const add = <K extends EventKind>(kind: K, data: EventOf<K>) => feed.add(kind, data);
  const on = <N extends EventName>(name: N, tell: (event: Events[N]) => void) => subscribe(name, tell);
  const flood = new Flood(callsPerSecond);
  const ends = [
    on('upstream.state', ({ server, status: { state, reason } }) =>
      add('server', {
        server: safeName(server),
        state,
        ...(reason !== undefined && { reason: safeText(reason) }),
      }),
    ),
    on('upstream.listed', ({ server, tools, ms }) => add('listed', { server: safeName(server), tools, ms })),
    on('catalog.changed', ({ servers, tools }) => add('catalog', { servers, tools })),
    on('breaker.changed', ({ server, state, failures }) =>
      add('breaker', { server: safeName(server), state, failures }),
    ),
    on('process.started', ({ server, pid }) =>
      add('process', { server: safeName(server), pid, running: true }),
    ),
    on('process.ended', ({ server, pid }) =>
      add('process', { server: safeName(server), pid, running: false }),
    ),
    on('call.ended', note => {
      if (flood.admit('calls') !== undefined) add('call', shownCall(note));
    }),
    on('client.opened', ({ name = '', principal }) =>
      add('session', { client: safeName(name), principal: safeName(principal), open: true }),
    ),
    on('client.closed', ({ name = '', principal }) =>
      add('session', { client: safeName(name), principal: safeName(principal), open: false }),
    ),
    on('config.reloaded', ({ version, cause, ms, added, removed, replaced, adjusted, gateway, restart }) =>
      add('reloaded', {
        version,
        cause,
        ms,
        difference: { added, removed, replaced, adjusted, gateway, restart },
      }),
    ),
    on('config.refused', ({ problems }) =>
      add('refused', { problems: problems.map(text => safeText(text)) }),
    ),
    on('gateway.changed', ({ principal, what }) =>
      add('changed', { principal: safeName(principal), what: safeText(what) }),
    ),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function shownCall({ server, method, tool, client, principal, outcome = 'ok', ms, error }: CallNote) {
  return {
    server: safeName(server),
    method: safeName(method),
    ...(tool !== undefined && { tool: safeName(tool) }),
    client: safeName(client),
    principal: safeName(principal),
    outcome,
    ms,
    ...(error !== undefined && { error: safeText(error, longestError) }),
  };
}
