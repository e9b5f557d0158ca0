// What goes beyond tools, prompts and resources, and is carried all the same: MCP Apps, tasks, parameters in headers.
import { expect, vi } from 'vitest';
import { callRaw, execRaw, fixture, RawHttp, test, textOf } from './harness.ts';

type Tools = { name: string; _meta?: { ui?: { resourceUri: string } }; [key: string]: unknown }[];
const apps = { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } };

const toolsOf = async (client: RawHttp) => (await client.request('tools/list')).result!['tools'] as Tools;

test('an interface is found where its tool says, in both modes, also where two servers have the same', async ({
  place,
}) => {
  const { base } = await place.serve({ one: fixture('app', 'one'), two: fixture('app', 'two') });
  const flat = await place.rawHttp('modern', `${base}/mcp/flat`);
  const charts = (await toolsOf(flat)).filter(({ name }) => name.endsWith('chart'));
  expect(charts.map(({ name }) => name)).toEqual(['one__chart', 'two__chart']);
  const read = async (uri: string) => JSON.stringify((await flat.request('resources/read', { uri })).result);
  for (const [index, name] of ['one', 'two'].entries()) {
    const { _meta } = charts[index]!;
    expect(_meta).toEqual({
      ui: { resourceUri: expect.any(String), visibility: ['model', 'app'] },
      other: 1,
    });
    expect(await read(_meta!.ui!.resourceUri)).toContain(`<p>${name}</p>`);
  }
  expect((await flat.request('resources/read', { uri: 'ui://app/chart' })).error?.message).toContain(
    '2 servers',
  );

  const three = new RawHttp('legacy', `${base}/mcp?servers=one`, {}, apps);
  place.onClose(async () => three.end());
  await three.ready();
  const { result } = await execRaw(three, 'one.chart');
  expect(result).toMatchObject({ _meta: { trace: 1, ui: { resourceUri: 'ui://app/chart' } } });
  const uri = (result!['_meta'] as { ui: { resourceUri: string } }).ui.resourceUri;
  expect(JSON.stringify((await three.request('resources/read', { uri })).result)).toContain('<p>one</p>');
  const declared = await execRaw(three, 'one.declared');
  expect(JSON.parse((declared.result!['content'] as { text: string }[])[0]!.text)).toEqual(apps);
});

test('a client without interfaces is told of none with its results', async ({ place }) => {
  const { url } = await place.serve({ one: fixture('app', 'one') });
  const client = await place.rawHttp('legacy', url);
  expect((await execRaw(client, 'one.chart')).result!['_meta']).toEqual({ trace: 1 });
});

test('a tool that is for the interface alone is kept from the model, but not from the interface', async ({
  place,
}) => {
  const gateway = await place.serve({ one: fixture('app', 'one') });
  const client = await place.http('v2 modern', gateway.url);
  const shown = [
    await client.inspect(),
    await client.inspect({ server: 'one' }),
    await client.inspect({ query: ['redraw', 'draw a chart'] }),
    JSON.stringify(await client.tools()),
    textOf(await client.exec('one.redrow')),
  ];
  for (const text of shown) expect(text).not.toContain('redraw');
  expect(shown[0]).toContain('one: ready, 2 tools');
  expect(shown[2]).toContain('one.chart');
  expect(await client.text('one.redraw')).toBe('another chart of one');
  const flat = await toolsOf(await place.rawHttp('modern', `${gateway.base}/mcp/flat`));
  expect(flat.map(({ name }) => name)).toContain('redraw');
});

const everything = {
  command: 'node',
  args: ['node_modules/@modelcontextprotocol/server-everything/dist/index.js', 'stdio'],
  cwd: process.cwd(),
};

test('a call becomes a task that its client can ask for, and nobody else', async ({ place }) => {
  const gateway = await place.serve({ everything });
  await gateway.listed('everything');
  const [client, other] = await Promise.all(
    [1, 2].map(() => place.rawHttp('legacy', `${gateway.base}/mcp/flat`)),
  );
  const begun = await client!.request('tools/call', {
    name: 'simulate-research-query',
    arguments: { topic: 'rain', ambiguous: false },
    task: { ttl: 60_000 },
  });
  const { taskId } = begun.result!['task'] as { taskId: string };
  expect((await other!.request('tasks/get', { taskId })).error?.code).toBe(-32602);
  const status = async () => (await client!.request('tasks/get', { taskId })).result!['status'];
  await vi.waitFor(async () => expect(await status()).toBe('completed'), { timeout: 30_000, interval: 500 });
  expect(JSON.stringify((await client!.request('tasks/result', { taskId })).result)).toContain('rain');
  const listed = (await client!.request('tasks/list')).result!['tasks'] as { taskId: string }[];
  expect(listed.map(task => task.taskId)).toEqual([taskId]);
  expect((await other!.request('tasks/list')).result).toEqual({ tasks: [] });
});

test('a task that could not outlive its connection is refused', async ({ place }) => {
  const gateway = await place.serve({ everything: { ...everything, isolation: 'call' } });
  await gateway.listed('everything');
  const client = await place.rawHttp('legacy', `${gateway.base}/mcp/flat`);
  const answer = await client.request('tools/call', {
    name: 'simulate-research-query',
    arguments: {},
    task: {},
  });
  expect(JSON.stringify(answer.result)).toContain('nothing can outlive one');
});

test('parameters that stand in headers as well must say the same there', async ({ place }) => {
  const { url } = await place.fixtureHttp('conformance', 'http');
  const gateway = await place.serve({ strict: { url } });
  await gateway.listed('strict');
  const flat = await place.rawHttp('modern', `${gateway.base}/mcp/flat`);
  const tool = (await toolsOf(flat)).find(({ inputSchema }) =>
    JSON.stringify(inputSchema).includes('"Region"'),
  )!;
  const given = { region: 'München', priority: 7 };
  const headers = { 'mcp-param-region': `=?base64?${Buffer.from('München').toString('base64')}?=` };
  const call = async (more: Record<string, string>) =>
    callRaw(await place.rawHttp('modern', `${gateway.base}/mcp/flat`, more), tool.name, given);
  expect((await call({})).error).toMatchObject({
    code: -32020,
    message: expect.stringContaining('Mcp-Param-Region'),
  });
  expect((await call({ ...headers, 'mcp-param-priority': '8' })).error?.code).toBe(-32020);
  expect((await call({ ...headers, 'mcp-param-priority': '7' })).result).toBeDefined();
});
