import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isErrorCode, McpxError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import { realPath } from '../../paths.ts';
import { runs } from '../../proc.ts';
import type { JsonObject } from '../../types.ts';
import { textOf } from './http-text.ts';
import { asInstance, type Instance, instancesFolder } from './instance.ts';

/** How long a gateway may take to say that it is alive. */
const answerMs = 2_000;
/** More than an instance file ever has. */
const maxFileBytes = 16 * 1024;
/** More than `/healthz` ever says. */
const maxHealth = 16 * 1024 * 1024;
/** Of more gateways with one configuration the oldest are not asked. */
const maxAsked = 16;

/** The running gateway that serves `configFile`; of several the newest that answers. Takes two seconds at most. */
export async function findInstance(configFile: string, stateFolder: string): Promise<Instance | undefined> {
  const config = realPath(configFile);
  const candidates = instances(instancesFolder(stateFolder))
    .filter(instance => instance.config === config)
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, maxAsked)
    .map(instance => ({ instance, answer: answers(instance) }));
  for (const { instance, answer } of candidates) if (await answer) return instance;
  return undefined;
}

/** Those whose process runs. The files of the others are removed; what is no instance file is left alone. */
function instances(folder: string): Instance[] {
  const found: Instance[] = [];
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const instance = read(file, Number.parseInt(name, 10));
    if (instance === undefined) continue;
    if (runs(instance.pid, instance.processStart)) found.push(instance);
    else remove(file);
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /^[1-9]\d{0,9}\.json$/.test(name));
  } catch {
    return []; // no gateway has ever run
  }
}

function read(file: string, pid: number): Instance | undefined {
  try {
    return isPrivate(file) ? asInstance(JSON.parse(readFileSync(file, 'utf8')), pid) : undefined;
  } catch {
    return undefined; // gone meanwhile, or not written by a gateway
  }
}

/** Whether it is a small file of our own, which nobody else can have written. */
function isPrivate(file: string): boolean {
  const stat = lstatSync(file);
  if (!stat.isFile() || stat.size > maxFileBytes) return false;
  return process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0);
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // it does no harm
  }
}

/** What the gateway says at `path` to those who have its key. Rejects when it says nothing in time, or an error of ours. */
export async function asked(
  instance: Instance,
  path: string,
  { method = 'GET', waitMs = answerMs } = {},
): Promise<unknown> {
  const response = await requested(instance, path, { method, signal: AbortSignal.timeout(waitMs) });
  return saidIn(await textOf(response, maxHealth));
}

/** Throws an error of ours that is in it. */
function saidIn(text: string): unknown {
  const said: unknown = JSON.parse(text);
  const { code, message, help }: JsonObject = isObject(said) && isObject(said['error']) ? said['error'] : {};
  if (typeof code === 'string' && isErrorCode(code))
    throw new McpxError(code, String(message), { help: String(help) });
  return said;
}

/** Lines that the gateway says at `path`, until it has said all, or is gone. */
export async function* linesFrom(instance: Instance, path: string): AsyncGenerator<string> {
  const beginning = new AbortController();
  const late = setTimeout(() => beginning.abort(new Error('it does not answer')), answerMs);
  const response = await requested(instance, path, { signal: beginning.signal });
  clearTimeout(late); // from here on it says something when something happens
  if (response.statusCode !== 200) saidIn(await textOf(response, maxHealth));
  try {
    yield* createInterface({ input: response });
  } catch {
    // it is gone
  }
}

function requested(
  { address, key }: Instance,
  path: string,
  options: { method?: string; signal?: AbortSignal } = {},
): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${key}` };
  return new Promise((resolve, reject) => {
    request(`${address}${path}`, { ...options, agent: false, headers }, resolve)
      .on('error', reject)
      .end();
  });
}

/** Whether it is alive and takes the key: its version is told only to those whose key it takes. */
async function answers(instance: Instance): Promise<boolean> {
  try {
    const health = await asked(instance, '/healthz');
    return isObject(health) && health['status'] === 'alive' && typeof health['version'] === 'string';
  } catch {
    return false; // no answer is an answer
  }
}
