import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { McpxError } from '../errors.ts';
import { learnSecrets } from '../secrets.ts';
import { check, serverSections } from './check.ts';
import { type Document, parseDocument } from './document.ts';
import { type Environment, proxySettings } from './environment.ts';
import { withPythonKeys } from './foreign.ts';
import { readGateway } from './gateway.ts';
import { entries, plain } from './plain.ts';
import { readText } from './read.ts';
import type { Scope } from './references.ts';
import { readServer, type ServerReading } from './server.ts';
import { type Config, formatProblem, type Problem } from './types.ts';

type Plain = Record<string, unknown>;

/** In bytes. */
export const largestFile = 8 * 1024 * 1024;

/** More would only be the same mistake again. */
const mostShown = 100;

/**
 * Reads a configuration file. Throws McpxError CONFIG_INVALID with a Problem[] as `data` when it cannot be used;
 * a reference that does not resolve only stops the server that it belongs to.
 */
export async function loadConfig(file: string, env: Environment): Promise<Config> {
  const path = resolve(file);
  return configIn(path, await readFileAt(path), env);
}

/** The same with what is wrong beside it, as `readConfig` does. */
export async function readConfigAt(file: string, env: Environment): ReturnType<typeof readConfig> {
  const path = resolve(file);
  return readConfig(path, await readFileAt(path), env);
}

/** The configuration that `text` would be, if it stood in the file; its secrets are known from then on. Throws as `loadConfig` does. */
export async function configIn(path: string, text: string, env: Environment): Promise<Config> {
  const { config, secrets, errors } = await readConfig(path, text, env);
  learnSecrets(secrets);
  refuse(errors);
  return config;
}

/** What `text` would be, with its secrets and what is wrong with it; nothing is learnt. Throws CONFIG_INVALID for what cannot be read. */
export async function readConfig(
  path: string,
  text: string,
  env: Environment,
): Promise<{ config: Config; secrets: string[]; errors: Problem[] }> {
  const { document, warnings } = documentIn(path, text);
  const included = new Set<string>();
  const scope: Scope = { env, folder: dirname(path), included };
  const root = plain(document.root) as Plain;
  const readings = await readServers(document, root, scope);
  const gateway = await readGateway(document, (root['gateway'] ?? {}) as Plain, scope);
  const stopped = readings.flatMap(({ server, problems }) =>
    problems.map(problem => stops(server.name, problem)),
  );
  const config = {
    file: path,
    version: versionOf(text),
    includes: [...included],
    servers: readings.map(({ server }) => server),
    gateway: gateway.gateway,
    proxy: proxySettings(env),
    warnings: [...warnings, ...stopped, ...gateway.warnings].sort(byPlace),
  };
  const secrets = [...gateway.secrets, ...readings.flatMap(({ server }) => server.secrets)];
  return { config, secrets, errors: gateway.errors };
}

/** The file as it stands, without errors. Throws CONFIG_INVALID as `loadConfig` does. */
export async function loadDocument(file: string): Promise<{ document: Document; warnings: Problem[] }> {
  const path = resolve(file);
  return documentIn(path, await readFileAt(path));
}

function documentIn(path: string, text: string): { document: Document; warnings: Problem[] } {
  const document = parseDocument(path, text);
  const { errors, warnings } = check(document);
  refuse(errors);
  return { document, warnings };
}

/** What tells one text of a configuration from another. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

async function readFileAt(path: string): Promise<string> {
  try {
    return await readText(path, largestFile);
  } catch (error) {
    const message = `the configuration ${(error as Error).message}`;
    throw invalid([{ file: path, line: 1, column: 1, message }], error);
  }
}

async function readServers(document: Document, root: Plain, scope: Scope): Promise<ServerReading[]> {
  const defaults = withPythonKeys(root);
  const listed = serverSections.flatMap(section =>
    entries(root[section] as Record<string, Plain> | undefined).map(([name, own]) => ({
      name,
      path: [section, name],
      own,
      defaults,
    })),
  );
  const readings = await Promise.all(listed.map(entry => readServer(document, entry, scope)));
  return readings.filter(reading => reading !== undefined);
}

function stops(name: string, problem: Problem): Problem {
  return { ...problem, message: `server ${JSON.stringify(name)} is not started: ${problem.message}` };
}

function refuse(errors: Problem[]): void {
  if (errors.length > 0) throw invalid(errors.sort(byPlace));
}

/** What is thrown for a configuration that cannot be used. */
export function invalid(problems: Problem[], cause?: unknown): McpxError {
  const lines = problems.slice(0, mostShown).map(formatProblem);
  if (problems.length > mostShown) lines.push(`and ${problems.length - mostShown} more`);
  return new McpxError('CONFIG_INVALID', lines.join('\n'), { data: problems, cause });
}

function byPlace(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column;
}
