// `isolation: "client"`: every client has processes of its own for as long as it stays, and nobody else ever sees them.
import { describe, expect, vi } from 'vitest';
import { alive } from '../fixtures/start.ts';
import {
  execRaw,
  fixture,
  type Gateway,
  gone,
  kinds,
  type McpClient,
  type RawHttp,
  test,
} from './harness.ts';

const servers = { memo: fixture('stateful') };
const ceiling = 20_000; // ten times the two seconds that a process has to leave

const set = (client: McpClient, value: string) => client.text('memo.set', { value });
const get = async (client: McpClient) => JSON.parse(await client.text('memo.get')) as unknown;
const pidOf = async (client: McpClient) => Number(await client.text('memo.whoami'));

async function rawPid(wire: RawHttp): Promise<number> {
  const { result } = await execRaw(wire, 'memo.whoami');
  return Number((result!['content'] as { text: string }[])[0]!.text);
}

describe.each(kinds)('two clients: %s', kind => {
  test('with a stdio gateway each share nothing', async ({ place }) => {
    const [one, two] = await Promise.all([place.stdio(kind, servers), place.stdio(kind, servers)]);
    await set(one, 'secret');
    expect([await get(one), await get(two)]).toEqual(['secret', null]);
  });

  test('of one HTTP gateway have a process each', async ({ place }) => {
    const { url } = await place.serve(servers);
    const one = await place.http(kind, url, { name: 'one' });
    const two = await place.http(kind, url, { name: 'two' });
    await set(one, 'secret');
    expect([await get(one), await get(two)]).toEqual(['secret', null]);
    expect(await pidOf(one)).not.toBe(await pidOf(two));
    expect(await pidOf(one)).toBe(await pidOf(one));
  });
});

test.for(['v1', 'v2 legacy'] as const)(
  'two sessions of %s share nothing, even under one name',
  async (kind, { place }) => {
    const { url } = await place.serve(servers);
    const [one, two] = await Promise.all([place.http(kind, url), place.http(kind, url)]);
    await set(one, 'secret');
    expect(await get(two)).toBe(null);
  },
);

test('modern clients are told apart by ?client=, whatever their clientInfo says', async ({ place }) => {
  const { url } = await place.serve(servers);
  const [a, again, b] = await Promise.all([
    place.http('v2 modern', `${url}?client=a`, { name: 'x' }),
    place.http('v2 modern', `${url}?client=a`, { name: 'y' }),
    place.http('v2 modern', `${url}?client=b`, { name: 'x' }),
  ]);
  await set(a, 'secret');
  expect([await get(again), await get(b)]).toEqual(['secret', null]);
});

test('modern clients of one name share, and one that has none is somebody else', async ({ place }) => {
  const { url } = await place.serve(servers);
  const one = await place.http('v2 modern', url, { name: 'cursor' });
  const window = await place.http('v2 modern', url, { name: 'cursor' });
  const nameless = await place.http('v2 modern', url, { name: '' });
  await set(one, 'shared');
  expect([await get(window), await get(nameless)]).toEqual(['shared', null]);
});

test('a modern client and a session of the same name share nothing', async ({ place }) => {
  const { url } = await place.serve(servers);
  const modern = await place.http('v2 modern', url);
  const legacy = await place.http('v1', url);
  await set(modern, 'secret');
  expect(await get(legacy)).toBe(null);
});

test('modern clients of one name but different keys share nothing', async ({ place }) => {
  const gateway = await place.serve(servers, twoKeys);
  const [a, b] = await Promise.all([
    place.http('v2 modern', gateway.url, { headers: bearer('key-a') }),
    place.http('v2 modern', gateway.url, { headers: bearer('key-b') }),
  ]);
  await set(a, 'secret');
  expect(await get(b)).toBe(null);
});

test('first calls of one client that come together open one process', async ({ place }) => {
  const { url } = await place.serve(servers);
  const client = await place.http('v2 modern', url);
  const pids = await Promise.all(Array.from({ length: 10 }, () => pidOf(client)));
  expect(new Set(pids).size).toBe(1);
});

test('connecting starts nothing: a process is started by the first call', async ({ place }) => {
  const gateway = await place.serve(servers);
  await gateway.listed('memo');
  const [before, first] = [gateway.children().length, await place.http('v1', gateway.url)];
  await first.tools();
  expect(gateway.children()).toHaveLength(before);
  await pidOf(first); // takes the process that has listed: nobody else has used it
  expect(gateway.children()).toHaveLength(before);
  await pidOf(await place.http('v1', gateway.url));
  expect(gateway.children()).toHaveLength(before + 1);
});

test('DELETE ends a session and its processes, and nobody else’s', async ({ place }) => {
  const { url } = await place.serve(servers);
  const [leaves, stays] = [await place.http('v1', url), await place.http('v1', url)];
  const [left, stayed] = [await pidOf(leaves), await pidOf(stays)];
  await leaves.terminate();
  await gone([left], ceiling);
  expect(alive(stayed)).toBe(true);
  expect(await pidOf(stays)).toBe(stayed);
});

describe('a client that says nothing for sessionIdleMs', () => {
  const settings = { gateway: { sessionIdleMs: 400 } };

  test('loses its session, which is 404 from then on, and its processes', async ({ place }) => {
    const { url } = await place.serve(servers, settings);
    const wire = await place.rawHttp('legacy', url);
    const pid = await rawPid(wire);
    await gone([pid], ceiling);
    expect(await statusOf(wire)).toBe(404);
  });

  test('loses its processes in the 2026 era, and gets new ones when it returns', async ({ place }) => {
    const { url } = await place.serve(servers, settings);
    const wire = await place.rawHttp('modern', url);
    const pid = await rawPid(wire);
    await gone([pid], ceiling);
    expect(await rawPid(wire)).not.toBe(pid);
  });

  test('stays as long as it has a stream open', async ({ place }) => {
    const { url } = await place.serve(servers, settings);
    const listens = await place.http('v1', url);
    const kept = await pidOf(listens);
    const silent = await place.rawHttp('legacy', url);
    await gone([await rawPid(silent)], ceiling); // long enough for both
    expect(await pidOf(listens)).toBe(kept);
  });
});

test('the session id of another key is 404, as is one that never was', async ({ place }) => {
  const gateway = await place.serve(servers, twoKeys);
  const owner = await place.rawHttp('legacy', gateway.url, bearer('key-a'));
  await execRaw(owner, 'memo.set', { value: 'secret' });
  expect(owner.session!.length).toBeGreaterThanOrEqual(32);
  expect(await knock(gateway, 'key-b', owner.session!)).toEqual([404, 404, 404]);
  expect(await knock(gateway, 'key-a', 'f'.repeat(36))).toEqual([404, 404, 404]);
  const { result } = await execRaw(owner, 'memo.get'); // and it was not ended by the DELETE
  expect(result!['content']).toEqual([{ type: 'text', text: '"secret"' }]);
});

test('a stdio client’s processes go with it', async ({ place }) => {
  const client = await place.stdio('v1', servers);
  const pid = await pidOf(client);
  await client.close();
  await gone([pid, client.pid], ceiling);
});

test('the process that has listed ends when it has been idle', async ({ place }) => {
  const gateway = await place.serve({ memo: { ...servers.memo, pool: { idleMs: 300 } } });
  await gateway.listed('memo');
  await vi.waitFor(() => expect(gateway.children()).toHaveLength(1), { timeout: ceiling }); // the watchdog
  const client = await place.http('v1', gateway.url);
  expect(await pidOf(client)).toBeGreaterThan(0);
});

const twoKeys = {
  gateway: { keys: { a: '${env:KEY_A}', b: '${env:KEY_B}' } },
  env: { KEY_A: 'key-a', KEY_B: 'key-b' },
};

function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

async function statusOf(wire: RawHttp): Promise<number> {
  const response = await wire.post({ jsonrpc: '2.0', id: 99, method: 'tools/list', params: {} });
  await response.arrayBuffer();
  return response.status;
}

/** The statuses that a session id gets for POST, GET and DELETE. */
async function knock({ url }: Gateway, key: string, session: string): Promise<number[]> {
  const headers = {
    ...bearer(key),
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-session-id': session,
  };
  const params = { name: 'exec', arguments: { tool: 'memo.get' } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  const statuses: number[] = [];
  for (const method of ['POST', 'GET', 'DELETE']) {
    const response = await fetch(url, { method, headers, body: method === 'POST' ? body : undefined });
    await response.body?.cancel();
    statuses.push(response.status);
  }
  return statuses;
}
