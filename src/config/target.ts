/** How a server is reached, with every reference resolved. */
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { isSecretName } from '../secrets.ts';
import { addressKeys, hasCredential, transportFor } from './connection.ts';
import type { Path } from './document.ts';
import { childEnvironment } from './environment.ts';
import type { Expander } from './expander.ts';
import { withSubstitutes } from './masked.ts';
import { entries } from './plain.ts';
import { readText } from './read.ts';
import { auth as authSettings, type ServerSettings } from './server-settings.ts';
import type { AuthConfig, Target } from './types.ts';
import { isWebAddress } from './values.ts';

const largestEnvFile = 1024 * 1024;

/** Where the server stands, and which keys stand there. */
interface Place {
  path: Path;
  own: Record<string, unknown>;
}

/** How to reach the server; undefined when its address cannot be. Problems and secrets are the expander's to keep. */
export function targetOf(
  settings: ServerSettings,
  entry: Place,
  expander: Expander,
): Promise<Target | undefined> {
  hideLiterals(entry.own, expander);
  return settings.command === undefined
    ? remoteTarget(settings, entry, expander)
    : stdioTarget(settings, settings.command, entry, expander);
}

/** What stands in the entry itself and is secret by its place, such as a password in an address, or what follows `--token`. */
function hideLiterals(own: Record<string, unknown>, expander: Expander): void {
  withSubstitutes(own, (value, path) => {
    const name = path.at(-1)!;
    if (name === 'login') expander.hide(value.slice(value.indexOf(':') + 1));
    else if (isSecretName(name) || name === 'key' || path.at(-2) === 'header') expander.hide(value);
    return value;
  });
}

async function stdioTarget(
  settings: ServerSettings,
  command: string,
  { path, own }: Place,
  expander: Expander,
): Promise<Target> {
  const { env, folder } = expander.scope;
  const text = async (at: Path, value: string) => (await expander.text(at, value)).text;

  const program = await text([...path, 'command'], command);
  const args: string[] = [];
  for (const [index, arg] of (settings.args ?? []).entries()) {
    args.push(await text([...path, 'args', index], arg));
  }
  const cwdPath = own['cwd'] === undefined ? ['defaults', 'cwd'] : [...path, 'cwd'];
  const cwd = resolve(folder, await text(cwdPath, settings.cwd ?? '.'));
  const fromFile = await envFileOf(settings.envFile, [...path, 'envFile'], expander);
  const ownEnv = { ...fromFile, ...(await expander.secretTexts([...path, 'env'], entries(settings.env))) };
  return {
    type: 'stdio',
    command: program,
    args,
    cwd,
    ownEnv,
    env: childEnvironment(env, ownEnv, settings.inheritEnv),
  };
}

async function envFileOf(
  file: string | undefined,
  at: Path,
  expander: Expander,
): Promise<Record<string, string>> {
  if (file === undefined) return {};
  const { text } = await expander.text(at, file);
  const path = resolve(expander.scope.folder, text);
  expander.scope.included?.add(path);
  try {
    const variables = parseEnv(await readText(path, largestEnvFile)) as Record<string, string>;
    expander.hide(...Object.values(variables));
    return variables;
  } catch (error) {
    expander.refuse(at, `envFile "${text}" ${(error as Error).message}`);
    return {};
  }
}

async function remoteTarget(
  settings: ServerSettings,
  { path, own }: Place,
  expander: Expander,
): Promise<Target | undefined> {
  const key = addressKeys.find(name => own[name] !== undefined)!;
  const { text: url } = await expander.text([...path, key], settings.url!);
  const headers = await expander.secretTexts([...path, 'headers'], entries(settings.headers));
  if (expander.problems.length > 0) return undefined;
  if (!isWebAddress(url)) {
    expander.refuse([...path, key], `${key} does not resolve to an http or https address; expected one`);
    return undefined;
  }
  const auth = hasCredential(headers) ? undefined : await authOf(settings, [...path, 'auth'], expander);
  if (expander.problems.length > 0) return undefined;
  return {
    type: transportFor(settings.type, url),
    url,
    headers,
    ...(auth && { auth }),
  };
}

async function authOf(settings: ServerSettings, path: Path, expander: Expander): Promise<AuthConfig> {
  const { CLIENT_ID: _, CLIENT_SECRET: __, ...given } = authSettings.parse(settings.auth ?? {});
  const auth: AuthConfig = { ...given };
  for (const key of ['clientId', 'issuer', 'clientMetadataUrl'] as const) {
    const value = auth[key];
    if (value !== undefined) auth[key] = (await expander.text([...path, key], value)).text;
  }
  const secrets = entries({ clientSecret: auth.clientSecret, privateKey: auth.privateKey }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...auth, ...(await expander.secretTexts(path, secrets)) };
}
