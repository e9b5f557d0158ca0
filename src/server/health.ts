import type { ServerResponse } from 'node:http';
import { countTools } from '../catalog/snapshot.ts';
import type { ReloadReport } from '../config/reloads.ts';
import type { Gateway } from '../gateway.ts';
import { type LoginReport, localPrincipal, type Principal } from '../types.ts';
import { self } from '../version.ts';
import { sendJson } from './http-errors.ts';

/** `/healthz`: alive. `/readyz`: a catalog can be served, 503 while the gateway stops. `detail`: for those with a credential. */
export function health(
  path: '/healthz' | '/readyz',
  detail: object | undefined,
  draining: boolean,
  response: ServerResponse,
): void {
  const ready = !draining;
  const status = path === '/readyz' && !ready ? 503 : 200;
  const word = path === '/healthz' ? 'alive' : ready ? 'ready' : 'stopping';
  sendJson(response, status, { status: word, ...detail });
}

/** How the gateway is, for those who may see more than yes or no: of logins the gateway's, and those of `principal`. */
export function detailOf(
  gateway: Gateway,
  { loadedAt, refused, ...configuration }: ReloadReport,
  principal: Principal,
): object {
  const { snapshot } = gateway;
  const servers = [...gateway.statuses()].map(([name, status]) => {
    const { state, reason, since, health, pool, calls, logins } = status;
    const { at, calledAt } = health;
    const shown = logins.filter(login => [localPrincipal, principal].includes(login.principal));
    return {
      name,
      state,
      reason,
      since: time(since),
      tools: snapshot.servers.get(name)?.tools.size ?? 0,
      health: { ...health, at: at && time(at), calledAt: calledAt && time(calledAt) },
      pool,
      calls,
      ...(shown.length > 0 && { logins: shown.map(withTimes) }),
    };
  });
  return {
    version: self.version,
    tools: countTools(snapshot),
    servers,
    ...(gateway.embeddings && { embeddings: gateway.embeddings.report }),
    configuration: {
      ...configuration,
      loadedAt: time(loadedAt),
      refused: refused && { ...refused, at: time(refused.at) },
    },
  };
}

function withTimes({ loggedInAt, refreshedAt, expiresAt, ...login }: LoginReport): object {
  const times = { loggedInAt, refreshedAt, expiresAt };
  const shown = Object.entries(times).map(([name, at]) => [name, at && time(at)]);
  return { ...login, ...Object.fromEntries(shown) };
}

function time(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
