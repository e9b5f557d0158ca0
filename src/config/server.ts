/** One server of the file, made ready to be started. */
import type { Document, Path } from './document.ts';
import { Expander } from './expander.ts';
import { ownNames } from './foreign.ts';
import type { Scope } from './references.ts';
import {
  defaults as defaultSettings,
  type ServerSettings,
  server as serverSettings,
} from './server-settings.ts';
import { targetOf } from './target.ts';
import type { Problem, ServerConfig } from './types.ts';

type Plain = Record<string, unknown>;

/** `pool.max` where it is left out. */
const mostConnections = 8;
const mostClients = 256;

/** A server as the schema accepted it, and where it stands. */
interface ServerEntry {
  name: string;
  path: Path;
  own: Plain;
  /** What stands under `defaults`. */
  defaults: Plain;
}

/** A server, and every reference in it that does not resolve; the first of them is its `problem`. */
export interface ServerReading {
  server: ServerConfig;
  problems: Problem[];
}

/** Resolves a server's references and fills in its defaults; undefined for one that is disabled. Never throws. */
export async function readServer(
  document: Document,
  entry: ServerEntry,
  scope: Scope,
): Promise<ServerReading | undefined> {
  const settings = settingsOf(entry.defaults, ownNames(entry.own));
  if (!settings.enabled) return undefined;

  const expander = new Expander(document, scope);
  const target = await targetOf(settings, entry, expander);
  const [problem] = expander.problems;
  const { isolation, pool, concurrency, queue, connectTimeoutMs, timeoutMs, maxTotalMs } = settings;
  const { allow, deny, ask, resultTokens, examples } = settings.tools;
  const server: ServerConfig = {
    name: entry.name,
    ...(problem ? { problem } : { target }),
    isolation,
    pool: { ...pool, max: pool.max ?? (isolation === 'client' ? mostClients : mostConnections) },
    concurrency,
    queue,
    connectTimeoutMs,
    timeoutMs,
    maxTotalMs,
    retry: settings.retry,
    cache: settings.cache,
    health: settings.health,
    compress: settings.compress,
    resultTokens: settings.resultTokens,
    tools: { allow, deny, ask, resultTokens, examples },
    secrets: expander.secrets,
  };
  return { server, problems: expander.problems };
}

/** All settings of a server whose own are `own`, in our names. */
export function settingsOf(defaults: Plain, own: Plain): ServerSettings {
  return serverSettings.parse(overlaid(defaults, own));
}

/** `own` over `defaults`, groups such as `pool` setting by setting. Nothing but shared settings is taken from the latter. */
function overlaid(defaults: Plain, own: Plain): Plain {
  const result = { ...own };
  for (const key of Object.keys(defaultSettings.shape)) {
    const [below, above] = [defaults[key], own[key]];
    result[key] = isGroup(below) && isGroup(above) ? { ...below, ...above } : (above ?? below);
  }
  return result;
}

function isGroup(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
