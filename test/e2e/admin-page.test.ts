// What the admin API tells the web page beyond single servers and tools: searches, calls over time, what happened lately.
import { describe, expect } from 'vitest';
import { administered } from './admin.ts';
import { execRaw, fixture, type Place, test } from './harness.ts';

const servers = { memo: fixture('stateful'), dying: fixture('exits-during-call') };

/** A gateway that has answered three calls and lost one. */
async function busy(place: Place, history: object = {}) {
  const { gateway, api } = await administered(place, servers, { gateway: { history } });
  await Promise.all([gateway.listed('memo'), gateway.listed('dying')]);
  const client = await place.rawHttp('modern', gateway.url);
  for (const value of [1, 2, 3]) await execRaw(client, 'memo.set', { value });
  await execRaw(client, 'dying.die');
  return { gateway, api };
}

test('a search says what is found, why, and what a model is told', async ({ place }) => {
  const { gateway, api } = await administered(place, servers);
  await gateway.listed('memo');
  const { hits, reply, tokens } = (await api('GET', '/api/search?query=remembers%20values')).body;
  expect(hits[0]).toMatchObject({ server: 'memo', name: 'set', enabled: true });
  expect(hits[0].matched).toContainEqual({ word: 'values', field: 'description' });
  expect(hits[0].matched).toContainEqual({ word: 'values', field: 'parameters' });
  expect(hits.map(({ score }: { score: number }) => score)).toEqual(
    hits.map(({ score }: { score: number }) => score).sort((a: number, b: number) => b - a),
  );
  const client = await place.http('v1', gateway.url);
  expect(await client.inspect({ query: ['remembers values'] })).toBe(reply);
  expect(tokens).toBeGreaterThan(10);
  expect((await api('GET', '/api/search?query=zzzz')).body).toMatchObject({ hits: [] });
  expect((await api('GET', '/api/search')).status).toBe(400);
});

test('the menu is that of the clients, beside what all tools would cost', async ({ place }) => {
  const { gateway, api } = await administered(place, servers);
  await gateway.listed('memo');
  const menu = (await api('GET', '/api/menu')).body;
  const listed = await (await place.http('v1', gateway.url)).tools();
  expect(
    menu.tools.map(({ name, description }: { name: string; description: string }) => [name, description]),
  ).toEqual(listed.map(({ name, description }) => [name, description]));
  expect(menu.tokens).toBeLessThanOrEqual(800);
  expect(menu.flat).toBeGreaterThan(50);
});

describe.each([
  ['in memory', {}],
  ['in memory, with what went in and out', { payloads: true }],
  ['on disk', { onDisk: true, payloads: true }],
])('calls %s', (_, history) => {
  test('are told over time, by server', async ({ place }) => {
    const { api } = await busy(place, history);
    const { series, stepMs, from } = (await api('GET', '/api/series?by=server&steps=10')).body;
    const sums = series.map(
      ({ server, calls, failed }: { server: string; calls: number[]; failed: number[] }) => [
        server,
        calls.reduce((sum, count) => sum + count, 0),
        failed.reduce((sum, count) => sum + count, 0),
      ],
    );
    expect(sums).toEqual([
      ['memo', 3, 0],
      ['dying', 1, 1],
    ]);
    expect(series[0].calls).toHaveLength(10);
    expect(series[0].calls[9]).toBe(3);
    expect(series[0].medianMs.slice(0, 9)).toEqual(new Array(9).fill(null));
    expect(series[0].medianMs[9]).toBeGreaterThan(0);
    expect(stepMs).toBe(360_000);
    expect(from).toBeLessThan(Date.now() - 3_500_000);
    const [all] = (await api('GET', '/api/series?steps=1&server=memo')).body.series;
    expect(all.calls).toEqual([3]);
  });

  test('are told one by one', async ({ place }) => {
    const { api } = await busy(place, history);
    const { calls } = (await api('GET', '/api/calls?server=memo')).body;
    const { body } = await api('GET', `/api/calls/${calls[0].id}`);
    expect(body.call).toMatchObject({ id: calls[0].id, server: 'memo', tool: 'set', outcome: 'ok' });
    if ('payloads' in history) {
      expect(JSON.parse(body.call.arguments)).toEqual({ value: 3 });
      expect(body.compressed.text).toBe('ok');
    }
    for (const id of [calls[0].id + 1, 'x', '1.5'])
      expect((await api('GET', `/api/calls/${id}`)).status).toBe(404);
  });
});

test('what happened lately is told, and the states that a server has had', async ({ place }) => {
  const { api } = await busy(place);
  await api('POST', '/api/servers/memo/disable');
  await api('POST', '/api/servers/memo/enable');
  const { happenings } = (await api('GET', '/api/happenings')).body;
  const texts = happenings.map(({ text }: { text: string }) => text);
  expect(texts).toContainEqual(expect.stringMatching(/^admin disabled server "memo"$/));
  expect(texts).toContainEqual(expect.stringMatching(/^a process ended with code/));
  const { happenings: ofDying } = (await api('GET', '/api/happenings?server=dying&limit=1')).body;
  expect(ofDying).toMatchObject([{ server: 'dying' }]);
  const { states } = (await api('GET', '/api/servers/memo')).body;
  expect(states.map(({ state }: { state: string }) => state)).toEqual(
    expect.arrayContaining(['connecting', 'ready']),
  );
});

test('connections are told with their memory and their client, sessions with what they own', async ({
  place,
}) => {
  const { gateway, api } = await administered(place, servers);
  const client = await place.http('v1', gateway.url);
  await client.text('memo.get');
  const { connections } = (await api('GET', '/api/servers/memo/connections')).body;
  const { sessions } = (await api('GET', '/api/sessions')).body;
  expect(sessions[0].servers).toEqual([{ server: 'memo', connections: 1 }]);
  const [own] = connections.filter(({ session }: { session?: string }) => session === sessions[0].id);
  expect(own.client).toBe(sessions[0].client);
  expect(own.memoryMb).toBeGreaterThan(10);
});

test('what a person pastes is read as servers, under names that are free', async ({ place }) => {
  const { api } = await administered(place, { memory: fixture('echo') });
  const text = 'TOKEN="a b" npx -y @modelcontextprotocol/server-memory@1.2.3 --path "/tmp/x y"';
  expect((await api('POST', '/api/servers/read', { text })).body).toEqual({
    servers: [
      {
        name: 'memory-2',
        settings: {
          command: 'npx',
          args: ['-y', '@modelcontextprotocol/server-memory@1.2.3', '--path', '/tmp/x y'],
          env: { TOKEN: 'a b' },
        },
        notes: [],
      },
    ],
    problems: [],
  });
});
