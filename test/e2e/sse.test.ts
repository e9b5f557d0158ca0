// HTTP+SSE for clients of 2024-11-05: off unless it is asked for.
import { SSEClientTransport } from '@modelcontextprotocol/client';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as V1Sse } from '@modelcontextprotocol/sdk/client/sse.js';
import { expect, vi } from 'vitest';
import { fixture, type Gateway, type ToolResult, test, textOf } from './harness.ts';

const servers = { stateful: fixture('stateful'), asks: fixture('asks') };
const info = { name: 'old', version: '1.0.0' };

async function connected(gateway: Gateway, path = '/sse', headers: Record<string, string> = {}) {
  const client = new V1(info, { capabilities: { elicitation: {} } });
  const fetched = (url: string | URL, init?: RequestInit) =>
    fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } });
  await client.connect(
    new V1Sse(new URL(`${gateway.base}${path}`), { fetch: fetched, eventSourceInit: { fetch: fetched } }),
  );
  return client;
}

const exec = async (client: V1, tool: string, given: object = {}) =>
  textOf((await client.callTool({ name: 'exec', arguments: { tool, arguments: given } })) as ToolResult);

test('an old client lists and calls, with a session of its own that ends with its stream', async ({
  place,
}) => {
  const gateway = await place.serve(servers, { gateway: { sse: true } });
  const [one, two] = [await connected(gateway), await connected(gateway)];
  expect((await one.listTools()).tools.map(({ name }) => name)).toEqual(['inspect', 'exec', 'resources']);
  expect([
    await exec(one, 'stateful.count'),
    await exec(one, 'stateful.count'),
    await exec(two, 'stateful.count'),
  ]).toEqual(['1', '2', '1']);
  const processes = async () =>
    (await gateway.health()).servers!.find(({ name }) => name === 'stateful')!.pool!.total;
  expect(await processes()).toBe(2);
  await one.close();
  await vi.waitFor(async () => expect(await processes()).toBe(1), 10_000);
  await two.close();
});

test('it can be asked, and shown all tools', async ({ place }) => {
  const gateway = await place.serve(servers, { gateway: { sse: true } });
  const client = await connected(gateway, '/sse?mode=flat');
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('whoami');
  await client.close();
});

test('a session is good for whoever opened it', async ({ place }) => {
  const keys = { a: '${env:KEY_A}', b: '${env:KEY_B}' };
  const env = { KEY_A: 'key-a-0123456789', KEY_B: 'key-b-0123456789' };
  const gateway = await place.serve(servers, { gateway: { sse: true, keys }, env });
  const stream = await fetch(`${gateway.base}/sse`, { headers: { authorization: `Bearer ${env.KEY_A}` } });
  const chunk = (await stream.body!.getReader().read()).value!;
  const path = /data: (\S+)/.exec(Buffer.from(chunk).toString())![1];
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const post = (key: string) =>
    fetch(`${gateway.base}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(ping),
    });
  expect((await post(env.KEY_B)).status).toBe(404);
  expect((await post(env.KEY_A)).status).toBe(202);
  expect((await fetch(`${gateway.base}/sse`)).status).toBe(401);
});

test('it is not there unless it is asked for', async ({ place }) => {
  const gateway = await place.serve(servers);
  for (const path of ['/sse', '/messages']) expect((await fetch(`${gateway.base}${path}`)).status).toBe(404);
  await expect(
    new (await import('@modelcontextprotocol/client')).Client(info).connect(
      new SSEClientTransport(new URL(`${gateway.base}/sse`)),
    ),
  ).rejects.toThrow();
});
