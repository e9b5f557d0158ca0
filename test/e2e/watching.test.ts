// Clients hear of what changes: each of what it asked for, in the form of its era, and also after a server has died.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { callRaw, execRaw, fixture, type RawHttp, test } from './harness.ts';

const uri = 'watched://counter';
const patience = { timeout: 20_000, interval: 50 };
const servers = { watched: fixture('watched') };
const subscriptionId = 'io.modelcontextprotocol/subscriptionId';

/** What `client` was told by a method that ends like this. */
const told = (client: RawHttp, ending: string) =>
  client.notifications.filter(({ method }) => method.endsWith(ending));

/** Changes the resource until `client` is told of it once more. */
async function hears(client: RawHttp, toucher = client) {
  const before = told(client, '/updated').length;
  await vi.waitFor(async () => {
    await execRaw(toucher, 'watched.touch');
    expect(told(client, '/updated').length).toBeGreaterThan(before);
  }, patience);
  return told(client, '/updated').at(-1)!.params!;
}

describe.each(['client', 'shared'])('with isolation %s', isolation => {
  const settings = { defaults: { isolation } };

  test('a client of 2025 is told on its stream, until it has heard enough', async ({ place }) => {
    const { url } = await place.serve(servers, settings);
    const client = await place.rawHttp('legacy', url);
    await client.listen();
    expect((await client.request('resources/subscribe', { uri })).result).toEqual({});
    expect(await hears(client)).toEqual({ uri, 'x-count': expect.any(Number) });
    await client.request('resources/unsubscribe', { uri });
    const count = told(client, '/updated').length;
    await execRaw(client, 'watched.touch');
    await execRaw(client, 'watched.touch');
    expect(told(client, '/updated')).toHaveLength(count);
  });

  test('a client of 2026 is told on the stream that it has opened, and only there', async ({ place }) => {
    const { url } = await place.serve(servers, settings);
    const client = await place.rawHttp('modern', url);
    const stream = client.stream({ resourceSubscriptions: [uri], toolsListChanged: false });
    await vi.waitFor(() => expect(told(client, '/acknowledged')).toHaveLength(1), patience);
    const [acknowledged] = told(client, '/acknowledged');
    expect(acknowledged?.params).toMatchObject({
      notifications: { resourceSubscriptions: [uri] },
      _meta: { [subscriptionId]: stream },
    });
    expect(await hears(client)).toMatchObject({ uri, _meta: { [subscriptionId]: stream } });
  });

  test('it is told after the server has died as well', async ({ place }) => {
    const { url } = await place.serve(servers, settings);
    const client = await place.rawHttp('legacy', url);
    await client.listen();
    await client.request('resources/subscribe', { uri });
    await hears(client);
    await execRaw(client, 'watched.die');
    expect(await hears(client)).toMatchObject({ uri });
  });
});

test('with isolation "client" nobody hears what happens in the process of somebody else', async ({
  place,
}) => {
  const { url } = await place.serve(servers);
  const [one, two] = [await place.rawHttp('legacy', url), await place.rawHttp('legacy', url)];
  for (const client of [one, two]) {
    await client.listen();
    await client.request('resources/subscribe', { uri });
  }
  await hears(one);
  for (let n = 0; n < 5; n++) await hears(one); // its counter is well past the other's
  const { 'x-count': count } = await hears(two);
  expect(
    told(two, '/updated').every(({ params }) => (params!['x-count'] as number) <= (count as number)),
  ).toBe(true);
  expect(told(one, '/updated').at(-1)!.params!['x-count']).toBeGreaterThan(count as number);
});

test('with isolation "shared" all who watch hear of it, and the server is asked once', async ({ place }) => {
  const { url } = await place.serve(servers, { defaults: { isolation: 'shared' } });
  const [one, two] = [await place.rawHttp('legacy', url), await place.rawHttp('modern', url)];
  await one.listen();
  await one.request('resources/subscribe', { uri });
  two.stream({ resourceSubscriptions: [uri] });
  await vi.waitFor(() => expect(told(two, '/acknowledged')).toHaveLength(1), patience);
  await hears(one);
  await hears(two, one);
  await hears(one);
  await hears(two, one);
  for (const client of [one, two]) {
    const counts = told(client, '/updated').map(({ params }) => params!['x-count']);
    expect(counts).toEqual([...new Set(counts)]); // each change once
  }
});

describe.each(['/mcp', '/mcp/flat'])('a server that has grown, at %s', path => {
  const grow = path === '/mcp' ? 'watched.grow' : 'grow';
  const call = (client: RawHttp, tool: string) =>
    path === '/mcp' ? execRaw(client, tool) : callRaw(client, tool);

  test('in the process of one client is told to that client alone, which can use what is new', async ({
    place,
  }) => {
    const gateway = await place.serve(servers);
    await gateway.listed('watched');
    const [one, two] = await Promise.all([1, 2].map(() => place.rawHttp('legacy', `${gateway.base}${path}`)));
    const three = await place.rawHttp('modern', `${gateway.base}${path}?client=three`);
    await Promise.all([one!.listen(), two!.listen()]);
    three.stream({ toolsListChanged: true, promptsListChanged: true });
    await vi.waitFor(() => expect(told(three, '/acknowledged')).toHaveLength(1), patience);
    await call(two!, grow.replace('grow', 'touch'));
    await call(one!, grow);
    await vi.waitFor(() => {
      expect(told(one!, 'prompts/list_changed')).toHaveLength(1);
    }, patience);
    const prompts = async (client: RawHttp) => JSON.stringify((await client.request('prompts/list')).result);
    expect(await prompts(one!)).toContain('grown_1');
    expect(await prompts(two!)).not.toContain('grown_1');
    expect(await prompts(three)).not.toContain('grown_1');
    const grown = await call(one!, grow.replace('grow', 'grown_1'));
    expect(JSON.stringify(grown.error ?? grown.result)).toContain('Unknown tool: grown_1'); // by the server itself
    expect(told(two!, 'prompts/list_changed')).toHaveLength(0);
    expect(told(three, 'prompts/list_changed')).toHaveLength(0);
  });

  test('is told of its own by a 2026 server, over a connection that was not the one that listed', async ({
    place,
  }) => {
    const gateway = await place.serve({ watched: fixture('talkative', 'modern', 'stdio') });
    await gateway.listed('watched');
    const [one, two] = await Promise.all(
      [1, 2].map(client => place.rawHttp('modern', `${gateway.base}${path}?client=${client}`)),
    );
    const change = (client: RawHttp) =>
      path === '/mcp'
        ? execRaw(client, 'watched.change', { list: 'prompts' })
        : callRaw(client, 'change', { list: 'prompts' });
    for (const client of [one!, two!]) {
      client.stream({ promptsListChanged: true });
      await vi.waitFor(() => expect(told(client, '/acknowledged')).toHaveLength(1), patience);
      await change(client);
      await vi.waitFor(
        () => expect(told(client, 'prompts/list_changed').length).toBeGreaterThan(0),
        patience,
      );
    }
  });

  test('for everybody is told to clients of both eras, of the lists that they ask for', async ({ place }) => {
    const file = join(place.folder, 'grown');
    writeFileSync(file, '0');
    const gateway = await place.serve({ watched: fixture('watched', file) });
    await gateway.listed('watched');
    const legacy = await place.rawHttp('legacy', `${gateway.base}${path}`);
    const modern = await place.rawHttp('modern', `${gateway.base}${path}`);
    await legacy.listen();
    modern.stream({ toolsListChanged: true, promptsListChanged: true });
    await vi.waitFor(() => expect(told(modern, '/acknowledged')).toHaveLength(1), patience);
    await call(legacy, grow);
    await vi.waitFor(() => {
      expect(told(legacy, 'resources/list_changed').length).toBeGreaterThan(0);
      expect(told(modern, 'prompts/list_changed')).toHaveLength(1);
    }, patience);
    expect(told(modern, 'resources/list_changed')).toHaveLength(0);
    expect(JSON.stringify((await modern.request('resources/list')).result)).toContain('watched://grown/1');
  });
});
