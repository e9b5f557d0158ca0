// Every kind of bad server beside good ones, in one configuration: the good ones do not feel it, the bad ones are told.
import { beforeAll, expect } from 'vitest';
import {
  type Block,
  fixture,
  freePort,
  type Gateway,
  type McpClient,
  type Place,
  sharedPlace,
  test,
  textOf,
} from './harness.ts';

/** The issue wants good servers callable within a second beside a hanging one; a busy machine gets ten. */
const ceiling = 10_000;

const good = { echo: fixture('echo'), stateful: fixture('stateful'), modern: fixture('modern-stdio') };

let place: Place;
let gateway: Gateway;
let client: McpClient;
let tookMs: number;
let firstSearch: string;
let firstCall: string;

beforeAll(async () => {
  place = sharedPlace();
  const [hanging, notMcp] = [
    await place.fixtureHttp('broken-http', 'hang'),
    await place.fixtureHttp('broken-http', 'not-mcp'),
  ];
  const [failing, dropping] = [
    await place.fixtureHttp('broken-http', '500'),
    await place.fixtureHttp('broken-http', 'drop'),
  ];
  const bad = {
    mute: fixture('never-initializes'),
    exits: fixture('exits-at-start'),
    absent: { command: 'no-such-command-anywhere' },
    folderless: { ...fixture('echo'), cwd: 'no/such/folder' },
    unresolved: { ...fixture('echo'), env: { TOKEN: '${env:MCPX_E2E_NOWHERE}' } },
    refused: { url: `http://127.0.0.1:${await freePort()}/mcp` },
    hanging: { url: hanging.url },
    failing: { url: failing.url },
    page: { url: notMcp.url },
    dropping: { url: dropping.url },
    dies: fixture('exits-during-call'),
    hangs: fixture('hangs-in-call'),
    noisy: fixture('noisy-stdout'),
    odd: fixture('no-input-schema-type'),
    boasts: fixture('false-capabilities'),
    huge: fixture('huge-list'),
    storm: fixture('list-changed-storm', '200', '3'),
    endless: fixture('endless-pages'),
    repeats: fixture('endless-pages', 'repeat'),
    roots: fixture('asks-for-roots'),
    stubborn: fixture('ignores-sigterm'),
    wrapped: fixture('grandchild.sh', 'child'),
    flood: fixture('stderr-flood'),
  };
  const started = performance.now();
  gateway = await place.serve({ ...bad, ...good }, { defaults: { connectTimeoutMs: 5_000 } });
  client = await place.http('v1', gateway.url);
  firstCall = await client.text('echo.echo', { message: 'at once' });
  firstSearch = await client.inspect({
    query: ['add two numbers', 'process id of stateful', 'cancelled slow calls'],
  });
  tookMs = performance.now() - started;
});

test('good servers are found and called at once', () => {
  expect(firstCall).toBe('at once');
  for (const signature of ['echo.add(', 'stateful.whoami(', 'modern.'])
    expect(firstSearch).toContain(signature);
  expect(tookMs).toBeLessThan(ceiling);
});

test.for([
  ['exits', 'failed', 'exited with code 3; its last words: fatal: FIXTURE_TOKEN is not set'],
  ['absent', 'failed', 'the command "no-such-command-anywhere" was not found on PATH'],
  ['folderless', 'failed', 'does not exist'],
  ['unresolved', 'failed', 'MCPX_E2E_NOWHERE'],
  ['refused', 'failed', 'nothing listens at 127.0.0.1:'],
  ['failing', 'failed', 'HTTP status 500'],
  ['page', 'failed', ''],
  ['mute', 'failed', 'did not answer within 5 s'],
  ['hanging', 'failed', 'did not answer within 5 s'],
] as const)('%s is reported as %s, with the reason', async ([server, state, reason]) => {
  await gateway.failed(server);
  const told = new RegExp(`^- ${server}: (${state}|connecting) \\(.*${escaped(reason)}`);
  await expect.poll(() => line(server), { timeout: ceiling }).toMatch(told);
});

test('what a broken reference stops is told with file, line and column', async () => {
  await gateway.says(/mcpx\.json:\d+:\d+: .*MCPX_E2E_NOWHERE/);
});

test.for([
  ['dropping', 1],
  ['dies', 2],
  ['hangs', 3],
  ['noisy', 1],
  ['boasts', 1],
  ['huge', 400],
  ['repeats', 2],
  ['roots', 2],
  ['stubborn', 2],
  ['wrapped', 2],
  ['flood', 2],
] as const)('%s lists its %i tools', async ([server, tools]) => {
  await gateway.listed(server);
  expect(await line(server)).toMatch(new RegExp(`^- ${server}: ready, ${tools} tools?$`));
});

test('a list whose pages never end is cut, and that is said', async () => {
  await gateway.listed('endless');
  expect(await line('endless')).toMatch(/^- endless: ready, 100 tools$/);
  await gateway.says('endless: warning: tools/list: only 100 pages are read');
  await gateway.says('repeats: warning: tools/list: the same cursor came twice');
});

test('one malformed tool costs only itself', async () => {
  await gateway.listed('odd');
  const text = await client.inspect({ server: 'odd', limit: 50 });
  expect(text).toMatch(/odd: ready, 12 tools/);
  expect(await client.text('odd.no_schema')).toBe('no_schema');
  expect(await client.text('odd.no_type', { a: 'x' })).toBe('no_type');
  expect(await client.text('odd.null_schema')).toBe('null_schema');
});

test('noise on stdout is skipped, and told once', async () => {
  expect(await client.text('noisy.echo', { message: 'heard' })).toBe('heard');
  expect(await client.text('noisy.echo', { message: 'again' })).toBe('again');
  expect(gateway.err.match(/noisy: writes to stdout/g)!.length).toBeLessThanOrEqual(2); // one for each connection
});

test('declared capabilities that are none cost nothing', async () => {
  expect(await client.text('boasts.echo', { message: 'fine' })).toBe('fine');
  expect(textOf(await client.resources({ server: 'boasts' }))).toContain('has no resources');
});

test('a server that asks for roots is told that there are none', async () => {
  expect(JSON.parse(await client.text('roots.roots'))).toMatchObject({ error: { code: -32601 } });
});

test('a flood on stderr blocks nobody', async () => {
  expect(await client.text('flood.flood', { mb: 20 })).toBe('20 MB');
});

test('a call whose connection is dropped says so, and names the server', async () => {
  const { isError, content } = await client.exec('dropping.echo', { message: 'x' });
  expect(isError).toBe(true);
  expect((content as Block[])[0]!.text).toContain('"dropping"');
});

test('a server with no listing yet is waited for, and then told of', async () => {
  const text = await client.text('mute.anything');
  expect(text).toMatch(/server "mute" is (failed|connecting)/);
});

/** What `inspect` says of one server, in one line. */
async function line(server: string): Promise<string> {
  return (await client.inspect()).split('\n').find(text => text.startsWith(`- ${server}:`)) ?? '';
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
