import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { alive } from '../../test/fixtures/start.ts';
import { Cancellation } from '../cancellation.ts';
import type { ServerConfig } from '../config/types.ts';
import type { Lease } from '../pool/member.ts';
import { subscribe } from '../telemetry/events.ts';
import type { RawListing, UpstreamState } from '../types.ts';
import type { Audience } from './audience.ts';
import { configured, expectNoChildren, http, noProxy, served, stdio, text } from './connecting.fixture.ts';
import type { Connection } from './connection.ts';
import { Upstream } from './upstream.ts';
import type { Way } from './ways.ts';

afterAll(expectNoChildren);

let servers = 0;

/** An upstream that has begun to list, with every state it goes through. */
function upstream(settings: Partial<ServerConfig>, remembered?: Way, audience?: Audience) {
  const server = { ...configured(stdio('echo').target), name: `tested-${++servers}`, ...settings };
  const listings: RawListing[] = [];
  const states: UpstreamState[] = [];
  onTestFinished(
    subscribe('upstream.state', ({ server: name, status }) => {
      if (name === server.name) states.push(status.state);
    }),
  );
  const tested = new Upstream({
    server,
    proxy: noProxy,
    remembered,
    onListing: listing => listings.push(listing),
    audience,
  });
  onTestFinished(() => tested.close(0));
  const acquire = async (owner: string): Promise<Lease<Connection>> =>
    await tested.acquire(owner, new Cancellation());
  const reaches = (state: UpstreamState) =>
    vi.waitFor(() => expect(states.at(-1)).toBe(state), { timeout: 20_000, interval: 10 });
  return { tested, listings, states, acquire, reaches };
}

const toolsOf = (listing: RawListing | undefined) =>
  listing?.tools.map(tool => (tool as { name: string }).name);

test('it connects, lists and is ready', async () => {
  const { tested, listings, states } = upstream({});
  expect(tested).toMatchObject({ settled: false, status: { state: 'idle' } });
  tested.start();
  await tested.listed();
  expect(states).toEqual(['connecting', 'ready']);
  expect(tested.settled).toBe(true);
  expect(toolsOf(listings[0])).toEqual(['echo', 'add']);
  expect(listings[0]).toMatchObject({ era: 'legacy', serverInfo: { name: 'echo' }, warnings: [] });
  expect(listings[0]).toMatchObject({ resources: [{}, {}], templates: [{}], prompts: [{}] });
});

test('the first owner gets the connection that listed, the second a process of its own', async () => {
  const { tested, acquire } = upstream({ target: stdio('stateful').target });
  let opened = 0;
  onTestFinished(subscribe('connection.opened', () => opened++));
  tested.start();
  await tested.listed();
  const [mine, theirs] = [await acquire('me'), await acquire('them')];
  expect(opened).toBe(2);
  expect(mine.held.pid).not.toBe(theirs.held.pid);
  await text(mine.held, 'set', { value: 'secret' });
  expect(await text(theirs.held, 'get')).toBe('null');
  expect((await acquire('me')).held).toBe(mine.held);
  expect(tested.status.state).toBe('ready');

  const pid = mine.held.pid!;
  await tested.leave('me');
  expect(alive(pid)).toBe(false);
  expect(alive(theirs.held.pid!)).toBe(true);
});

test.each(['call', 'client'] as const)(
  'who holds a connection is asked, not for whom it was opened: %s',
  async isolation => {
    const asked: string[] = [];
    const audience: Audience = {
      capabilitiesOf: () => ({ roots: {} }),
      logLevelOf: () => undefined,
      ask: async owner => ({ result: { roots: [], of: asked[asked.push(owner) - 1] } }),
      tell: () => {},
    };
    const { tested, acquire } = upstream(
      { target: stdio('asks-for-roots').target, isolation, pool: { min: 1, max: 8, idleMs: 60_000 } },
      undefined,
      audience,
    );
    await tested.listed(); // where nobody can be asked, at once
    const left = new Cancellation();
    const leaving = tested.acquire('left', left);
    left.cancel(new Error('not wanted'));
    await expect(leaving).rejects.toThrow('not wanted');
    await vi.waitFor(
      () => expect(tested.status.pool).toMatchObject({ spare: expect.toSatisfy(Boolean), opening: 0 }),
      10_000,
    );
    expect(asked).toEqual([]);
    for (const owner of ['one', 'two'])
      expect(await text((await acquire(owner)).held, 'roots')).toContain(`"of":"${owner}"`);
    expect(asked).toEqual(['one', 'two']);
  },
);

test('an owner whose server died gets another at the next call', async () => {
  const { acquire } = upstream({ target: stdio('exits-during-call').target });
  const { held } = await acquire('me');
  await expect(text(held, 'die')).rejects.toMatchObject({ code: 'UPSTREAM_LOST' });
  const next = await acquire('me');
  expect(next.held).not.toBe(held);
  expect(await text(next.held, 'echo', { message: 'again' })).toBe('again');
});

test('a connection that listed and is lost is degraded, and comes back', async () => {
  const { tested, states, reaches, listings } = upstream({ target: stdio('stateful').target });
  const opened: number[] = [];
  onTestFinished(subscribe('connection.opened', ({ pid }) => opened.push(pid!)));
  tested.start();
  await tested.listed();
  process.kill(opened[0]!, 'SIGKILL');
  await reaches('degraded');
  expect(tested.status.reason).toContain('was ended by SIGKILL');
  await reaches('ready');
  expect(states).toEqual(['connecting', 'ready', 'degraded', 'connecting', 'ready']);
  expect(listings).toHaveLength(2);
});

test('a server that cannot start has failed, with reason, last words and advice, and is tried again', async () => {
  const { tested, states } = upstream({ target: stdio('exits-at-start').target });
  tested.start();
  await tested.listed();
  expect(tested.status).toMatchObject({
    state: 'failed',
    stderr: ['fatal: FIXTURE_TOKEN is not set', 'see https://example.com/setup'],
    help: expect.stringContaining('mcpx doctor'),
  });
  expect(tested.status.reason).toContain('exited with code 3');
  await tested.listed();
  expect(states).toEqual(['connecting', 'failed', 'connecting', 'failed']);
  const acquired = await Promise.resolve(tested.acquire('me', new Cancellation())).catch(error => error);
  expect(acquired).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
});

test('a server that asks for credentials says so and is not tried again', async () => {
  const { url } = await served('legacy-http', 'require-bearer=secret');
  const { tested, states } = upstream({ target: http(url).target });
  tested.start();
  await tested.listed();
  await tested.listed();
  expect(states).toEqual(['connecting', 'needs_auth']);
  expect(tested.status.help).toContain('headers');
});

test('a server with a problem in its configuration is not started', async () => {
  const problem = { file: 'f', line: 1, column: 2, message: 'TOKEN is not set' };
  const { tested, states, acquire } = upstream({ target: undefined, problem });
  tested.start();
  await tested.listed();
  expect(states).toEqual(['failed']);
  expect(tested).toMatchObject({ settled: true, status: { reason: 'f:1:2: TOKEN is not set' } });
  await expect(acquire('me')).rejects.toMatchObject({
    code: 'UPSTREAM_UNAVAILABLE',
    message: 'f:1:2: TOKEN is not set',
  });
});

test('a connection that nobody needs is closed after a while; the server is then idle', async () => {
  const { tested, states, reaches } = upstream({ pool: { min: 0, max: 8, idleMs: 50 } });
  const opened: number[] = [];
  onTestFinished(subscribe('connection.opened', ({ pid }) => opened.push(pid!)));
  tested.start();
  await reaches('idle');
  expect(states).toEqual(['connecting', 'ready', 'idle']);
  await vi.waitFor(() => expect(alive(opened[0]!)).toBe(false), 10_000);
});

test('a storm of changes becomes a few lists, then one a second', async () => {
  const { tested, listings } = upstream({ target: stdio('list-changed-storm', '200', '2').target });
  const started = performance.now();
  tested.start();
  await tested.listed();
  await vi.waitFor(() => expect(listings.length).toBeGreaterThanOrEqual(5), 20_000);
  const seconds = (performance.now() - started) / 1_000;
  expect(listings.length).toBeLessThanOrEqual(4 + seconds);
  expect(toolsOf(listings.at(-1))![0]).toBe(`tick_${listings.length}`);
});

test.each(['modern-stdio', 'modern-http'])('%s is asked to tell of changes, and does', async name => {
  const target = name === 'modern-http' ? http((await served(name)).url).target : stdio(name).target;
  const { tested, listings, acquire } = upstream({ target });
  tested.start();
  await tested.listed();
  const { held } = await acquire('me'); // the connection that listed and listens
  await text(held, 'grow');
  await vi.waitFor(() => expect(listings).toHaveLength(2), 20_000);
  // Over stdio the second list is that of another process, which has not grown.
  expect(toolsOf(listings[1])!.includes('grown_1')).toBe(name === 'modern-http');
});

test('what a server declares and does not have is a warning', async () => {
  const { tested, listings } = upstream({ target: stdio('false-capabilities').target });
  tested.start();
  await tested.listed();
  expect(tested.status.state).toBe('ready');
  expect(listings[0]!.warnings).toHaveLength(3);
  expect(listings[0]!.warnings[0]).toContain('resources/list was declared but does not work');
});

test.each([
  [[], 100, 'tools/list: only 100 pages are read'],
  [['repeat'], 2, 'tools/list: the same cursor came twice; the rest is not listed'],
])('pages that never end are cut (%j)', async (args, tools, warning) => {
  const { tested, listings } = upstream({ target: stdio('endless-pages', ...args).target });
  tested.start();
  await tested.listed();
  expect(listings[0]!.tools).toHaveLength(tools);
  expect(listings[0]!.warnings).toEqual([warning]);
});

test('250 KB of tools in one line are listed', async () => {
  const { tested, listings } = upstream({ target: stdio('huge-list').target });
  tested.start();
  await tested.listed();
  expect(listings[0]!.tools).toHaveLength(400);
});

/** A server of 2025 whose one page of tools is the JSON given. */
function lists(tools: string) {
  const answers = `{
    initialize: JSON.stringify({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } }),
    'tools/list': '{"tools":' + ${tools} + '}',
  }`;
  const program = `const answers = ${answers};
    require('readline').createInterface(process.stdin).on('line', line => {
      const { id, method } = JSON.parse(line);
      if (id === undefined) return;
      const answer = answers[method] === undefined ? '"error":{"code":-32601,"message":"no"}' : '"result":' + answers[method];
      console.log('{"jsonrpc":"2.0","id":' + JSON.stringify(id) + ',' + answer + '}');
    }).on('close', () => process.exit());`;
  const { target } = stdio('echo');
  return { ...target, command: process.execPath, args: ['-e', program] } as typeof target;
}

test('a tool nested deeper than anything can write costs only itself', async () => {
  const deep = `'[{"name":"deep","inputSchema":' + '{"not":'.repeat(10000) + '{}' + '}'.repeat(10000) + '},{"name":"good"}]'`;
  const { tested, listings } = upstream({ target: lists(deep) });
  tested.start();
  await tested.listed();
  expect(toolsOf(listings[0])).toEqual(['good']);
  expect(listings[0]!.warnings).toEqual(['tools/list: an item is nested too deeply and is left out']);
});

test('a server remembered as one of 2026 that has become an older one is listed all the same', async () => {
  const { url } = await served('legacy-http');
  const discover = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, resultType: 'complete' };
  const { tested, listings, states } = upstream(
    { target: http(url).target },
    { type: 'http', mode: { kind: 'modern', discover } },
  );
  tested.start();
  await tested.listed();
  expect(listings[0]).toMatchObject({ era: 'legacy' });
  expect(states).toEqual(['connecting', 'ready']);
});

test('closing while it connects, lists or serves leaves nothing running', async () => {
  const reports: number[] = [];
  onTestFinished(subscribe('connection.opened', ({ pid }) => reports.push(pid!)));
  const connecting = upstream({ target: stdio('never-initializes').target });
  connecting.tested.start();
  const waiting = connecting.acquire('me').catch(error => error);
  await vi.waitFor(() => expect(connecting.states).toEqual(['connecting']));
  await connecting.tested.close(0);
  expect(await waiting).toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(connecting.states).toEqual(['connecting', 'closed']);

  const listing = upstream({ target: lists(`''`) });
  listing.tested.start();
  await vi.waitFor(() => expect(reports).toHaveLength(1), { timeout: 10_000, interval: 1 });
  await listing.tested.close(0);
  await listing.tested.close(0);

  const serving = upstream({});
  const { held } = await serving.acquire('me');
  await serving.tested.close(0);
  await expect(serving.acquire('me')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  expect([...reports, held.pid!].filter(alive)).toEqual([]);
  await serving.tested.listed();
  expect(serving.tested.status.state).toBe('closed');
});

test('while one server hangs, others are ready', async () => {
  const hanging = upstream({ target: stdio('never-initializes').target });
  const good = upstream({});
  hanging.tested.start();
  good.tested.start();
  await good.tested.listed();
  expect(hanging.tested.status.state).toBe('connecting');
});
