// What hostile servers, and those who send people back, may try at a login.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, vi } from 'vitest';
import { type Place, test, textOf } from './harness.ts';
import { browser, loggedIn, login, sharedRemote, who, written } from './remote.ts';

const here = sharedRemote();
const elsewhere = sharedRemote();

describe('what is hostile', () => {
  test.for([
    ['another issuer on the way back', 'https://evil.example'],
    ['no issuer on the way back, although it is promised', null],
  ])('%s: no code is redeemed', async ([, iss], { place }) => {
    const there = here();
    await there.as.set({ iss });
    const { code, err, out } = await login(place, written(place, there));
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/does not come from http/);
    expect(err).not.toContain('evil');
    expect(await there.as.tokenRequests()).toEqual([]);
  });

  const opened = (place: Place) => `${place.folder}/opened`;
  const witness = (place: Place) => {
    const file = `${place.folder}/witness`;
    writeFileSync(file, `#!/bin/sh\necho "$# $1" > '${opened(place)}'\n`, { mode: 0o755 });
    return file;
  };

  test.for(['file:///etc/passwd', 'javascript:alert(1)', 'http://169.254.169.254/latest/meta-data'])(
    'an authorization endpoint at %s: nothing is opened',
    async (endpoint, { place }) => {
      const there = here();
      await there.as.set({ metadata: { authorization_endpoint: endpoint } });
      const { code, err } = await place.run(['login', 'r', '--config', written(place, there)], {
        BROWSER: witness(place),
      });
      expect([code, err]).toEqual([1, expect.stringMatching(/cannot log in to server "r"/)]);
      expect(existsSync(opened(place))).toBe(false);
    },
  );

  test('the address goes to the browser as one argument, and to no shell', async ({ place }) => {
    const there = here();
    const endpoint = `${there.as.url}/auth?x=$(touch%20pwned)&y=;ls;'"`;
    await there.as.set({ metadata: { authorization_endpoint: endpoint } });
    const child = place.run(['login', 'r', '--config', written(place, there)], { BROWSER: witness(place) });
    await vi.waitFor(() => expect(existsSync(opened(place))).toBe(true), { timeout: 15_000 });
    expect(readFileSync(opened(place), 'utf8')).toMatch(/^1 http.*touch.*ls/);
    expect(existsSync(`${place.folder}/pwned`)).toBe(false);
    for (const pid of place.left()) process.kill(pid, 'SIGINT');
    await child;
  });

  test.for([
    ['token_endpoint', 'http://169.254.169.254/token'],
    ['registration_endpoint', 'http://169.254.169.254/reg'],
    ['issuer', 'https://evil.example'],
  ])('%s at %s is not used', async ([name, value], { place }) => {
    const there = here();
    await there.as.set({ metadata: { [name!]: value } });
    const { code, err } = await login(place, written(place, there));
    expect([code, err]).toEqual([1, expect.stringMatching(/cannot log in to server "r"/)]);
    expect(await there.as.tokenRequests()).toEqual([]);
  });

  test('metadata where none may be are not fetched, and none are guessed instead', async ({ place }) => {
    const there = here();
    const file = written(place, there);
    await there.server.set({ metadataUrl: 'http://169.254.169.254/metadata' });
    const { code, err } = await login(place, file);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/169\.254\.169\.254 is an address of this machine or its network/),
    ]);
    await there.server.set({ metadataUrl: null, authorizationServers: ['http://169.254.169.254'] });
    expect((await login(place, file)).err).toMatch(/169\.254\.169\.254 is an address/);
    await there.server.set({
      authorizationServers: [there.as.url],
      resource: 'https://elsewhere.example/mcp',
    });
    expect((await login(place, file)).err).toMatch(/does not match/);
    expect(await there.as.tokenRequests()).toEqual([]);
  });

  test('a token goes to no other server, wherever its own sends us', async ({ place }) => {
    const { server, client } = await loggedIn(place, here());
    const other = elsewhere();
    await who(client);
    await server.set({ redirect: other.server.url });
    await client.exec('r.whoami');
    expect(await other.server.log()).toEqual([]);
  });

  test('no token, secret or code is shown or kept in clear', async ({ place }) => {
    const there = here();
    const auth = { clientId: 'static', clientSecret: '${env:SECRET}' };
    const file = written(place, there, { auth });
    const env = { SECRET: 'static-secret', BROWSER: browser };
    const outputs = [await place.run(['login', 'r', '--config', file], env)];
    const gateway = await place.serveFile(file, { env });
    await gateway.listed('r');
    const client = await place.http('v2 modern', gateway.url);
    const texts = [await client.inspect(), textOf(await client.exec('r.administrate'))];
    outputs.push(await place.run(['doctor', '--json', '--config', file], env));
    await there.as.do('revoke');
    texts.push(textOf(await client.exec('r.whoami')), JSON.stringify(await gateway.health()));
    outputs.push(await place.run(['doctor', '--config', file], env));
    const tokens = (await there.server.log()).map(({ token }) => token).filter(token => token !== undefined);
    expect(tokens.length).toBeGreaterThan(0);
    const all = [
      ...texts,
      ...outputs.flatMap(({ out, err }) => [out, err]),
      gateway.out + gateway.err,
      ...place.files().map(path => readFileSync(path, 'latin1')),
    ].join('\n');
    for (const secret of [...new Set(tokens), 'static-secret']) expect(all).not.toContain(secret);
    const kept = place.files().filter(path => path.endsWith('.login'));
    expect(kept).toHaveLength(1);
    for (const path of place.files().filter(path => path.includes('logins')))
      expect(statSync(path).mode & 0o077).toBe(0);
  });
});
