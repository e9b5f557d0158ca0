// The upstreams as one ordinary server: at /mcp/flat, and by `mcpx stdio --flat`.
import { describe, expect, vi } from 'vitest';
import { callRaw, fixture, sharedPlace, test, textOf } from './harness.ts';

const place = sharedPlace();
const servers = { one: fixture('stateful'), two: fixture('stateful'), tables: fixture('tables') };

type Items = { name: string; [key: string]: unknown }[];

const namesIn = (answer: { result?: Record<string, unknown> }, kind = 'tools') =>
  ((answer.result?.[kind] ?? []) as Items).map(({ name }) => name);

describe('names', () => {
  test('have the server in front where two servers use them, and lead to the right one', async () => {
    const gateway = await place.serve(servers);
    const client = await place.rawHttp('legacy', `${gateway.base}/mcp/flat`);
    const names = namesIn(await client.request('tools/list'));
    expect(names).toEqual(expect.arrayContaining(['one__count', 'two__count']));
    expect(names).not.toContain('count');
    const count = async (tool: string) => textOf((await callRaw(client, tool)).result as never);
    const counts = [await count('one__count'), await count('one__count'), await count('two__count')];
    expect(counts.map(text => /\d+/.exec(text)?.[0])).toEqual(['1', '2', '1']);
  });

  test('stay as they were after a restart in which one of the two is away', async () => {
    const gateway = await place.serve({ one: fixture('stateful'), two: fixture('never-initializes') });
    await gateway.listed('one');
    const client = await place.rawHttp('modern', `${gateway.base}/mcp/flat`);
    expect(namesIn(await client.request('tools/list'))).toContain('one__count');
  });

  test('that nobody has are told with those that come near', async () => {
    const gateway = await place.serve(servers);
    const client = await place.rawHttp('legacy', `${gateway.base}/mcp/flat`);
    expect(await callRaw(client, 'one__coutn')).toMatchObject({
      error: { code: -32602, message: expect.stringContaining('nearest: one__count') },
    });
  });
});

describe('a part of the servers', () => {
  const gateway = () => place.serve(servers, { gateway: { profiles: { mine: { servers: ['two'] } } } });

  test.each(['?servers=two', '?profile=mine', '?servers=one,two&profile=mine'])(
    'is chosen by %s, at both addresses',
    async query => {
      const { base } = await gateway();
      const flat = await place.rawHttp('modern', `${base}/mcp/flat${query}`);
      expect(namesIn(await flat.request('tools/list'))).toContain('count');
      expect((await callRaw(flat, 'one__count')).error?.code).toBe(-32602);
      const three = await place.rawHttp('legacy', `${base}/mcp${query}`);
      const all = textOf((await callRaw(three, 'inspect')).result as never);
      expect(all).toMatch(/^1 server, /);
      const refused = textOf((await callRaw(three, 'exec', { tool: 'one.count' })).result as never);
      expect(refused).toContain('there is no tool');
    },
  );

  test.each([
    ['?servers=three', 'there is no server \\"three\\"'],
    ['?profile=yours', 'there is no profile \\"yours\\"'],
    ['?profile=__proto__', 'there is no profile \\"__proto__\\"'],
    ['?mode=deep', 'there is no mode \\"deep\\"'],
  ])('that there is not is refused: %s', async (query, message) => {
    const { base } = await gateway();
    const response = await fetch(`${base}/mcp/flat${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      }),
    });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(message);
  });
});

test('what a client is shown at /mcp is for the configuration to say, and for the address', async () => {
  const clients = { 'raw*': { mode: 'flat' } };
  const { url } = await place.serve(servers, { gateway: { clients } });
  const tools = async (address: string) =>
    namesIn(await (await place.rawHttp('legacy', address)).request('tools/list'));
  expect(await tools(url)).toContain('one__count');
  expect(await tools(`${url}?mode=tools`)).toEqual(['inspect', 'exec', 'resources']);
});

test('a client that cannot take long names gets shorter ones that work', async () => {
  const { base } = await place.serve(servers, { gateway: { clients: { raw: { nameLength: 16 } } } });
  const client = await place.rawHttp('legacy', `${base}/mcp/flat`);
  const names = namesIn(await client.request('tools/list'));
  expect(Math.max(...names.map(name => name.length))).toBeLessThanOrEqual(16);
  const tool = names.find(name => /^one__cou/.test(name))!;
  expect(textOf((await callRaw(client, tool)).result as never)).toMatch(/1/);
});

describe('lists of many tools', () => {
  test('come in pages that together are whole', async () => {
    const huge = fixture('huge-list');
    const { base } = await place.serve({ a: huge, b: huge, c: huge });
    const client = await place.rawHttp('legacy', `${base}/mcp/flat`);
    const names: string[] = [];
    let cursor: unknown;
    do {
      const answer = await client.request('tools/list', cursor === undefined ? {} : { cursor });
      names.push(...namesIn(answer));
      cursor = answer.result?.['nextCursor'];
    } while (cursor !== undefined);
    expect(new Set(names).size).toBe(1_200);
    expect(names).toHaveLength(1_200);
    expect((await client.request('tools/list', { cursor: '17x' })).error?.code).toBe(-32602);
  });
});

test('over stdio it is asked for with --flat, and a part with --servers', async ({ place: own }) => {
  const client = await own.stdio('v2 modern', servers, { args: ['--flat', '--servers', 'one'] });
  await vi.waitFor(
    async () => expect((await client.tools()).map(({ name }) => name)).toContain('count'),
    20_000,
  );
  expect(textOf(await client.call('count'))).toMatch(/1/);
});

test('prompts, resources and completions are there beside the three tools as well', async () => {
  const everything = {
    command: 'node',
    args: ['node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'stdio'],
    cwd: process.cwd(),
  };
  const gateway = await place.serve({ everything });
  const { url } = gateway;
  await gateway.listed('everything');
  for (const era of ['legacy', 'modern'] as const) {
    const client = await place.rawHttp(era, url);
    expect(namesIn(await client.request('prompts/list'), 'prompts')).toContain('args-prompt');
    const prompt = await client.request('prompts/get', { name: 'args-prompt', arguments: { city: 'Ulm' } });
    expect(JSON.stringify(prompt.result?.['messages'])).toContain('Ulm');
    const ref = { type: 'ref/prompt', name: 'completable-prompt' };
    const completion = await client.request('completion/complete', {
      ref,
      argument: { name: 'department', value: 'E' },
    });
    expect(completion.result?.['completion']).toMatchObject({ values: ['Engineering'] });
    const uri = 'demo://resource/dynamic/text/1';
    expect(JSON.stringify((await client.request('resources/read', { uri })).result)).toContain('Resource 1');
    expect((await client.request('prompts/get', { name: 'nobody' })).error?.code).toBe(-32602);
    const missing = await client.request('resources/read', { uri: 'no:such' });
    expect(missing.error?.message).toBeTruthy();
  }
});
