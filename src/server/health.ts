import type { ServerResponse } from 'node:http';
import { countTools } from '../catalog/snapshot.ts';
import type { ReloadReport } from '../config/reloads.ts';
import type { Gateway } from '../gateway.ts';
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

/** How the gateway is, for those who may see more than yes or no. */
export function detailOf(gateway: Gateway, { loadedAt, refused, ...configuration }: ReloadReport): object {
  const { snapshot } = gateway;
  const servers = [...gateway.statuses()].map(([name, status]) => {
    const { state, reason, since, health, pool, calls } = status;
    return {
      name,
      state,
      reason,
      since: time(since),
      tools: snapshot.servers.get(name)?.tools.size ?? 0,
      health: { ...health, at: health.at === undefined ? undefined : time(health.at) },
      pool,
      calls,
    };
  });
  return {
    version: self.version,
    tools: countTools(snapshot),
    servers,
    configuration: {
      ...configuration,
      loadedAt: time(loadedAt),
      refused: refused && { ...refused, at: time(refused.at) },
    },
  };
}

function time(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
