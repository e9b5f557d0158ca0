/** Servers and tools as the API shows them. */
import type { z } from 'zod/mini';
import { signature } from '../compress/signature.ts';
import type { ServerEntry } from '../config/change.ts';
import { transportFor } from '../config/connection.ts';
import { ownNames } from '../config/foreign.ts';
import type { Gateway } from '../gateway.ts';
import { safeText } from '../telemetry/safe.ts';
import type { LoginReport, Tool } from '../types.ts';
import type { UpstreamReport } from '../upstream/upstream.ts';
import type { server } from './contract/servers.ts';

type Server = z.output<typeof server>;

export function shownServer(gateway: Gateway, name: string, own: ServerEntry | undefined): Server {
  const status = gateway.statuses().get(name);
  const known = gateway.snapshot.servers.get(name);
  const { listing } = known ?? {};
  const common = {
    name,
    enabled: status !== undefined,
    type: gateway.configOf(name)?.target?.type ?? typeOf(own),
    fresh: known?.fresh ?? false,
    tools: { enabled: known?.tools.size ?? 0, all: listing?.tools.length ?? 0 },
    resources: listing?.resources.length ?? 0,
    prompts: listing?.prompts.length ?? 0,
  };
  const nothing = { calls: { running: 0, waiting: 0 }, logins: [] };
  return status === undefined
    ? { ...common, state: 'disabled', ...nothing }
    : { ...common, ...shownStatus(status) };
}

function shownStatus({ state, since, reason, help, calls, pool, health, logins }: UpstreamReport) {
  const { at, calledAt, reason: why, ...rest } = health;
  const { discarded, ...counters } = pool;
  return {
    state,
    since: timeOf(since),
    ...(reason !== undefined && { reason: safeText(reason) }),
    ...(help !== undefined && { help }),
    calls,
    pool: { ...counters, discarded: discarded as Record<string, number> },
    health: {
      ...rest,
      ...(at !== undefined && { at: timeOf(at) }),
      ...(calledAt !== undefined && { calledAt: timeOf(calledAt) }),
      ...(why !== undefined && { reason: safeText(why) }),
    },
    logins: logins.map(shownLogin),
  };
}

function shownLogin({ loggedInAt, refreshedAt, expiresAt, problem, ...login }: LoginReport) {
  return {
    ...login,
    ...(loggedInAt !== undefined && { loggedInAt: timeOf(loggedInAt) }),
    ...(refreshedAt !== undefined && { refreshedAt: timeOf(refreshedAt) }),
    ...(expiresAt !== undefined && { expiresAt: timeOf(expiresAt) }),
    ...(problem !== undefined && { problem: safeText(problem) }),
  };
}

/** How one that is not used would be reached. */
function typeOf(own: ServerEntry | undefined): Server['type'] {
  const { command, url, type } = ownNames(own ?? {});
  if (command !== undefined) return 'stdio';
  if (typeof url !== 'string' || !URL.canParse(url)) return 'unknown';
  return transportFor(type as Parameters<typeof transportFor>[0], url);
}

/** A tool of the list: what it says of itself is anybody's text. */
export function shownTool(gateway: Gateway, server: string, tool: Tool) {
  const { name, title, description } = tool;
  return {
    server,
    name,
    ...(typeof title === 'string' && { title }),
    ...(typeof description === 'string' && { description }),
    signature: signature(server, tool),
    enabled: gateway.snapshot.servers.get(server)?.tools.has(name) ?? false,
    asks: gateway.configOf(server)?.tools.ask.includes(name) ?? false,
  };
}

export function timeOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
