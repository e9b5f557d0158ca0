// Logins without a person, credentials in headers, and what is said of logins.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { errorOf, preloaded, test, textOf } from './harness.ts';
import { jump, loggedIn, login, sharedRemote, who, written } from './remote.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const here = sharedRemote(`jwk=${JSON.stringify(publicKey.export({ format: 'jwk' }))}`);

const machines = {
  'a secret': { clientId: 'machine', clientSecret: '${env:SECRET}' },
  'a key': { clientId: 'jwt-machine', privateKey: '${file:client.pem}' },
};

test.for(Object.keys(machines) as (keyof typeof machines)[])(
  'the gateway logs in by itself with %s',
  async (kind, { place }) => {
    const there = here();
    writeFileSync(join(place.folder, 'client.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const auth = { grant: 'client_credentials', ...machines[kind], issuer: there.as.url };
    const env = { SECRET: 'machine-secret', ...preloaded('jumping-clock') };
    const file = written(place, there, { auth });
    const gateway = await place.serveFile(file, { env });
    await gateway.listed('r');
    const client = await place.http('v2 modern', gateway.url);
    expect(await who(client)).toMatchObject({ clientId: auth.clientId, scopes: ['read', 'write'] });
    expect(await client.text('r.administrate')).toBe('done'); // it asks for the scope that is missing
    expect(await there.as.tokenRequests()).toMatchObject([
      { grant_type: 'client_credentials', status: 200, scope: 'read write' },
      { grant_type: 'client_credentials', status: 200, scope: 'read write admin' },
    ]);
    await jump(gateway);
    await jump(gateway);
    await jump(gateway);
    await who(client);
    const { code, err } = await place.run(['login', 'r', '--config', file], env);
    expect([code, err]).toEqual([1, expect.stringContaining('logs in to server "r" by itself')]);
  },
);

test('credentials that are refused are told, and not tried again in a loop', async ({ place }) => {
  const there = here();
  const auth = { grant: 'client_credentials', clientId: 'machine', clientSecret: 'wrong-secret' };
  const gateway = await place.serveFile(written(place, there, { auth }));
  await gateway.says('r: needs_auth');
  const client = await place.http('v2 modern', gateway.url);
  const refused = await client.exec('r.whoami');
  expect(textOf(refused)).toMatch(/is refused: invalid_client[\s\S]*Check `auth`/);
  expect(textOf(refused)).not.toContain('wrong-secret');
  expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_NEEDS_AUTH' });
  const { length } = await there.as.tokenRequests();
  await new Promise(resolve => setTimeout(resolve, 1_500));
  expect((await there.as.tokenRequests()).length).toBe(length);
});

test('health and doctor say when the token ends, when it was refreshed, and when a call last worked', async ({
  place,
}) => {
  const { gateway, client, file, as } = await loggedIn(place, here(), { env: preloaded('jumping-clock') });
  await who(client);
  await jump(gateway);
  await who(client);
  const [server] = (await gateway.health()).servers as unknown as {
    health: { calledAt: string };
    logins: Record<string, unknown>[];
  }[];
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(server!.health.calledAt).toEqual(time);
  expect(server!.logins).toEqual([
    {
      principal: 'local',
      loggedIn: true,
      renews: true,
      issuer: as.url,
      scope: 'read write',
      loggedInAt: time,
      refreshedAt: time,
      expiresAt: time,
    },
  ]);
  const { out } = await place.run(['doctor', '--config', file]);
  expect(out).toMatch(/login: with http.*; the token ends at .* and is refreshed before; last refreshed at /);
  expect(out).toMatch(/in the running gateway: .*the last one answered at \d{4}/);
});

test('logging out ends the login here and there', async ({ place }) => {
  const { gateway, client, file, as } = await loggedIn(place, here());
  await who(client);
  const { code, out } = await place.run(['logout', 'r', '--config', file]);
  expect([code, out]).toEqual([
    0,
    expect.stringContaining('is forgotten here, and the authorization server too'),
  ]);
  await vi.waitFor(async () => expect(textOf(await client.exec('r.whoami'))).toContain('mcpx login r'), {
    timeout: 15_000,
  });
  expect(await as.tokenRequests('refresh_token')).toEqual([]);
  expect((await place.run(['logout', 'r', '--config', file])).out).toContain('nobody was logged in');
  expect(gateway.running).toBe(true);
  const changes = place.audit().filter(({ event }) => event === 'changed');
  expect(changes.map(({ command, what }) => [command, what])).toEqual([
    ['login', 'logged in to server "r"'],
    ['logout', 'logged out of server "r"'],
  ]);
});

test('a client with a secret says who it is when it ends its login', async ({ place }) => {
  const there = here();
  const auth = { clientId: 'static', clientSecret: 'static-secret', issuer: there.as.url };
  const { file, as } = await loggedIn(place, there, { more: { auth } });
  const { out } = await place.run(['logout', 'r', '--config', file]);
  expect(out).toContain('and the authorization server too');
  const revocations = (await as.log()).filter(({ path }) => path === '/token/revocation');
  expect(revocations).toMatchObject([{ status: 200 }]); // 401 to a client that does not
});

test.for([
  ['that has no place for it', { revocation_endpoint: null }],
  ['that is not there', { revocation_endpoint: 'http://127.0.0.1:9/' }],
] as const)(
  'a login is forgotten here, whatever an authorization server says %s',
  async ([, metadata], { place }) => {
    const there = here();
    await there.as.set({ metadata });
    const { file } = await loggedIn(place, there);
    const { code, out } = await place.run(['logout', 'r', '--config', file]);
    expect([code, out]).toEqual([0, expect.stringContaining('the authorization server could not be told')]);
    expect((await place.run(['logout', 'r', '--config', file])).out).toContain('nobody was logged in');
  },
);

test('a login whose client was forgotten there is told, and made anew by the next', async ({ place }) => {
  const { client, file, as, gateway } = await loggedIn(place, here(), { env: preloaded('jumping-clock') });
  await as.do('forget');
  await jump(gateway);
  expect(textOf(await client.exec('r.whoami'))).toMatch(/has ended: invalid_client[\s\S]*mcpx login r/);
  expect((await login(place, file)).code).toBe(0);
  await vi.waitFor(async () => expect(await who(client)).toMatchObject({ sub: 'somebody' }), {
    timeout: 15_000,
  });
});

test('a credential in the headers is read again when its file changes', async ({ place }) => {
  const { url } = await place.fixtureHttp('legacy-http', 'require-bearer=two');
  writeFileSync(join(place.folder, 'token'), 'one');
  const file = place.write({ s: { url, headers: { Authorization: 'Bearer ${file:token}' } } });
  const gateway = await place.serveFile(file);
  await gateway.says('s: needs_auth');
  const client = await place.http('v1', gateway.url);
  const refused = await client.exec('s.echo', { message: 'hi' });
  expect(textOf(refused)).toMatch(/headers/);
  expect(textOf(refused)).not.toContain('mcpx login');
  writeFileSync(join(place.folder, 'token'), 'two');
  await gateway.listed('s');
  expect(await client.text('s.echo', { message: 'hi' })).toBe('hi');
  expect(readFileSync(file, 'utf8')).not.toContain('two');
});
