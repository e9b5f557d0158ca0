import { currentEnvironment } from '../config/environment.ts';
import { stateFolder } from '../config/locate.ts';
import type { Config } from '../config/types.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import type { JsonObject } from '../types.ts';
import type { HealthReport } from '../upstream/health.ts';
import type { UpstreamReport } from '../upstream/upstream.ts';
import { counted } from '../words.ts';
import type { Given } from './command.ts';
import { asked, findInstance } from './instance/find.ts';
import type { Instance } from './instance/instance.ts';
import type { ShownLogin } from './login/shown.ts';
import { located } from './setup.ts';

/** How a running gateway sees one of its servers. */
export type Running = Pick<UpstreamReport, 'state' | 'pool' | 'calls'> & {
  health: Omit<HealthReport, 'at' | 'calledAt'> & { calledAt?: string };
  logins?: ShownLogin[];
  /** Where a person can log in to it, in the name of the gateway; absent where that would change nothing. */
  loginPage?: string;
};

/** The gateway that runs with this configuration; undefined when none does. */
export function runningWith(file: string): Promise<Instance | undefined> {
  return findInstance(file, stateFolder(currentEnvironment()));
}

/** The gateway that runs with the configuration that the user means. Throws NO_GATEWAY. */
export async function mustRun(given: Given): Promise<Instance> {
  const file = located(given);
  const instance = await runningWith(file);
  if (instance === undefined) throw new McpxError('NO_GATEWAY', `no gateway runs with ${file}.`);
  return instance;
}

/** The servers of the gateway that runs with this configuration, by name; none when no gateway runs. */
export async function runningGateway(config: Config): Promise<Map<string, Running>> {
  const instance = await runningWith(config.file);
  if (instance === undefined) return new Map();
  const health = await asked(instance, '/readyz').catch(() => undefined); // it has just ended
  const servers =
    isObject(health) && Array.isArray(health['servers']) ? (health['servers'] as JsonObject[]) : [];
  const known = servers.map(async ({ name, state, health, pool, calls, logins }) => {
    const loginPage = state === 'needs_auth' ? await loginPageOf(instance, String(name)) : undefined;
    return [String(name), { state, health, pool, calls, logins, loginPage } as Running] as const;
  });
  return new Map(await Promise.all(known));
}

/** Undefined where nobody can log in, such as where the server wants an API key. */
async function loginPageOf(instance: Instance, server: string): Promise<string | undefined> {
  const path = `/api/servers/${encodeURIComponent(server)}/login`;
  const page = await asked(instance, path, { method: 'POST' }).catch(() => undefined);
  return isObject(page) && typeof page['url'] === 'string' ? page['url'] : undefined;
}

/** In one line: its connections, its calls and its breaker. */
export function describedRunning({ state, health, pool, calls }: Running): string {
  const { total, busy, spare } = pool;
  const connections = `${counted(total, 'connection')} (${busy} busy, ${spare} spare)`;
  const { breaker } = health;
  const failures = breaker.failures > 0 ? ` after ${counted(breaker.failures, 'failure')}` : '';
  const last = health.calledAt === undefined ? '' : `, the last one answered at ${health.calledAt}`;
  return `${state}, ${connections}, ${calls.running} calls run and ${calls.waiting} wait${last}; breaker ${breaker.state}${failures}`;
}
