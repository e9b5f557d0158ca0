import { readFileSync } from 'node:fs';
import { expect, onTestFinished, vi } from 'vitest';
import { alive, childrenOf, fixture, type HttpFixture, startHttp } from '../../test/fixtures/start.ts';
import { Cancellation } from '../cancellation.ts';
import type { ServerConfig, Target } from '../config/types.ts';
import type { JsonObject } from '../types.ts';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import type { Way } from './ways.ts';

export const noProxy = { http: '', https: '', no: '' };

type Settings = Partial<ServerConfig>;

/** A server of the configuration that starts a fixture: `stdio('echo')`. */
export function stdio(name: string, ...args: string[]): ServerConfig & { target: Target } {
  const env = { PATH: process.env['PATH'] ?? '' };
  return configured({ type: 'stdio', ...fixture(name, ...args), cwd: process.cwd(), env, ownEnv: {} });
}

/** A process that runs `script` in Node. */
export function scripted(script: string, variables: Record<string, string> = {}): Target {
  const env = { PATH: process.env['PATH'] ?? '', ...variables };
  return { type: 'stdio', command: 'node', args: ['-e', script], cwd: process.cwd(), env, ownEnv: {} };
}

export function configured(target: Target, settings: Settings = {}): ServerConfig & { target: Target } {
  return {
    name: 'tested',
    target,
    isolation: 'client',
    pool: { min: 0, max: 8, idleMs: 60_000 },
    concurrency: 32,
    queue: 128,
    connectTimeoutMs: 20_000,
    timeoutMs: 20_000,
    maxTotalMs: 60_000,
    retry: false,
    cache: { ttlMs: 0, tools: [] },
    health: { enabled: false, intervalMs: 30_000, timeoutMs: 5_000, threshold: 3 },
    compress: { schemas: true, results: true, structuredContent: true },
    resultTokens: 10_000,
    tools: { deny: [], ask: [], resultTokens: {}, examples: {} },
    secrets: [],
    ...settings,
  };
}

export function http(url: string, headers: Record<string, string> = {}): ServerConfig & { target: Target } {
  return configured({ type: 'http', url, headers });
}

/** Starts an HTTP fixture, which ends with the test. */
export async function served(name: string, ...args: string[]): Promise<HttpFixture> {
  const server = await startHttp(name, ...args);
  onTestFinished(() => server.stop());
  return server;
}

/** Connects; the connection ends with the test. */
export async function connected(
  server: ServerConfig & { target: Target },
  options: { remembered?: Way; cancellation?: Cancellation } = {},
): Promise<Connection> {
  const connection = await connect({ server, proxy: noProxy, cancellation: new Cancellation(), ...options });
  onTestFinished(() => connection.close(0));
  return connection;
}

/** The result of a tool's call, or a rejection. */
export async function call(
  connection: Connection,
  name: string,
  given: JsonObject = {},
): Promise<JsonObject> {
  const response = await connection.open('tools/call', { name, arguments: given }).response;
  if ('error' in response) throw new Error(`${response.error.code} ${response.error.message}`);
  return response.result;
}

/** The text of a call's first content. */
export async function text(connection: Connection, name: string, given?: JsonObject): Promise<string> {
  const { content } = (await call(connection, name, given)) as { content: { text: string }[] };
  return content[0]!.text;
}

/** Fails unless every child process of this one but the watchdog's shell has ended. */
export async function expectNoChildren(): Promise<void> {
  await vi.waitFor(() => expect(childrenOf(process.pid).filter(isServer)).toEqual([]), 10_000);
}

function isServer(pid: number): boolean {
  try {
    return alive(pid) && !readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/bin/sh\0-c\0trap ');
  } catch {
    return false; // gone meanwhile
  }
}
