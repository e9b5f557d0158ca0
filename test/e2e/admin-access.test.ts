// Who may use the admin API, and how everybody else is kept out.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Route } from '../../src/admin/contract/route.ts';
import { routes } from '../../src/admin/contract/routes.ts';
import { administered, ask, filled, token } from './admin.ts';
import { fixture, freePort, type Gateway, type Place, test } from './harness.ts';
import { onTerminal } from './terminal.ts';

const all = Object.entries(routes) as [string, Route][];
const servers = { memo: fixture('stateful') };

/** The cookie that a link gives. */
async function enter(
  gateway: Gateway,
  api: (method: string, path: string) => Promise<{ body: { url: string } }>,
) {
  const { url } = (await api('POST', '/api/links')).body;
  const { pathname, search } = new URL(url);
  const entered = await ask(gateway, 'GET', pathname + search);
  return { entered, link: pathname + search, cookie: String(entered.headers['set-cookie']).split(';')[0]! };
}

test('every route answers 401 without a token, and does nothing', async ({ place }) => {
  const { gateway, api } = await administered(place, servers);
  const before = (await api('GET', '/api/configuration')).body;
  for (const [, { method, path, body }] of all) {
    const sent = body === undefined ? undefined : {};
    const { status, body: said } = await ask(gateway, method, filled(path, { server: 'memo' }), {}, sent);
    expect([method, path, status, said.error?.code]).toEqual([method, path, 401, 'UNAUTHORIZED']);
  }
  const wrong: Record<string, string>[] = [
    { authorization: 'Bearer wrong' },
    { cookie: `mcpx_${gateway.port}=wrong` },
  ];
  for (const headers of wrong) expect((await ask(gateway, 'GET', '/api/servers', headers)).status).toBe(401);
  for (const path of ['/api/', '/api/nothing', '/api/servers/../servers', '/api/%2e%2e'])
    expect((await ask(gateway, 'GET', path)).status).toBe(401);
  expect((await api('GET', '/api/configuration')).body).toEqual(before);
});

test('a gateway without a token of its own has the API for the user who started it', async ({ place }) => {
  const gateway = await place.serve(servers);
  for (const authorization of ['Bearer undefined', 'Bearer null', `Bearer ${token}`])
    expect((await ask(gateway, 'GET', '/api/servers', { authorization })).status).toBe(401);
  expect((await place.run(['reload', '--config', join(place.folder, 'mcpx.json')])).code).toBe(0);
});

test('keys of clients open nothing', async ({ place }) => {
  const { gateway, api } = await administered(place, servers, {
    gateway: { keys: { me: 'client-key-12345678' } },
  });
  const authorization = 'Bearer client-key-12345678';
  expect((await ask(gateway, 'GET', '/api/servers', { authorization })).status).toBe(401);
  expect((await api('GET', '/api/servers')).status).toBe(200);
  expect((await ask(gateway, 'POST', '/mcp', { authorization: `Bearer ${token}` }, '{}')).status).toBe(401);
});

describe('a browser', () => {
  test('comes in by a link, once, and goes', async ({ place }) => {
    const { gateway, api } = await administered(place, servers);
    const { entered, link, cookie } = await enter(gateway, api);
    expect([entered.status, entered.headers['location']]).toEqual([303, './']);
    expect(String(entered.headers['set-cookie'])).toMatch(
      new RegExp(`^mcpx_${gateway.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/; Max-Age=604800$`),
    );
    expect((await ask(gateway, 'GET', link)).status).toBe(401);
    expect((await ask(gateway, 'GET', '/api/servers', { cookie })).status).toBe(200);
    const origin = gateway.base;
    const left = await ask(gateway, 'DELETE', '/api/session', {
      cookie,
      origin,
      'content-type': 'application/json',
    });
    expect([left.status, String(left.headers['set-cookie'])]).toEqual([
      200,
      expect.stringContaining('Max-Age=0'),
    ]);
    expect((await ask(gateway, 'GET', '/api/servers', { cookie })).status).toBe(401);
  });

  test('must ask from the page of the gateway', async ({ place }) => {
    const { gateway, api } = await administered(place, servers);
    const { cookie } = await enter(gateway, api);
    const json = { 'content-type': 'application/json' };
    const own = { cookie, origin: gateway.base, ...json };
    const post = (headers: Record<string, string>) =>
      ask(gateway, 'POST', '/api/servers/memo/check', headers);
    expect((await post(own)).status).toBe(200);
    const foreign = {
      'another page of this machine': { ...own, origin: `http://127.0.0.1:${gateway.port + 1}` },
      'a page of another site': { ...own, origin: 'https://evil.example' },
      'no page that is named': { cookie, ...json },
      'a form': { ...own, 'content-type': 'application/x-www-form-urlencoded' },
      'a form of text': { ...own, 'content-type': 'text/plain' },
      'nothing that says what it is': { cookie, origin: gateway.base },
      'what the browser calls foreign': { ...own, 'sec-fetch-site': 'same-site' },
    };
    for (const [who, headers] of Object.entries(foreign))
      expect([who, (await post(headers)).status]).toEqual([who, 403]);
    const reading = { cookie, 'sec-fetch-site': 'cross-site' };
    expect((await ask(gateway, 'GET', '/api/servers', reading)).status).toBe(403);
  });
});

test('another Host or a foreign Origin is refused before anything else, CORS is never granted', async ({
  place,
}) => {
  const { gateway } = await administered(place, servers);
  const authorization = `Bearer ${token}`;
  expect((await ask(gateway, 'GET', '/api/servers', { authorization, host: 'evil.example' })).status).toBe(
    403,
  );
  const foreign = await ask(gateway, 'GET', '/api/servers', {
    authorization,
    origin: 'https://evil.example',
  });
  expect(foreign.status).toBe(403);
  const local = await ask(gateway, 'GET', '/api/servers', { authorization, origin: 'http://localhost:1' });
  expect(local.headers['access-control-allow-origin']).toBeUndefined();
});

test('guessing is slowed down, for the right token too; the key of the instance file still opens', async ({
  place,
}) => {
  const { gateway, api } = await administered(place, servers);
  const guess = (number: number) =>
    ask(gateway, 'GET', '/api/servers', { authorization: `Bearer guess-${number}` });
  const statuses: number[] = [];
  for (let number = 0; number < 20; number++) statuses.push((await guess(number)).status);
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
  expect(statuses.at(-1)).toBe(429);
  const { status, headers } = await api('GET', '/api/servers');
  expect([status, headers['retry-after']]).toEqual([429, '10']);
  expect((await ask(gateway, 'GET', '/login?code=guess')).status).toBe(429);
  expect((await place.run(['reload', '--config', join(place.folder, 'mcpx.json')])).code).toBe(0);
});

test('the token may come from a file; a bad one keeps the gateway from starting', async ({ place }) => {
  const file = join(place.folder, 'token');
  writeFileSync(file, `${token}\n`);
  const env = { MCPX_ADMIN_TOKEN_FILE: file };
  const gateway = await place.serve(servers, { env });
  expect((await ask(gateway, 'GET', '/api/servers', { authorization: `Bearer ${token}` })).status).toBe(200);
  const serve = (more: Record<string, string>) =>
    place.run(['serve', '--config', place.write(servers)], more);
  for (const more of [{ MCPX_ADMIN_TOKEN: 'short' }, { MCPX_ADMIN_TOKEN_FILE: `${file}-not` }] as Record<
    string,
    string
  >[]) {
    const { code, err } = await serve(more);
    expect(code).toBe(2);
    expect(err).toContain('MCPX_ADMIN_TOKEN');
    expect(err).not.toContain('short\n');
  }
});

test('mcpx open shows a link on a terminal, which lets a browser in', async ({ place }) => {
  const gateway = await place.serve(servers);
  const config = ['--config', join(place.folder, 'mcpx.json')];
  const { code, shown } = await onTerminal(place, ['open', '--no-browser', ...config]);
  expect(code).toBe(0);
  const [, link] = /within five minutes[\s\S]*? http:\/\/[^/]+(\/login\?code=\S+)/.exec(shown)!;
  const entered = await ask(gateway, 'GET', link!);
  const cookie = String(entered.headers['set-cookie']).split(';')[0]!;
  expect((await ask(gateway, 'GET', '/api/servers', { cookie })).status).toBe(200);
});

test('mcpx serve shows a link on a terminal, and nowhere else', async ({ place }) => {
  const config = place.write({});
  const args = ['serve', '--config', config, '--port', String(await freePort())];
  const { code, shown } = await onTerminal(place, args, [['/login?code=', '\u0003']]);
  expect([code, shown]).toEqual([0, expect.stringMatching(/Manage it in a browser/)]);
  const gateway = await place.serveFile(config);
  await gateway.stop();
  expect(gateway.out).not.toContain('login');
});

test('mcpx open shows no link where nobody sits', async ({ place }) => {
  const gateway = await place.serve(servers);
  const config = ['--config', join(place.folder, 'mcpx.json')];
  const { code, out, err } = await place.run(['open', '--no-browser', ...config]);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('the link is shown on a terminal only.');
  await gateway.stop();
  expect((await place.run(['open', ...config])).err).toContain('no gateway runs with');
});

test('no credential is ever printed or logged', async ({ place }: { place: Place }) => {
  const { gateway, api } = await administered(place, servers, { args: ['--log-level', 'debug'] });
  const { link, cookie } = await enter(gateway, api);
  await ask(gateway, 'GET', link);
  await api('GET', '/api/logs');
  await gateway.stop();
  for (const secret of [token, link.split('=')[1]!, cookie.split('=')[1]!])
    expect(gateway.out + gateway.err).not.toContain(secret);
});
