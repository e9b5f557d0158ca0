import { homedir } from 'node:os';
import type { ProxySettings } from './types.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process; nothing else in the code base reads it. */
export function currentEnvironment(): Environment {
  return process.env;
}

/** The user's home folder. */
export function homeFolder(env: Environment): string {
  return env['HOME'] || env['USERPROFILE'] || homedir();
}

/** The proxies that the environment names, in either case. */
export function proxySettings(env: Environment): ProxySettings {
  const named = (name: string) => env[name.toLowerCase()] || env[name] || '';
  return {
    http: named('HTTP_PROXY'),
    https: named('HTTPS_PROXY') || named('ALL_PROXY'),
    no: named('NO_PROXY'),
  };
}

/** Whether the environment says where OpenTelemetry is to send things, or that it must not; it reads the rest itself. */
export function otlpSettings(env: Environment): { endpoint: boolean; disabled: boolean; secrets: string[] } {
  const kinds = ['', 'TRACES_', 'METRICS_'];
  const headers = kinds.flatMap(kind => env[`OTEL_EXPORTER_OTLP_${kind}HEADERS`]?.split(',') ?? []);
  return {
    endpoint: kinds.some(kind => Boolean(env[`OTEL_EXPORTER_OTLP_${kind}ENDPOINT`])),
    disabled: env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true',
    secrets: headers.map(header => decoded(header.slice(header.indexOf('=') + 1).trim())),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no percent sign is an escape here
  }
}

/**
 * The environment of a server's process: of ours only what any program needs and what `inheritEnv` names
 * (`true`: all of it), so that no secret gets there by accident; then the server's `own` variables.
 */
export function childEnvironment(
  env: Environment,
  own: Readonly<Record<string, string>>,
  inheritEnv: boolean | readonly string[],
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  // Windows takes `Path` and `PATH` for the same variable.
  const same = (name: string) => (platform === 'win32' ? name.toUpperCase() : name);
  const named = new Set(Array.isArray(inheritEnv) ? inheritEnv.map(same) : []);
  const replaced = new Set(Object.keys(own).map(same));
  const inherited = Object.entries(env).filter(([name, value]) => {
    if (value === undefined || replaced.has(same(name))) return false;
    return inheritEnv === true || named.has(same(name)) || isHarmless(same(name), platform);
  });
  return Object.fromEntries([...inherited, ...Object.entries(own)]) as Record<string, string>;
}

function isHarmless(name: string, platform: NodeJS.Platform): boolean {
  return harmless.has(name) || families.test(name) || (platform === 'win32' && windows.has(name));
}

const families = /^(LC_|XDG_|SSL_CERT_)|_(PROXY|proxy)$/;

const harmless = new Set(
  [
    'PATH HOME USER SHELL LANG TMPDIR TERM DISPLAY WAYLAND_DISPLAY',
    'DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK NODE_EXTRA_CA_CERTS DOCKER_HOST',
  ].flatMap(line => line.split(' ')),
);

const windows = new Set(
  [
    'ALLUSERSPROFILE APPDATA COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMPUTERNAME COMSPEC HOMEDRIVE HOMEPATH',
    'LOCALAPPDATA NUMBER_OF_PROCESSORS OS PATHEXT PROCESSOR_ARCHITECTURE PROGRAMDATA PROGRAMFILES',
    'PROGRAMFILES(X86) PROGRAMW6432 PUBLIC SYSTEMDRIVE SYSTEMROOT TEMP TMP USERDOMAIN USERNAME USERPROFILE WINDIR',
  ].flatMap(line => line.split(' ')),
);
