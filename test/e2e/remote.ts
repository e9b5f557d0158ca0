// A protected MCP server and its authorization server, and what tests want to know of them.
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, vi } from 'vitest';
import type { McpClient } from './clients.ts';
import type { Ended, Gateway } from './gateway.ts';
import { sharedPlace } from './harness.ts';
import type { Place, Settings } from './place.ts';

/** One request to an authorization server's endpoint. */
interface OAuthRequest {
  path: string;
  status: number;
  grant_type?: string;
  client_id?: string;
  scope?: string;
  resource?: string;
  error?: string;
}

/** One MCP request to the protected server. */
interface McpRequest {
  method: string;
  token?: string;
  status: number;
}

/** A fixture that can be changed, and asked what it has seen, while it runs. */
class Controlled<T> {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async set(settings: Record<string, unknown>): Promise<void> {
    await this.do('set', settings);
  }

  async do(action: string, body: object = {}): Promise<void> {
    const response = await fetch(new URL(`/test/${action}`, this.url), {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${action}: ${response.status}`);
  }

  async log(): Promise<T[]> {
    return (await (await fetch(new URL('/test/log', this.url))).json()) as T[];
  }
}

class AuthorizationServer extends Controlled<OAuthRequest> {
  /** The token requests so far. */
  async tokenRequests(grant?: string): Promise<OAuthRequest[]> {
    const all = (await this.log()).filter(({ path }) => path === '/token');
    return grant === undefined ? all : all.filter(({ grant_type }) => grant_type === grant);
  }
}

type ProtectedServer = Controlled<McpRequest>;

/** The program that a user's browser is. */
export const browser = join(import.meta.dirname, '../fixtures/browser.mjs');

export interface Remote {
  as: AuthorizationServer;
  server: ProtectedServer;
  /** The server for a configuration, with more of its settings. */
  configured(more?: object): Record<string, unknown>;
}

/** Both fixtures, up and running; as new at the start of each test of the file. */
export function sharedRemote(...args: string[]): () => Remote {
  vi.setConfig({ testTimeout: 120_000 });
  const place = sharedPlace();
  let started: Remote;
  beforeAll(async () => {
    process.env['FIXTURE_TTL_MS'] = '900000'; // as long as the file takes on a slow machine
    started = await remote(place, ...args);
  });
  beforeEach(() => Promise.all([started.as.do('reset'), started.server.do('reset')]));
  return () => started;
}

async function remote(place: Place, ...args: string[]): Promise<Remote> {
  const as = new AuthorizationServer((await place.fixtureHttp('authorization-server', ...args)).url);
  const server = new Controlled<McpRequest>((await place.fixtureHttp('protected-http', as.url)).url);
  return { as, server, configured: (more = {}) => ({ url: server.url, ...more }) };
}

/** No test touches the keychain of whoever runs it. */
const gateway = { keychain: false };

/** Writes a configuration with `remote` as the server `r`. */
export function written(
  place: Place,
  { configured }: Remote,
  more: object = {},
  settings: Settings = {},
): string {
  return place.write({ r: configured(more) }, { ...settings, gateway: { ...gateway, ...settings.gateway } });
}

/** `mcpx login r` with somebody at the browser. */
export function login(place: Place, file: string, ...args: string[]): Promise<Ended> {
  return place.run(['login', 'r', '--config', file, ...args], { BROWSER: browser });
}

/** Who the server says that the gateway is there. */
export const who = async (client: McpClient) =>
  JSON.parse(await client.text('r.whoami')) as { scopes: string[] };

/** A gateway in front of a server that somebody has logged in to. */
export async function loggedIn(
  place: Place,
  there: Remote,
  settings: { lasts?: number; env?: Record<string, string>; more?: object } = {},
) {
  await there.as.set({ accessTokenSeconds: settings.lasts ?? 3_000 });
  const file = written(place, there, settings.more);
  const { code, err } = await login(place, file);
  expect([code, err]).toEqual([0, expect.stringContaining(there.as.url)]);
  const gateway = await place.serveFile(file, { env: settings.env });
  await gateway.listed('r');
  return { ...there, file, gateway, client: await place.http('v2 modern', gateway.url) };
}

/** The gateway's clock jumps; an hour ahead at first. */
export async function jump(gateway: Gateway): Promise<void> {
  const before = gateway.err.split('the clock is').length;
  gateway.child.kill('SIGUSR2');
  await vi.waitFor(() => expect(gateway.err.split('the clock is').length).toBe(before + 1));
}
