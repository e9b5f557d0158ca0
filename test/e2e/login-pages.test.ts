// Logging in from a client: the page that the gateway serves, clients that can show it, and keys that each log in alone.
import * as v2 from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, vi } from 'vitest';
import { browse } from '../fixtures/browser.mjs';
import { apiOf, token } from './admin.ts';
import { errorOf, type Gateway, main, type ToolResult, test, textOf } from './harness.ts';
import { login, type Remote, sharedRemote, who, written } from './remote.ts';

const here = sharedRemote();

const keys = { laptop: 'sk-laptop-key', desk: 'sk-desk-key' };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const linkIn = (result: ToolResult) => /http:\/\/\S+\/oauth\/login\/\S+/.exec(textOf(result))![0];

interface Person {
  asked: { mode: string; url: string; message: string; elicitationId?: string }[];
  completed: string[];
  exec(tool: string): Promise<ToolResult>;
}

/** A client whose person opens what they are shown, or does what `react` does with it. */
async function person(
  era: 'legacy' | 'modern',
  to: string | { command: string; args: string[]; env: Record<string, string> },
  onClose: (end: () => Promise<unknown>) => void,
  react: (url: string) => Promise<'accept' | 'decline'> = async url => {
    void browse(url);
    return 'accept';
  },
  headers: Record<string, string> = {},
): Promise<Person> {
  const client = new v2.Client(
    { name: 'person', version: '1' },
    {
      capabilities: { elicitation: { url: {} } },
      ...(era === 'modern' && { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    },
  );
  const asked: Person['asked'] = [];
  const completed: string[] = [];
  client.setRequestHandler('elicitation/create', async request => {
    const params = request.params as unknown as Person['asked'][number];
    asked.push(params);
    return { action: await react(params.url) };
  });
  client.fallbackNotificationHandler = async ({ method, params }) => {
    if (method === 'notifications/elicitation/complete') completed.push(String(params?.['elicitationId']));
  };
  await client.connect(
    typeof to === 'string'
      ? new v2.StreamableHTTPClientTransport(new URL(to), { requestInit: { headers } })
      : new StdioClientTransport({ ...to, stderr: 'ignore' }),
  );
  onClose(() => client.close());
  const exec = async (tool: string) =>
    (await client.callTool({ name: 'exec', arguments: { tool } }, { timeout: 60_000 })) as ToolResult;
  return { asked, completed, exec };
}

test('doctor gives the address of a page of the running gateway as well', async ({ place }) => {
  const file = written(place, here());
  const gateway = await place.serveFile(file);
  await gateway.says('r: needs_auth');
  const { out } = await place.run(['doctor', '--config', file]);
  const [, link = ''] = /log in at: (\S+)/.exec(out) ?? [];
  expect(link).toMatch(`${gateway.base}/oauth/login/r`);
  expect((await browse(link)).text).toContain('You are logged in');
  await gateway.listed('r');
});

describe('a client that cannot show a page', () => {
  test('is told the address of one, where anybody who has it can log in', async ({ place }) => {
    const there = here();
    const gateway = await place.serveFile(written(place, there));
    await gateway.says('r: needs_auth');
    const client = await place.http('v2 modern', gateway.url);
    const link = linkIn(await client.exec('r.whoami'));
    const page = await (await fetch(link)).text();
    expect(page).toContain(new URL(there.server.url).host);
    expect(await there.as.log()).toEqual([]); // nothing happens before somebody agrees
    const { status, text } = await browse(link);
    expect([status, text]).toEqual([200, expect.stringContaining('You are logged in')]);
    await gateway.listed('r');
    expect(await who(client)).toMatchObject({ sub: 'somebody' });
  });

  test('the page agrees to nothing that another page or an old link asks for', async ({ place }) => {
    const there = here();
    const gateway = await place.serveFile(written(place, there));
    await gateway.says('r: needs_auth');
    const client = await place.http('v2 modern', gateway.url);
    const link = linkIn(await client.exec('r.whoami'));
    const { pathname, searchParams } = new URL(link);
    const send = (origin: string | undefined, body: Record<string, string>, path = pathname) =>
      fetch(gateway.base + path, {
        method: 'POST',
        redirect: 'manual',
        headers: { ...(origin && { origin }), 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(body),
      });
    const post = async (...given: Parameters<typeof send>) => (await send(...given)).status;
    const pass = searchParams.get('pass')!;
    expect(await post('https://evil.example', { pass })).toBe(400);
    expect(await post('http://127.0.0.1:1', { pass })).toBe(400);
    expect(await post(undefined, { pass })).toBe(400);
    expect(await post(gateway.base, { pass: 'x'.repeat(pass.length) })).toBe(400);
    expect(await post(gateway.base, {})).toBe(400);
    expect(await post(gateway.base, { pass }, '/oauth/login/nobody')).toBe(404);
    const long = await send(gateway.base, { pass: 'x'.repeat(2_000_000) });
    expect([long.status, long.headers.get('connection')]).toEqual([400, 'close']);
    expect(await there.as.log()).toEqual([]);
    expect(await post(gateway.base, { pass })).toBe(303);

    const forged = await fetch(`${gateway.base}/oauth/callback?code=x&state=y`);
    expect([forged.status, forged.headers.get('x-frame-options')]).toEqual([400, 'DENY']);
    expect(forged.headers.get('content-security-policy')).toContain("default-src 'none'");
    const other = await fetch(link, { headers: { host: 'evil.example' } }).catch(() => undefined);
    expect(other?.status).not.toBe(500);
  });

  test('who comes back with another browser than that which agreed has not logged in', async ({ place }) => {
    const there = here();
    const gateway = await place.serveFile(written(place, there));
    await gateway.says('r: needs_auth');
    const client = await place.http('v2 modern', gateway.url);
    const link = linkIn(await client.exec('r.whoami'));
    const { url } = await browse(link, undefined, undefined, /\/oauth\/callback/);
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('no answer to a login'),
    ]);
    expect(await there.as.tokenRequests()).toEqual([]);
  });
});

describe.each(['legacy', 'modern'] as const)('a client of %s that can show a page', era => {
  test('is asked, and its call made when somebody has logged in', async ({ place }) => {
    const gateway = await place.serveFile(written(place, here()));
    await gateway.says('r: needs_auth');
    const one = await person(era, gateway.url, end => place.onClose(end));
    expect(textOf(await one.exec('r.whoami'))).toContain('somebody');
    expect(one.asked).toMatchObject([
      { mode: 'url', url: expect.stringContaining(`${gateway.base}/oauth/login/r`) },
    ]);
    expect('elicitationId' in one.asked[0]!).toBe(era === 'legacy');
    if (era === 'legacy')
      await vi.waitFor(() => expect(one.completed).toEqual([one.asked[0]!.elicitationId]));
  });

  test('is asked over stdio', async ({ place }) => {
    const args = [main, 'stdio', '--config', written(place, here())];
    const command = { command: process.execPath, args, env: place.env() };
    const one = await person(era, command, end => place.onClose(end));
    expect(textOf(await one.exec('r.whoami'))).toContain('somebody');
    expect(one.asked).toHaveLength(1);
  });

  test('is asked for a scope that is missing, once', async ({ place }) => {
    const there = here();
    const file = written(place, there);
    await login(place, file);
    const gateway = await place.serveFile(file);
    await gateway.listed('r');
    const one = await person(era, gateway.url, end => place.onClose(end));
    expect(textOf(await one.exec('r.administrate'))).toBe('done');
    expect(one.asked).toMatchObject([{ message: expect.stringContaining('"admin"') }]);
  });

  test('that declines is told what to do, at once', async ({ place }) => {
    const gateway = await place.serveFile(written(place, here()));
    await gateway.says('r: needs_auth');
    const one = await person(
      era,
      gateway.url,
      end => place.onClose(end),
      async () => 'decline',
    );
    const refused = await one.exec('r.whoami');
    expect(textOf(refused)).toMatch(/mcpx login r/);
    expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_NEEDS_AUTH' });
  });
});

describe('keys', () => {
  const keyed = async (place: Parameters<typeof written>[0], there: Remote, more = {}) => {
    const file = written(place, there, { isolation: 'shared', ...more }, { gateway: { keys } });
    return { file, gateway: await place.serveFile(file) };
  };
  const clientOf = (place: Parameters<typeof written>[0], gateway: Gateway, key: string) =>
    place.http('v2 modern', gateway.url, { headers: bearer(key) });

  test('whoever runs the gateway logs it in itself, by a page that the admin API names', async ({
    place,
  }) => {
    const there = here();
    const file = written(place, there, { isolation: 'shared' }, { gateway: { keys } });
    const gateway = await place.serveFile(file, { env: { MCPX_ADMIN_TOKEN: token } });
    await gateway.says('r: needs_auth');
    const { body } = await apiOf(gateway)('POST', '/api/servers/r/login');
    expect((await browse(body.url)).text).toContain('You are logged in');
    await gateway.listed('r');
    const [shown] = (await apiOf(gateway)('GET', '/api/servers')).body.servers;
    expect(shown.logins).toMatchObject([{ principal: 'local', loggedIn: true }]);
    const forged = body.url.replace(/pass=.*/, `pass=${'x'.repeat(22)}`);
    expect((await browse(forged)).text).toContain('needs a key');
  });

  test('each logs in for itself; a connection carries the tokens of one', async ({ place }) => {
    const there = here();
    const { file, gateway } = await keyed(place, there);
    await gateway.says('r: needs_auth');
    await login(place, file); // the gateway's own, which lists
    await gateway.listed('r');
    const laptop = await clientOf(place, gateway, keys.laptop);
    const desk = await clientOf(place, gateway, keys.desk);
    const refused = await laptop.exec('r.whoami');
    expect(textOf(refused)).toContain('mcpx login r --key laptop');
    const calls = (await there.server.log()).filter(({ method }) => method === 'tools/call');
    expect(calls.every(({ token }) => token === undefined)).toBe(true); // least of all with the gateway's own

    const link = linkIn(refused);
    expect(link).not.toContain('pass');
    const wrong = await browse(link, { key: 'sk-wrong' });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('does not know the key')]);
    const fields = (key: string, name: string) => ({ key, login: name, password: 'x' });
    expect((await browse(link, fields(keys.laptop, 'lara'))).text).toContain('You are logged in');
    expect(await who(laptop)).toMatchObject({ sub: 'lara' });
    expect(textOf(await desk.exec('r.whoami'))).toContain('mcpx login r --key desk');
    expect((await browse(link, fields(keys.desk, 'dora'))).text).toContain('You are logged in');
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => [n % 2, (await who(n % 2 ? desk : laptop)) as unknown]),
    );
    for (const [isDesk, answer] of answers) expect(answer).toMatchObject({ sub: isDesk ? 'dora' : 'lara' });

    const shown = await gateway.health(bearer(keys.laptop));
    const written = place.audit().map(({ event, principal, what, code }) => [event, principal ?? code, what]);
    expect(written).toContainEqual(['refused', 'UNAUTHORIZED', undefined]); // the wrong key on the page
    for (const key of ['laptop', 'desk'])
      expect(written).toContainEqual(['changed', key, 'logged in to server "r"']);
    const logins = (shown.servers![0] as unknown as { logins: { principal: string }[] }).logins;
    expect(logins.map(({ principal }) => principal).sort()).toEqual(['laptop', 'local']);
    const sent = (await there.server.log()).map(({ token }) => token ?? '');
    for (const key of Object.values(keys)) expect(sent).not.toContain(key); // nor is a client's own credential passed on
  });

  test('by command as well', async ({ place }) => {
    const { file, gateway } = await keyed(place, here());
    await login(place, file);
    await gateway.listed('r');
    expect((await login(place, file, '--key', 'nobody')).err).toContain('there is no key "nobody"');
    const { code, out } = await login(place, file, '--key', 'laptop');
    expect([code, out]).toEqual([0, expect.stringContaining('for the key "laptop" only')]);
    expect(await who(await clientOf(place, gateway, keys.laptop))).toMatchObject({ sub: 'somebody' });
    expect(textOf(await (await clientOf(place, gateway, keys.desk)).exec('r.whoami'))).toContain(
      '--key desk',
    );
  });

  test('share the gateway’s where the configuration says so, and none of them can change it', async ({
    place,
  }) => {
    const { file, gateway } = await keyed(place, here(), { auth: { shared: true } });
    await login(place, file);
    await gateway.listed('r');
    const laptop = await clientOf(place, gateway, keys.laptop);
    expect(await who(laptop)).toMatchObject({ sub: 'somebody' });
    expect(textOf(await laptop.exec('r.administrate'))).not.toContain('/oauth/login');
    const { status, text } = await browse(`${gateway.base}/oauth/login/r`, { key: keys.laptop });
    expect([status, text]).toEqual([400, expect.stringContaining('all keys share this login')]);
  });
});
