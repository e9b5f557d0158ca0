/** What is different between two configurations, server by server and setting by setting. */
import { isDeepStrictEqual } from 'node:util';
import type { Config, GatewayConfig, ServerConfig } from './types.ts';

/** A server and the names of its settings that are different, such as `pool.max`. */
interface Change {
  server: string;
  settings: string[];
}

export interface Difference {
  added: string[];
  removed: string[];
  /** Servers that must be connected to anew. */
  replaced: Change[];
  /** Servers that keep their connections. */
  adjusted: Change[];
  /** Settings of the gateway that can be applied while it runs. */
  gateway: string[];
  /** Settings of the gateway that cannot. */
  restart: string[];
}

/** Settings of a server that need no other connection. What is not named here needs one. */
const live: ReadonlySet<string> = new Set<keyof ServerConfig>([
  'pool',
  'concurrency',
  'queue',
  'connectTimeoutMs',
  'timeoutMs',
  'maxTotalMs',
  'retry',
  'cache',
  'health',
  'compress',
  'resultTokens',
  'tools',
]);

/** What the gateway has bound itself to when it started. */
const fixed: ReadonlySet<string> = new Set<keyof GatewayConfig>([
  'host',
  'port',
  'keychain',
  'log',
  'metrics',
  'history',
  'audit',
  'otel',
]);

/** In a group of those, what need not wait all the same. */
const unfixed: ReadonlySet<string> = new Set(['log.level']);

/** What it takes to come from `before` to `after`. */
export function difference(before: Config, after: Config): Difference {
  const known = new Map(before.servers.map(server => [server.name, server]));
  const wanted = new Set(after.servers.map(({ name }) => name));
  const changes = after.servers.flatMap(server => {
    const old = known.get(server.name);
    const settings = old === undefined ? [] : settingsBetween(old, server);
    return settings.length === 0 ? [] : [{ server: server.name, settings }];
  });
  const isLive = ({ settings }: Change) => settings.every(name => live.has(name.split('.')[0]!));
  const { portNamed: _, ...gatewayBefore } = before.gateway;
  const { portNamed: __, ...gatewayAfter } = after.gateway;
  const gateway = namesBetween(gatewayBefore, gatewayAfter);
  return {
    added: [...wanted].filter(name => !known.has(name)),
    removed: [...known.keys()].filter(name => !wanted.has(name)),
    replaced: changes.filter(change => !isLive(change)),
    adjusted: changes.filter(isLive),
    gateway: gateway.filter(name => !waits(name)),
    restart: gateway.filter(waits),
  };
}

/** Whether a setting of the gateway is read at its start alone. */
function waits(name: string): boolean {
  return fixed.has(name.split('.')[0]!) && !unfixed.has(name);
}

/** Whether nothing is different. */
export function isSame(difference: Difference): boolean {
  return Object.values(difference).every(part => part.length === 0);
}

/** Whether `a` and `b` are reached in the same way, so that connections of one can serve as those of the other. */
export function sameConnection(a: ServerConfig, b: ServerConfig): boolean {
  return settingsBetween(a, b).every(name => live.has(name.split('.')[0]!));
}

function settingsBetween(a: ServerConfig, b: ServerConfig): string[] {
  const { target: from = {}, problem: ill, secrets: _, ...before } = a;
  const { target: to = {}, problem: stillIll, secrets: __, ...after } = b;
  const reached = ill?.message === stillIll?.message ? targetNames(from, to) : ['references'];
  return [...reached, ...namesBetween(before, after)];
}

/** A changed variable changes the whole environment too: it is named once. */
function targetNames(from: object, to: object): string[] {
  const names = namesBetween(from, to, 0);
  if (names.includes('ownEnv'))
    return names.filter(name => name !== 'env').map(name => (name === 'ownEnv' ? 'env' : name));
  return names.map(name => (name === 'env' ? 'inheritEnv' : name));
}

/** The names of what is different in two objects; groups such as `pool` are looked into. */
function namesBetween(a: object, b: object, depth = 1): string[] {
  const [before, after] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap(name => {
    const [old, now] = [before.get(name), after.get(name)];
    if (isDeepStrictEqual(old, now)) return [];
    if (depth === 0 || !isGroup(old) || !isGroup(now)) return [name];
    return namesBetween(old, now, depth - 1).map(inner => `${name}.${inner}`);
  });
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
