// What the admin API does: servers, tools, sessions, connections and the configuration of a gateway that runs.
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { alive } from '../fixtures/start.ts';
import { administered } from './admin.ts';
import { fixture, type Gateway, type Place, root, test } from './harness.ts';

const memo = fixture('stateful');
const everythingProgram = 'node_modules/@modelcontextprotocol/server-everything/dist/index.js';
const fileOf = (place: Place) => join(place.folder, 'mcpx.json');
const textOf = (place: Place) => readFileSync(fileOf(place), 'utf8');

/** What a gateway has running, once it starts and ends nothing more for half a second. */
async function settled(gateway: Gateway): Promise<number[]> {
  for (let before: number[] = []; ; ) {
    await setTimeout(500);
    const pids = gateway.children();
    if (pids.length > 0 && pids.join() === before.join()) return pids;
    before = pids;
  }
}

describe('servers', () => {
  test('are shown with their state and settings, those that are off as well, without secrets', async ({
    place,
  }) => {
    const secret = { ...memo, env: { TOKEN: 'sk-CANARY-1' } };
    const off = { url: 'https://me:sk-CANARY-2@example.com/mcp', enabled: false };
    const { gateway, api } = await administered(place, {
      memo: secret,
      off,
      broken: { command: '/nowhere' },
    });
    await Promise.all([gateway.listed('memo'), gateway.failed('broken')]);
    const { body } = await api('GET', '/api/servers');
    expect(body.servers.map(({ name, state, type }: Record<string, string>) => [name, state, type])).toEqual([
      ['memo', expect.stringMatching(/ready|idle/), 'stdio'],
      ['off', 'disabled', 'http'],
      ['broken', 'failed', 'stdio'],
    ]);
    const detail = (await api('GET', '/api/servers/memo')).body;
    expect(detail).toMatchObject({
      settings: { isolation: 'client', env: { TOKEN: expect.stringMatching(/^\*{3}[0-9a-f]{12}$/) } },
      own: { env: { TOKEN: expect.stringMatching(/^\*{3}[0-9a-f]{12}$/) } },
      info: { name: 'stateful' },
      tools: { enabled: 4, all: 4 },
    });
    const all = [body, detail, (await api('GET', '/api/servers/off')).body];
    expect(JSON.stringify(all)).not.toContain('CANARY');
    expect(await api('GET', '/api/servers/none')).toMatchObject({
      status: 404,
      body: { error: { code: 'UNKNOWN_SERVER' } },
    });
  });

  test('are switched, changed, added and removed in the file, comments kept, and it holds at once', async ({
    place,
  }) => {
    const { api } = await administered(place, { memo });
    writeFileSync(fileOf(place), textOf(place).replace('{', '{ // mine\n'));
    await api('POST', '/api/reload');
    const off = await api('POST', '/api/servers/memo/disable');
    expect(off.body).toMatchObject({
      changed: true,
      reloaded: { ok: true, difference: { removed: ['memo'] } },
    });
    expect((await api('GET', '/api/tools')).body.total).toBe(0);
    await api('POST', '/api/servers/memo/enable');
    const added = await api('POST', '/api/servers', {
      name: 'a/b',
      settings: { ...memo, isolation: 'shared' },
    });
    expect(added.body.reloaded.difference.added).toEqual(['a/b']);
    const limits = { concurrency: 3, timeoutMs: null, pool: { max: 2 } };
    const limited = await api('PUT', '/api/servers/a%2Fb/limits', limits);
    expect(limited.body.reloaded.difference.adjusted).toEqual([
      { server: 'a/b', settings: expect.arrayContaining(['concurrency', 'pool.max']) },
    ]);
    expect(textOf(place)).toContain('{ // mine\n');
    expect(await api('POST', '/api/servers', { name: 'memo', settings: memo })).toMatchObject({
      status: 409,
    });
    const wrong = await api('POST', '/api/servers', {
      name: 'w',
      settings: { command: 'x', isolation: 'nobody' },
    });
    expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'CONFIG_INVALID' } } });
    const replaced = await api('PUT', '/api/servers/a%2Fb', { settings: { url: 'https://example.com/mcp' } });
    expect(replaced.body.changed).toBe(true);
    expect((await api('DELETE', '/api/servers/a%2Fb')).body.changed).toBe(true);
    expect(JSON.parse(textOf(place).replace('// mine', '')).mcpServers).toEqual({ memo });
  });

  test('settings that were read are written back with the secrets that they stand for', async ({ place }) => {
    const server = { ...memo, env: { TOKEN: 'CANARY-0123456789' } };
    const { api } = await administered(place, { memo: server });
    const { own, settings } = (await api('GET', '/api/servers/memo')).body;
    expect(JSON.stringify([own, settings])).not.toContain('CANARY');
    const body = { settings: { ...own, timeoutMs: 5_000 } };
    expect((await api('PUT', '/api/servers/memo', body)).status).toBe(200);
    expect(JSON.parse(textOf(place)).mcpServers.memo).toEqual({ ...server, timeoutMs: 5_000 });
    const unknown = { settings: { ...own, env: { TOKEN: '***000000000000' } } };
    expect((await api('PUT', '/api/servers/memo', unknown)).body.error.code).toBe('BAD_ARGUMENTS');
  });

  test('a restart has another process, and what runs goes on', async ({ place }) => {
    const { gateway, api } = await administered(place, { memo });
    const client = await place.http('v1', gateway.url);
    const pid = Number(await client.text('memo.whoami'));
    expect((await api('POST', '/api/servers/memo/restart')).body.state).toMatch(/ready|idle/);
    const next = Number(await client.text('memo.whoami'));
    expect(next).not.toBe(pid);
    await expect.poll(() => alive(pid)).toBe(false);
    expect(await api('POST', '/api/servers/none/restart')).toMatchObject({ status: 404 });
  });

  test('a health check says whether it is well now', async ({ place }) => {
    const { gateway, api } = await administered(place, { memo, broken: { command: '/nowhere' } });
    await gateway.failed('broken');
    expect((await api('POST', '/api/servers/memo/check')).body).toEqual({ ok: true, ms: expect.any(Number) });
    expect((await api('POST', '/api/servers/broken/check')).body).toEqual({
      ok: false,
      reason: expect.any(String),
    });
  });

  test('whoever can log in is told where; others are told that nobody can', async ({ place }) => {
    const protectedServer = await place.fixtureHttp('protected-http');
    const { gateway, api } = await administered(place, { memo, guarded: { url: protectedServer.url } });
    const { body } = await api('POST', '/api/servers/guarded/login');
    expect(body.url).toMatch(new RegExp(`^${gateway.base}/oauth/login/guarded`));
    expect((await api('DELETE', '/api/servers/guarded/login')).body).toMatchObject({ forgotten: false });
    expect(await api('POST', '/api/servers/memo/login')).toMatchObject({ status: 502 });
  });
});

describe('tools', () => {
  test('are listed, searched, shown and tried', async ({ place }) => {
    const { gateway, api } = await administered(place, { memo, echo: fixture('echo') });
    await Promise.all([gateway.listed('memo'), gateway.listed('echo')]);
    const { body: list } = await api('GET', '/api/tools?server=memo&limit=2');
    expect([list.total, list.tools.length]).toEqual([4, 2]);
    const { body: found } = await api('GET', '/api/tools?query=echo%20a%20message');
    expect(found.tools[0]).toMatchObject({ server: 'echo', name: 'echo', enabled: true });
    const { body: tool } = await api('GET', '/api/servers/echo/tools/echo');
    expect(tool).toMatchObject({ inputSchema: { type: 'object' }, examples: [] });
    expect(tool.declaration).toContain('echo');
    const tried = await api('POST', '/api/servers/echo/tools/echo/try', { arguments: { message: 'hi' } });
    expect(tried.body).toMatchObject({
      result: { content: [{ type: 'text', text: 'hi' }] },
      model: { content: [{ type: 'text', text: 'hi' }], tokens: 1, before: 1 },
    });
    const wrong = await api('POST', '/api/servers/echo/tools/echo/try', { arguments: {} });
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'BAD_ARGUMENTS' } } });
    expect(await api('GET', '/api/servers/echo/tools/none')).toMatchObject({ status: 404 });
  });

  test('are switched, and get example queries, without a connection being touched', async ({ place }) => {
    const { gateway, api } = await administered(place, { memo });
    const client = await place.http('v1', gateway.url);
    const pid = await client.text('memo.whoami');
    const off = await api('POST', '/api/servers/memo/tools/get/disable');
    expect(off.body.reloaded.difference.adjusted).toEqual([{ server: 'memo', settings: ['tools.deny'] }]);
    expect((await api('GET', '/api/tools?enabled=false')).body.tools).toMatchObject([
      { name: 'get', enabled: false },
    ]);
    await api('POST', '/api/servers/memo/tools/get/enable');
    const examples = ['what was it again'];
    await api('PUT', '/api/servers/memo/tools/get/examples', { examples });
    expect((await api('GET', '/api/servers/memo/tools/get')).body.examples).toEqual(examples);
    expect((await api('GET', '/api/tools?query=what%20was%20it%20again')).body.tools[0].name).toBe('get');
    expect(await client.text('memo.whoami')).toBe(pid);
  });

  test('resources and prompts are listed, read and filled in', async ({ place }) => {
    const everything = { command: process.execPath, args: [`${root}${everythingProgram}`, 'stdio'] };
    const { gateway, api } = await administered(place, { everything });
    await gateway.listed('everything');
    const { resources } = (await api('GET', '/api/resources')).body;
    const { uri } = resources[0].item;
    const read = await api('GET', `/api/servers/everything/resource?uri=${encodeURIComponent(uri)}`);
    expect(read.body.result.contents[0].uri).toBe(uri);
    const { prompts } = (await api('GET', '/api/prompts?server=everything')).body;
    expect(prompts.map(({ item }: { item: { name: string } }) => item.name)).toContain('args-prompt');
    const path = '/api/servers/everything/prompts/args-prompt';
    const filled = (await api('POST', path, { arguments: { city: 'Berlin' } })).body;
    expect(JSON.stringify(filled.result.messages)).toContain('Berlin');
    expect((await api('POST', path, {})).body.error.code).toBeDefined();
  });
});

test('sessions and connections are listed and ended; an id shown is none to use', async ({ place }) => {
  const { gateway, api } = await administered(place, { memo });
  const [one, two] = [await place.http('v1', gateway.url), await place.http('v1', gateway.url)];
  const pids = [Number(await one.text('memo.whoami')), Number(await two.text('memo.whoami'))];
  const { sessions } = (await api('GET', '/api/sessions')).body;
  expect(sessions).toHaveLength(2);
  const { connections } = (await api('GET', '/api/servers/memo/connections')).body;
  const [first] = sessions;
  const own = connections.find(({ session }: { session: string }) => session === first.id);
  expect(pids).toContain(own.pid);
  expect((await api('DELETE', `/api/sessions/${first.id}`)).status).toBe(200);
  await expect.poll(() => alive(own.pid)).toBe(false);
  expect((await api('GET', '/api/sessions')).body.sessions).toHaveLength(1);
  expect((await api('DELETE', `/api/sessions/${first.id}`)).status).toBe(404);
  const [left] = (await api('GET', '/api/servers/memo/connections')).body.connections;
  expect((await api('DELETE', `/api/servers/memo/connections/${left.id}`)).status).toBe(200);
  await expect.poll(() => alive(left.pid)).toBe(false);
  expect((await api('DELETE', '/api/servers/memo/connections/nonsense')).status).toBe(404);
});

describe('the configuration', () => {
  const config = (memoText: string) =>
    `{ // mine\n  "mcpServers": { "memo": ${memoText} },\n  "gateway": { "keys": { "me": "sk-CANARY-key-1" } }\n}\n`;

  async function withText(place: Place, more: Record<string, unknown> = {}) {
    const text = config(
      JSON.stringify({ ...memo, env: { TOKEN: 'sk-CANARY-env-1', REF: '${env:HOME}' }, ...more }),
    );
    const made = await administered(place, { memo });
    writeFileSync(fileOf(place), text);
    await made.api('POST', '/api/reload');
    return { ...made, text };
  }

  test('is read without its secrets, and written back with them', async ({ place }) => {
    const { api, text } = await withText(place);
    chmodSync(fileOf(place), 0o600);
    const { body: read } = await api('GET', '/api/configuration');
    expect(read.text).not.toContain('CANARY');
    expect(read.text).toContain('// mine');
    expect(read.text).toContain('${env:HOME}');
    const changed = read.text.replace('// mine', '// yours');
    const written = await api('PUT', '/api/configuration', { text: changed, version: read.version });
    expect(written.body).toMatchObject({ changed: true, reloaded: { ok: true } });
    expect(textOf(place)).toBe(text.replace('// mine', '// yours'));
    expect(statSync(fileOf(place)).mode & 0o777).toBe(0o600);
    expect((await api('GET', '/api/configuration?secrets=true')).body.text).toBe(textOf(place));
    const foreign = changed.replace(/\*\*\*[0-9a-f]{12}/, '***000000000000');
    expect(await api('POST', '/api/configuration/check', { text: foreign })).toMatchObject({ status: 400 });
  });

  test('of two who write, the second gets both texts, and nothing is lost', async ({ place }) => {
    const { api } = await withText(place);
    const { body: read } = await api('GET', '/api/configuration');
    const theirs = textOf(place).replace('// mine', '// theirs');
    writeFileSync(fileOf(place), theirs);
    const yours = read.text.replace('// mine', '// yours');
    const { status, body } = await api('PUT', '/api/configuration', { text: yours, version: read.version });
    expect(status).toBe(409);
    expect(body.error.data.yours).toEqual({ version: read.version, text: yours });
    expect(body.error.data.current.text).toContain('// theirs');
    expect(JSON.stringify(body)).not.toContain('CANARY');
    expect(textOf(place)).toBe(theirs);
  });

  test('one that cannot be used is not written; what is wrong is told with its place', async ({ place }) => {
    const { api, text } = await withText(place);
    const { body: read } = await api('GET', '/api/configuration');
    const broken = read.text.replace('"gateway"', '"gateway" "x"');
    expect((await api('POST', '/api/configuration/check', { text: broken })).body.errors).toMatchObject([
      { line: 3, column: 13 },
    ]);
    expect((await api('POST', '/api/configuration/plan', { text: broken })).body).toMatchObject({
      ok: false,
    });
    const refused = await api('PUT', '/api/configuration', { text: broken, version: read.version });
    expect(refused).toMatchObject({ status: 422, body: { error: { data: [{ line: 3, column: 13 }] } } });
    expect(textOf(place)).toBe(text);
  });

  test('a plan says what a reload would do, and does nothing', async ({ place }) => {
    const { gateway, api } = await withText(place);
    const pids = await settled(gateway);
    const { body: read } = await api('GET', '/api/configuration');
    const text = read.text.replace('"memo":', '"memo2":');
    const { body } = await api('POST', '/api/configuration/plan', { text });
    expect(body).toMatchObject({
      ok: true,
      difference: { added: ['memo2'], removed: ['memo'], restart: [] },
    });
    const same = await api('POST', '/api/configuration/plan', { text: read.text });
    expect(same.body.difference).toMatchObject({
      added: [],
      removed: [],
      replaced: [],
      adjusted: [],
      gateway: [],
    });
    expect(gateway.children()).toEqual(pids);
  });

  test('what is wrong with a file that somebody saved is told by the API too', async ({ place }) => {
    const { api } = await withText(place);
    writeFileSync(fileOf(place), '{ "mcpServers": ');
    await api('POST', '/api/reload');
    const { body } = await api('GET', '/api/status');
    expect(body.configuration.refused.problems[0]).toMatch(/mcpx\.json:1:17: /);
    expect((await api('GET', '/api/servers')).body.servers).toMatchObject([{ name: 'memo', enabled: true }]);
    expect((await api('GET', '/api/configuration/effective')).status).toBe(422);
  });
});

describe('commands', () => {
  const away = { gateway: { keys: { me: 'client-key-12345678' } }, args: ['--host', '0.0.0.0'] };
  const text = (place: Place, change: (text: string) => string) => change(textOf(place));

  test('may not be added or changed where other machines can reach the gateway, whichever way', async ({
    place,
  }) => {
    const { api } = await administered(place, { memo, off: { command: 'node', enabled: false } }, away);
    const before = textOf(place);
    const { version } = (await api('GET', '/api/configuration')).body;
    const put = (changed: string) => api('PUT', '/api/configuration', { text: changed, version });
    const refused = [
      await api('POST', '/api/servers', { name: 'x', settings: { command: 'touch', args: ['/tmp/x'] } }),
      await api('PUT', '/api/servers/memo', {
        settings: { ...memo, env: { NODE_OPTIONS: '--require=/tmp/x' } },
      }),
      await put(text(place, old => old.replace('"memo"', '"other"'))),
      await put(text(place, old => old.replace('}}', ',"envFile":"x"}}'))),
      await put(text(place, old => old.replace('"gateway":{', '"gateway":{"admin":{"commands":true},'))),
      await put(text(place, old => old.replace('"gateway":{', '"defaults":{"inheritEnv":true},"gateway":{'))),
    ];
    for (const { status, body } of refused)
      expect([status, body.error?.code]).toEqual([403, 'COMMANDS_FORBIDDEN']);
    expect(textOf(place)).toBe(before);
    expect((await api('GET', '/api/status')).body.commands).toBe(false);
  });

  test('may not be changed either where a proxy lets others reach it', async ({ place }) => {
    const { api } = await administered(place, { memo }, { gateway: { allowedHosts: ['mcp.example.com'] } });
    expect((await api('GET', '/api/status')).body.commands).toBe(false);
    const added = await api('POST', '/api/servers', { name: 'x', settings: { command: 'touch' } });
    expect(added.body.error.code).toBe('COMMANDS_FORBIDDEN');
  });

  test('all else may be changed there, and commands where the configuration says so', async ({ place }) => {
    const { api } = await administered(place, { memo, off: { command: 'node', enabled: false } }, away);
    expect(
      (await api('POST', '/api/servers', { name: 'r', settings: { url: 'https://e.example/mcp' } })).status,
    ).toBe(200);
    expect((await api('POST', '/api/servers/memo/disable')).status).toBe(200);
    expect((await api('POST', '/api/servers/memo/enable')).status).toBe(200);
    expect((await api('PUT', '/api/servers/memo/limits', { queue: 7 })).status).toBe(200);
    expect((await api('DELETE', '/api/servers/off')).status).toBe(200);
    writeFileSync(
      fileOf(place),
      textOf(place).replace('"gateway":{', '"gateway":{"admin":{"commands":true},'),
    );
    await api('POST', '/api/reload');
    expect((await api('POST', '/api/servers', { name: 'x', settings: memo })).status).toBe(200);
  });
});

test('an import is previewed, without secrets', async ({ place }) => {
  const { api } = await administered(place, { memo });
  const file = join(place.folder, '.cursor', 'mcp.json');
  mkdirSync(dirname(file), { recursive: true });
  const mcpServers = { memo, other: { command: 'x', env: { KEY: 'sk-CANARY-1' } } };
  writeFileSync(file, JSON.stringify({ mcpServers }));
  const { body } = await api('GET', '/api/import?client=cursor');
  expect(body.servers).toMatchObject([
    { name: 'memo', state: 'same', from: [{ client: 'cursor', file }] },
    { name: 'other', state: 'new', settings: { env: { KEY: '***' } } },
  ]);
  expect(await api('GET', '/api/import?client=none')).toMatchObject({ status: 400 });
});

test('calls, what they add up to, tokens and lines of the log are told', async ({ place }) => {
  const { gateway, api } = await administered(place, { memo });
  const client = await place.http('v1', gateway.url);
  await client.text('memo.get');
  await client.exec('memo.none');
  expect((await api('GET', '/api/tokens')).body.clients).toHaveLength(1);
  const { calls, history } = (await api('GET', '/api/calls?server=memo&limit=1')).body;
  expect(history).toEqual({ place: 'memory', lost: 0 });
  expect(calls).toMatchObject([{ server: 'memo', tool: 'get', outcome: 'ok' }]);
  expect((await api('GET', `/api/calls?before=${calls[0].id}`)).body.calls).toEqual([]);
  expect((await api('GET', '/api/stats')).body).toMatchObject({
    all: { calls: 1 },
    tools: [{ tool: 'get' }],
  });
  const lines = String((await api('GET', '/api/logs?lines=2&server=memo')).body)
    .trim()
    .split('\n');
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0]!)).toMatchObject({ server: 'memo' });
  expect(await api('GET', '/api/logs?level=loud')).toMatchObject({ status: 400 });
  expect(await api('GET', '/api/calls?limit=0')).toMatchObject({ status: 400 });
});
