// Logging in to a remote server: with a real authorization server and a scripted browser.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, vi } from 'vitest';
import { browse } from '../fixtures/browser.mjs';
import { errorOf, freePort, main, preloaded, test, textOf } from './harness.ts';
import { browser, jump, loggedIn, login, type Remote, sharedRemote, who, written } from './remote.ts';

const here = sharedRemote();
const elsewhere = sharedRemote();

describe('first login', () => {
  test('a gateway that runs notices it, and serves without a restart', async ({ place }) => {
    const there = here();
    const file = written(place, there);
    const gateway = await place.serveFile(file);
    await gateway.says('r: needs_auth');
    const client = await place.http('v2 modern', gateway.url);
    const refused = await client.exec('r.whoami');
    expect(textOf(refused)).toContain('mcpx login r');
    expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_NEEDS_AUTH' });

    const { code, out } = await login(place, file);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/logged in to server "r": it answers with 8 tools/),
    ]);
    await gateway.listed('r');
    expect(await who(client)).toMatchObject({ sub: 'somebody', scopes: ['read', 'write'] });
  });

  test('asks with PKCE for the resource, and for what the challenge says it needs', async ({ place }) => {
    const there = here();
    await there.server.set({ scopes: 'read' });
    const { err } = await login(place, written(place, there));
    const address = new URL(/http\S+\/auth\S+/.exec(err)![0]);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      resource: there.server.url,
      scope: 'read offline_access',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      state: expect.stringMatching(/^[\w-]{22}$/),
    });
    const [request] = await there.as.tokenRequests('authorization_code');
    expect(request).toMatchObject({ status: 200, resource: there.server.url });
  });

  test('is kept over a restart', async ({ place }) => {
    const { as, file, gateway } = await loggedIn(place, here());
    await gateway.stop();
    const { out, code } = await place.run(['exec', 'r.whoami', '--config', file]);
    expect([code, out]).toEqual([0, expect.stringContaining('somebody')]);
    expect(await as.tokenRequests()).toHaveLength(1);
  });

  test('without a browser: the address is printed, and the last one pasted', async ({ place }) => {
    const there = here();
    const file = written(place, there);
    const child = spawn(process.execPath, [main, 'login', 'r', '--no-browser', '--config', file], {
      env: place.env({ BROWSER: '/nonexistent' }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    place.pids.add(child.pid!);
    const said: string[] = [];
    for await (const line of createInterface(child.stderr)) {
      said.push(line);
      if (!line.startsWith('http')) continue;
      const { url } = await browse(line, undefined, undefined, /127\.0\.0\.1:\d+\/callback/);
      child.stdin.write('what?\nhttp://127.0.0.1/callback?code=x&state=forged\n');
      child.stdin.end(`${url}\n`);
    }
    expect(said.join('\n')).toContain('is no address');
    expect(child.exitCode ?? (await new Promise(resolve => child.once('exit', resolve)))).toBe(0);
  });

  test('a server that wants none is said to want none, one that is away to be away', async ({ place }) => {
    const { url } = await place.fixtureHttp('modern-http');
    const port = await freePort();
    const file = place.write({
      r: { url },
      away: { url: `http://127.0.0.1:${port}/mcp` },
      here: { command: 'true' },
    });
    expect((await login(place, file)).out).toContain('works without a login');
    const away = await place.run(['login', 'away', '--config', file]);
    expect([away.code, away.err]).toEqual([
      1,
      expect.stringContaining(`nothing listens at 127.0.0.1:${port}`),
    ]);
    const here = await place.run(['login', 'here', '--config', file]);
    expect([here.code, here.err]).toEqual([2, expect.stringContaining('a program on this machine')]);
    const none = await place.run(['login', 'nobody', '--config', file]);
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('there is no server "nobody"')]);
  });

  test('by a client that is registered, with its secret', async ({ place }) => {
    const there = here();
    const auth = { clientId: 'static', clientSecret: '${env:SECRET}', issuer: there.as.url };
    const file = written(place, there, { auth });
    const env = { BROWSER: browser, SECRET: 'static-secret' };
    expect((await place.run(['login', 'r', '--config', file], env)).code).toBe(0);
    expect((await there.as.log()).some(({ path }) => path === '/reg')).toBe(false);
    expect(await there.as.tokenRequests()).toMatchObject([{ status: 200 }]);
  });
});

describe('scopes', () => {
  test('one that is missing is named, asked for at the next login, and then there', async ({ place }) => {
    const { client, file, gateway } = await loggedIn(place, here());
    const refused = await client.exec('r.administrate');
    expect(textOf(refused)).toMatch(/wants the scope "admin"[\s\S]*mcpx login r/);
    expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_NEEDS_AUTH' });
    expect(await who(client)).toMatchObject({ scopes: ['read', 'write'] }); // everything else goes on
    expect((await gateway.health()).servers).toMatchObject([{ state: 'ready' }]);
    const { err } = await login(place, file);
    expect(new URL(/http\S+\/auth\S+/.exec(err)![0]).searchParams.get('scope')).toBe(
      'read write offline_access admin',
    );
    await vi.waitFor(async () => expect(await client.text('r.administrate')).toBe('done'), {
      timeout: 15_000,
    });
  });

  test('those of the configuration are asked for, and no others', async ({ place }) => {
    const there = here();
    const { err } = await login(place, written(place, there, { auth: { scopes: ['read'] } }));
    expect(new URL(/http\S+\/auth\S+/.exec(err)![0]).searchParams.get('scope')).toBe('read offline_access');
  });
});

describe('an authorization server that changes', () => {
  const moved = async (there: Remote) => {
    const other = elsewhere();
    await there.server.set({ authorizationServers: [other.as.url] });
    return other.as;
  };

  test('is told nothing of the one before', async ({ place }) => {
    const { as, server, client, file, configured } = await loggedIn(place, here());
    const before = (await as.log()).find(({ path }) => path === '/auth')!.client_id;
    const other = await moved({ as, server, configured });
    expect(textOf(await client.exec('r.whoami'))).toContain('mcpx login r');
    const { code, out } = await login(place, file);
    expect([code, out]).toEqual([0, expect.stringContaining(other.url)]);
    const log = await other.log();
    expect(log.some(({ client_id }) => client_id === before)).toBe(false);
    expect(log.filter(({ path }) => path === '/reg')).toHaveLength(1);
    expect(await other.tokenRequests()).toMatchObject([{ grant_type: 'authorization_code', status: 200 }]);
  });

  test('is noticed when the one before is gone', async ({ place }) => {
    const { as, server, client, gateway, configured } = await loggedIn(place, here(), {
      env: preloaded('jumping-clock'),
    });
    await as.set({ tokenStatus: 503 });
    await moved({ as, server, configured });
    await jump(gateway);
    expect(textOf(await client.exec('r.whoami'))).toMatch(/now names another authorization server/);
  });

  test('gets no secret that was meant for another', async ({ place }) => {
    const there = here();
    const file = written(place, there, { auth: { clientId: 'static', clientSecret: 'static-secret' } });
    expect((await login(place, file)).code).toBe(0);
    const other = await moved(there);
    const { code, err } = await login(place, file);
    expect([code, err]).toEqual([1, expect.stringMatching(/in place of[\s\S]*auth\.issuer/)]);
    expect(await other.tokenRequests()).toEqual([]);
  });
});
