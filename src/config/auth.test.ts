import { expect, test } from 'vitest';
import { failure, load } from './loading.fixture.ts';

const url = 'https://example.com/mcp';
const server = (more: object) => ({ mcpServers: { s: { url, ...more } } });

async function authOf(more: object, env = {}, files = {}) {
  const { servers } = await load(server(more), env, files);
  const { target, secrets, problem } = servers[0]!;
  return {
    auth: target !== undefined && target.type !== 'stdio' ? target.auth : undefined,
    secrets,
    problem,
    target,
  };
}

test('a server without a credential can be logged in to, with nothing said about it', async () => {
  expect((await authOf({})).auth).toEqual({ grant: 'authorization_code', scopes: [], shared: false });
  expect((await authOf({ headers: { 'X-Team': 'a' } })).auth).toBeDefined();
  expect((await authOf({ headers: { authorization: 'Bearer x' } })).auth).toBeUndefined();
});

test('secrets are resolved, and known as secrets', async () => {
  const auth = {
    grant: 'client_credentials',
    clientId: 'me',
    privateKey: '${file:key.pem}',
    issuer: 'https://${HOST}/',
    scopes: ['a', 'b'],
    shared: true,
  };
  const read = await authOf({ auth }, { HOST: 'as.example' }, { 'key.pem': 'the-private-key\n' });
  expect(read.auth).toEqual({ ...auth, privateKey: 'the-private-key', issuer: 'https://as.example/' });
  expect(read.secrets).toContain('the-private-key');
});

test('a secret that does not resolve stops the server', async () => {
  const { problem, target } = await authOf({ auth: { clientId: 'me', clientSecret: '${env:NOPE}' } });
  expect(problem?.message).toMatch(/NOPE is not set/);
  expect(target).toBeUndefined();
});

test('Cursor’s names are understood', async () => {
  const { auth } = await authOf({ auth: { CLIENT_ID: 'me', CLIENT_SECRET: 'shh-quiet', scopes: ['a'] } });
  expect(auth).toMatchObject({ clientId: 'me', clientSecret: 'shh-quiet', scopes: ['a'] });
});

test.for([
  [{ command: 'x', url: undefined, auth: {} }, /auth is set, but so is command/],
  [{ headers: { Authorization: 'x' }, auth: {} }, /auth and headers\.Authorization are both set/],
  [
    { auth: { clientId: 'a', clientSecret: 'b', privateKey: 'c' } },
    /clientSecret and auth\.privateKey are both set/,
  ],
  [{ auth: { clientSecret: 'b' } }, /auth\.clientId is not set/],
  [
    { auth: { grant: 'client_credentials', clientId: 'a' } },
    /expected auth\.clientId, and auth\.clientSecret/,
  ],
  [{ auth: { grant: 'magic' } }, /auth\.grant is "magic"; expected one of/],
  [{ auth: { issuer: 'ftp://x' } }, /auth\.issuer is no http or https address/],
] as const)('%o is refused', async ([more, why]) => {
  expect(await failure(server(more))).toMatch(why);
});
