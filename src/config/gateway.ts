/** The gateway's own settings, its keys made ready to be compared. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type * as z from 'zod/mini';
import { type Document, problemWith } from './document.ts';
import { otlpSettings } from './environment.ts';
import { Expander } from './expander.ts';
import { entries } from './plain.ts';
import type { Scope } from './references.ts';
import { gateway as gatewaySettings, type search } from './schema.ts';
import type { otel } from './telemetry-settings.ts';
import type { GatewayConfig, GatewayKey, OtelSettings, Problem } from './types.ts';
import { isWebAddress } from './values.ts';

/** The gateway's settings. A key that cannot be had is an error: never to run without one that was asked for. */
interface GatewayReading {
  gateway: GatewayConfig;
  /** Values that must never be shown. */
  secrets: string[];
  errors: Problem[];
  warnings: Problem[];
}

/** Fills in the defaults of `own`, which is as the schema accepted it, and hashes the keys. Never throws. */
export async function readGateway(
  document: Document,
  own: Record<string, unknown>,
  scope: Scope,
): Promise<GatewayReading> {
  const { keys, ...settings } = gatewaySettings.parse(own);
  const expander = new Expander(document, scope);
  const fileAt = async (group: 'log' | 'audit') => {
    const { file } = settings[group];
    if (file === undefined) return undefined;
    return resolve(scope.folder, (await expander.text(['gateway', group, 'file'], file)).text);
  };
  const reading: GatewayReading = {
    gateway: {
      ...settings,
      portNamed: own['port'] !== undefined,
      publicUrl: await readPublicUrl(settings.publicUrl, expander),
      keys: [],
      log: { ...settings.log, file: await fileAt('log') },
      audit: { ...settings.audit, file: await fileAt('audit') },
      otel: await readOtel(settings.otel, expander),
      search: await readSearch(settings.search, expander),
    },
    secrets: [],
    errors: expander.problems,
    warnings: [],
  };
  for (const [name, value] of entries(keys)) {
    const path = ['gateway', 'keys', name];
    const unresolved = expander.problems.length;
    const { text, literal } = await expander.text(path, value);
    if (!isHash(text)) expander.hide(text);
    if (expander.problems.length > unresolved) continue;

    const key = hashed(name, text);
    if (key === undefined) expander.refuse(path, `key "${name}" ${unusable(text)}`);
    else if (reading.gateway.keys.some(other => other.sha256 === key.sha256)) {
      expander.refuse(path, `key "${name}" is the same as another; expected each to have its own`);
    } else reading.gateway.keys.push(key);
    if (key && literal && !isHash(text)) reading.warnings.push(problemWith(document, path, inClear(name)));
  }
  reading.secrets = expander.secrets;
  return reading;
}

async function readPublicUrl(url: string | undefined, expander: Expander): Promise<string | undefined> {
  const path = ['gateway', 'publicUrl'];
  const unresolved = expander.problems.length;
  const place = url && (await expander.openText(path, url));
  if (place !== undefined && !isWebAddress(place) && expander.problems.length === unresolved)
    expander.refuse(path, noAddress);
  return place;
}

/** Something is sent where the configuration or the environment says where to. */
async function readOtel(
  { endpoint, headers, ...settings }: z.output<typeof otel>,
  expander: Expander,
): Promise<OtelSettings> {
  const path = ['gateway', 'otel'];
  const environment = otlpSettings(expander.scope.env);
  expander.hide(...environment.secrets);
  return {
    ...settings,
    enabled: !environment.disabled && (endpoint !== undefined || environment.endpoint),
    endpoint: endpoint && (await expander.text([...path, 'endpoint'], endpoint)).text,
    headers: await expander.secretTexts([...path, 'headers'], entries(headers)),
  };
}

async function readSearch(
  { embeddings, learn }: z.output<typeof search>,
  expander: Expander,
): Promise<GatewayConfig['search']> {
  if (embeddings === undefined) return { learn };
  const { url, apiKey, ...settings } = embeddings;
  const path = ['gateway', 'search', 'embeddings'];
  const place = (await expander.text([...path, 'url'], url)).text;
  if (!isWebAddress(place)) expander.refuse([...path, 'url'], noAddress);
  const key = apiKey && (await expander.text([...path, 'apiKey'], apiKey)).text;
  if (key) expander.hide(key);
  return { embeddings: { ...settings, url: place, apiKey: key }, learn };
}

const noAddress = 'is no http or https address once its references are resolved';

function hashed(name: string, text: string): GatewayKey | undefined {
  if (isHash(text)) return { name, sha256: text.slice('sha256:'.length).toLowerCase() };
  if (text === '' || text.startsWith('sha256:')) return undefined;
  return { name, sha256: createHash('sha256').update(text).digest('hex') };
}

function isHash(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/i.test(text);
}

function unusable(text: string): string {
  return text === ''
    ? 'is empty; expected a value'
    : 'is no whole hash; expected "sha256:" and 64 hexadecimal digits';
}

function inClear(name: string): string {
  return `key "${name}" stands here in clear; expected a reference such as \${env:MCPX_KEY}, or "sha256:" and its hash`;
}
