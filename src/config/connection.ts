/** How a server is reached, as its keys tell it. */
import { isObject } from '../json.ts';
import type { ServerSettings } from './server-settings.ts';

/** Where a server's address may stand: our key, and those of other clients. */
export const addressKeys = ['url', 'serverUrl', 'httpUrl'];

/** What is contradictory or missing in a server's keys: one sentence each, "what is wrong; what was expected". */
export function contradictions(server: Record<string, unknown>): string[] {
  const given = ['command', ...addressKeys].filter(key => server[key] !== undefined);
  const found: string[] = [];
  if (given.length === 0) found.push('neither command nor url is set; expected one of them');
  if (given.length > 1) found.push(`${given.join(' and ')} are both set; expected one of them`);
  if (given.length === 1) found.push(...wrongType(server['type'], given[0]!));
  if (typeof server['enabled'] === 'boolean' && server['enabled'] === server['disabled']) {
    found.push('enabled and disabled contradict each other; expected one of them');
  }
  const { auth } = server;
  if (isObject(auth)) found.push(...wrongAuth(auth, server));
  return found;
}

function* wrongAuth(
  auth: Record<string, unknown>,
  { command, headers }: Record<string, unknown>,
): Generator<string> {
  if (command !== undefined) yield 'auth is set, but so is command; expected it beside url only';
  if (isObject(headers) && hasCredential(headers))
    yield 'auth and headers.Authorization are both set; expected one of them';
  const id = auth['clientId'] ?? auth['CLIENT_ID'];
  const secret = auth['clientSecret'] ?? auth['CLIENT_SECRET'];
  const credentials = [secret, auth['privateKey']].filter(value => value !== undefined);
  if (credentials.length > 1)
    yield 'auth.clientSecret and auth.privateKey are both set; expected one of them';
  if (credentials.length > 0 && id === undefined)
    yield 'auth.clientId is not set; expected it beside a secret or key';
  if (auth['grant'] === 'client_credentials' && credentials.length === 0)
    yield 'auth.grant is "client_credentials"; expected auth.clientId, and auth.clientSecret or auth.privateKey';
}

/** Whether headers carry a credential of their own. */
export function hasCredential(headers: Record<string, unknown>): boolean {
  return Object.keys(headers).some(name => name.toLowerCase() === 'authorization');
}

function wrongType(type: unknown, given: string): string[] {
  if (typeof type !== 'string' || isLocal(type) === (given === 'command')) return [];
  return [`type is "${type}", but ${given} is set; expected ${isLocal(type) ? 'command' : 'url'}`];
}

function isLocal(type: string): boolean {
  return type === 'stdio' || type === 'local';
}

/** The transport for an address: the one that `type` names, or else SSE for a path segment `sse`. */
export function transportFor(type: ServerSettings['type'], url: string): 'http' | 'sse' {
  if (type === 'sse') return 'sse';
  if (type !== undefined && type !== 'remote') return 'http';
  return new URL(url).pathname.split('/').includes('sse') ? 'sse' : 'http';
}
