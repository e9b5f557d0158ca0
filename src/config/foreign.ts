/** Keys that other clients and the Python MCPX use, read as ours. */
import { defaults } from './server-settings.ts';
import { fields, notes } from './setting.ts';

type Plain = Record<string, unknown>;

/** A server's settings with other clients' names for `url`, `enabled` and `auth.clientId` replaced by ours. */
export function ownNames(server: Plain): Plain {
  const { serverUrl, httpUrl, disabled, ...own } = server;
  own['url'] ??= serverUrl ?? httpUrl;
  if (typeof disabled === 'boolean') own['enabled'] ??= !disabled;
  if (own['auth'] !== undefined) own['auth'] = ownAuth(own['auth'] as Plain);
  return own;
}

function ownAuth({ CLIENT_ID, CLIENT_SECRET, ...own }: Plain): Plain {
  return {
    ...own,
    clientId: own['clientId'] ?? CLIENT_ID,
    clientSecret: own['clientSecret'] ?? CLIENT_SECRET,
  };
}

/** `defaults` with what the Python MCPX's keys at the top of the file say, where it says nothing itself. */
export function withPythonKeys(root: Plain): Plain {
  const result = { ...(root['defaults'] as Plain | undefined) };
  for (const [key, meaning] of Object.entries(python)) {
    if (!meaning || root[key] === undefined) continue;
    const value = meaning.scale ? Math.round((root[key] as number) * meaning.scale) : root[key];
    result[meaning.group] = { [meaning.setting]: value, ...(result[meaning.group] as Plain | undefined) };
  }
  return result;
}

/** What to tell about a key of the Python MCPX; undefined for any other key. */
export function pythonAdvice(key: string): string | undefined {
  if (!Object.hasOwn(python, key)) return undefined;
  const meaning = python[key];
  if (!meaning) return `${key} is a key of the Python MCPX that has no counterpart; it is ignored`;
  const { group, setting } = meaning;
  const schema = fields(fields(defaults)![group]!)![setting]!;
  const effect = notes.get(schema)?.planned ? ', which has no effect in this version' : '';
  return `${key} is a key of the Python MCPX; it is read as defaults.${group}.${setting}${effect}`;
}

interface Meaning {
  group: string;
  setting: string;
  scale?: number;
}

const python: Record<string, Meaning | undefined> = {
  schema_compression_enabled: { group: 'compress', setting: 'schemas' },
  toon_compression_enabled: { group: 'compress', setting: 'results' },
  toon_compression_min_size: undefined,
  health_check_enabled: { group: 'health', setting: 'enabled' },
  health_check_interval: { group: 'health', setting: 'intervalMs', scale: 1000 },
  include_structured_content: { group: 'compress', setting: 'structuredContent' },
};
