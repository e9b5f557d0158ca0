// What becomes of a login: its tokens end, are refreshed, used up, revoked.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, vi } from 'vitest';
import { errorOf, preloaded, test, textOf } from './harness.ts';
import { jump, loggedIn, login, sharedRemote, who } from './remote.ts';

const here = sharedRemote();

describe('tokens', () => {
  test('fifty calls at the moment of expiry need one token request', async ({ place }) => {
    const { as, gateway, client } = await loggedIn(place, here(), { env: preloaded('jumping-clock') });
    await who(client);
    await as.set({ tokenDelayMs: 300 });
    await jump(gateway);
    const answers = await Promise.all(Array.from({ length: 50 }, () => who(client)));
    expect(answers).toHaveLength(50);
    expect(await as.tokenRequests('refresh_token')).toMatchObject([{ status: 200 }]);
  });

  test('two gateways at once need one as well, and both know what came of it', async ({ place }) => {
    const env = preloaded('jumping-clock');
    const { as, file, gateway, client } = await loggedIn(place, here(), { env });
    const other = await place.serveFile(file, { env });
    await other.listed('r');
    const clients = [client, await place.http('v2 modern', other.url)];
    await as.set({ tokenDelayMs: 300 });
    await Promise.all([jump(gateway), jump(other)]);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => who(clients[n % 2]!)));
    expect(answers).toHaveLength(40);
    expect(await as.tokenRequests('refresh_token')).toMatchObject([{ status: 200 }]);
  });

  test('refresh tokens that are used up at once are replaced each time', async ({ place }) => {
    const { as, client } = await loggedIn(place, here(), { lasts: 4 });
    for (let round = 0; round < 3; round++) {
      await who(client);
      await delay(4_500);
    }
    const requests = await as.tokenRequests('refresh_token');
    expect(requests.length).toBeGreaterThan(1);
    expect(requests.every(({ status }) => status === 200)).toBe(true);
  });

  test('a clock that is wrong costs a refresh, no more', async ({ place }) => {
    const { as, gateway, client } = await loggedIn(place, here(), { env: preloaded('jumping-clock') });
    await jump(gateway); // ahead: what is good seems to be at its end
    await who(client);
    await as.set({ accessTokenSeconds: 1 });
    await jump(gateway); // behind
    await as.do('outdate'); // what seems good is at its end
    await who(client);
    expect(await as.tokenRequests('refresh_token')).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  test('trouble at the authorization server ends no login', async ({ place }) => {
    const { as, gateway, client } = await loggedIn(place, here(), { env: preloaded('jumping-clock') });
    await as.set({ tokenStatus: 503 });
    await jump(gateway);
    const failed = await client.exec('r.whoami');
    expect(errorOf(failed)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    expect(textOf(failed)).toContain('HTTP status 503');
    await as.set({ tokenStatus: null });
    await vi.waitFor(async () => expect(await who(client)).toMatchObject({ sub: 'somebody' }), {
      timeout: 20_000,
      interval: 500,
    });
  });

  test.for(['revoked', 'expired'])(
    'a refresh token that is %s ends it, at once and for good',
    async (how, { place }) => {
      const { as, server, gateway, client, file } = await loggedIn(place, here());
      if (how === 'revoked') await as.do('revoke');
      else await as.do('expire');
      const failed = await client.exec('r.whoami');
      expect(textOf(failed)).toMatch(/has ended: invalid_grant[\s\S]*mcpx login r/);
      expect(errorOf(failed)).toMatchObject({ code: 'UPSTREAM_NEEDS_AUTH', retryable: false });
      await gateway.says('r: needs_auth');
      expect(await client.inspect()).toMatch(/- r: needs_auth/);
      for (let n = 0; n < 5; n++) await client.exec('r.whoami');
      expect(await as.tokenRequests('refresh_token')).toHaveLength(1);
      const { servers } = (await gateway.health()) as unknown as {
        servers: { health: { breaker: object } }[];
      };
      expect(servers[0]!.health.breaker).toMatchObject({ state: 'closed', failures: 0 });

      const seen = (await server.log()).length;
      await delay(1_500);
      expect((await server.log()).length).toBe(seen); // nobody tries by itself
      expect((await login(place, file)).code).toBe(0);
      await vi.waitFor(async () => expect(await who(client)).toMatchObject({ sub: 'somebody' }), {
        timeout: 10_000,
      });
    },
  );

  test('a server that refuses every token is asked twice, and no more tokens are got for it', async ({
    place,
  }) => {
    const { as, server, client } = await loggedIn(place, here());
    await who(client);
    const before = (await server.log()).length;
    await server.set({ refuse: true });
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.exec('r.whoami')));
    for (const answer of answers) expect(textOf(answer)).toMatch(/not accepted by the server/);
    expect(await as.tokenRequests('refresh_token')).toHaveLength(1);
    await client.exec('r.whoami');
    expect(await as.tokenRequests('refresh_token')).toHaveLength(1);
    expect((await server.log()).length - before).toBeLessThanOrEqual(21 * 3);
    await server.set({ refuse: false });
    expect(await who(client)).toMatchObject({ sub: 'somebody' }); // it has thought better of it
  });
});
