import { request } from 'node:http';
import type { Gateway } from './gateway.ts';
import type { Place, Server, Settings } from './place.ts';

export const token = 'a-token-for-tests-0123456789';

/** What the API said. */
export interface Said {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON there is
  body: any;
}

/** A gateway with an admin token, and its API. */
export async function administered(place: Place, servers: Record<string, Server>, settings: Settings = {}) {
  const env = { MCPX_ADMIN_TOKEN: token, ...settings.env };
  const gateway = await place.serve(servers, { ...settings, env });
  return { gateway, api: apiOf(gateway) };
}

/** Asks with the admin token. */
export function apiOf(gateway: Gateway) {
  return (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Said> => ask(gateway, method, path, { authorization: `Bearer ${token}`, ...headers }, body);
}

/** One request with just these headers; a text is sent as it is, all else as JSON. */
export function ask(
  { port }: Gateway,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const type = sent === undefined ? {} : { 'content-type': 'application/json' };
    const options = { host: '127.0.0.1', port, method, path, agent: false, headers: { ...type, ...headers } };
    const asked = request(options, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk;
      });
      response.on('end', () => {
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: isJson ? JSON.parse(text) : text,
        });
      });
    });
    asked.on('error', reject).end(sent);
  });
}

/** A route's path with something in place of what is in braces. */
export function filled(path: string, values: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'x'));
}
