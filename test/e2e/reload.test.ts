// A configuration that changes while the gateway runs: what did not change does not notice.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { commandOf } from '../fixtures/start.ts';
import {
  errorOf,
  fixture,
  type Gateway,
  gone,
  type McpClient,
  type Place,
  type Server,
  test,
} from './harness.ts';

const memo = fixture('stateful');
const pidOf = async (client: McpClient, server = 'memo') => Number(await client.text(`${server}.whoami`));
const read = 'configuration read in';

/** Waits for what happens soon on a machine that has nothing else to do. */
const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 });

/** Saves these servers, and waits until the gateway has told that it took them over. */
async function change(
  place: Place,
  gateway: Gateway,
  servers: Record<string, Server>,
  more: Record<string, unknown> = {},
): Promise<string> {
  const from = gateway.err.length;
  writeFileSync(join(place.folder, 'mcpx.json'), JSON.stringify({ mcpServers: servers, ...more }));
  await soon(() => expect(gateway.err.slice(from)).toContain(read));
  return gateway.err.slice(gateway.err.indexOf(read, from));
}

describe('what is saved holds, and what did not change keeps its processes', () => {
  test('servers come and go beside one that is in use', async ({ place }) => {
    const gateway = await place.serve({ memo, old: memo });
    const client = await place.http('v1', gateway.url);
    await client.text('memo.set', { value: 'kept' });
    const [kept, removed] = [await pidOf(client), await pidOf(client, 'old')];
    const told = await change(place, gateway, { fresh: memo, memo: { ...memo, timeoutMs: 60_000 } });
    expect(told).toMatch(/ms: added fresh; removed old; changed memo \(timeoutMs\)"/);
    expect(await client.text('memo.get')).toBe('"kept"');
    expect(await pidOf(client)).toBe(kept);
    expect(await pidOf(client, 'fresh')).not.toBe(kept);
    await gone([removed], 10_000);
    expect(errorOf(await client.exec('old.get'))?.['code']).toBe('UNKNOWN_TOOL');
    expect((await gateway.health()).servers?.map(({ name }) => name)).toEqual(['fresh', 'memo']);
  });

  test('limits, permissions and menus change without a connection being touched', async ({ place }) => {
    const gateway = await place.serve({ memo });
    const client = await place.http('v1', gateway.url);
    const narrow = await place.http('v1', `${gateway.url}?servers=memo`);
    expect(await narrow.inspect({ server: 'memo' })).toContain('memo.set');
    const pid = await pidOf(client);
    const limits = { concurrency: 1, queue: 0, pool: { max: 2 }, health: { enabled: false } };
    await change(place, gateway, { memo: { ...memo, ...limits, tools: { deny: ['set'], ask: ['count'] } } });
    expect(errorOf(await client.exec('memo.set', { value: 1 }))?.['code']).toBe('UNKNOWN_TOOL');
    expect(errorOf(await client.exec('memo.count'))?.['code']).toBe('NEEDS_CONFIRMATION');
    for (const one of [client, narrow])
      expect(await one.inspect({ server: 'memo' })).not.toContain('memo.set');
    await change(place, gateway, { memo });
    expect(await client.text('memo.set', { value: 1 })).toBe('ok');
    expect(await client.inspect({ query: 'remembers' })).toContain('memo.set');
    expect(await pidOf(client)).toBe(pid);
  });

  test('calls that run when a limit grows let the waiting ones in', async ({ place }) => {
    const slow = fixture('progress');
    const gateway = await place.serve({ slow: { ...slow, concurrency: 1 } });
    const client = await place.http('v1', gateway.url);
    const first = client.text('slow.work', { steps: 1000, ms: 10_000 }).catch(() => 'ended');
    await soon(async () => expect(await running(gateway)).toBe(1));
    const second = client.text('slow.work', { steps: 1 });
    await change(place, gateway, { slow: { ...slow, concurrency: 2 } });
    expect(await second).toBe('1 steps done');
    await client.close();
    await first;
  });
});

describe('a server that changes', () => {
  test('starts beside the one that serves, which finishes its calls', async ({ place }) => {
    const old = fixture('progress');
    const gateway = await place.serve({ tested: old });
    const client = await place.http('v1', gateway.url);
    const underway = client.text('tested.work', { steps: 9, ms: 1_000 });
    await soon(async () => expect(await running(gateway)).toBe(1));
    writeFileSync(
      join(place.folder, 'mcpx.json'),
      JSON.stringify({ mcpServers: { tested: fixture('slow-start', '4000') } }),
    );
    await soon(() => expect(gateway.children().length).toBeGreaterThan(2));
    expect(await client.text('tested.work', { steps: 1 })).toBe('1 steps done'); // the old one still serves
    await gateway.says(/connected anew tested \(args\)/);
    expect(await client.text('tested.echo', { message: 'new' })).toBe('new');
    expect(await client.inspect({ server: 'tested' })).not.toContain('work');
    expect(await underway).toBe('9 steps done');
  });

  test('or is taken out finishes its calls as well; nobody else notices', async ({ place }) => {
    const patient = { gateway: { drainMs: 60_000 } };
    const gateway = await place.serve({ going: fixture('progress'), memo }, patient);
    const client = await place.http('v1', gateway.url);
    const pid = await pidOf(client);
    const underway = client.text('going.work', { steps: 6, ms: 1_000 });
    await soon(async () => expect(await running(gateway)).toBe(1));
    const before = gateway.children();
    await change(place, gateway, { memo }, patient);
    expect(errorOf(await client.exec('going.work', { steps: 1 }))?.['code']).toBe('UNKNOWN_TOOL');
    expect(await underway).toBe('6 steps done');
    await soon(() => expect(gateway.children().length).toBeLessThan(before.length));
    expect(await pidOf(client)).toBe(pid);
  });

  test('gives its calls so long to end and no longer', async ({ place }) => {
    const gateway = await place.serve({ tested: fixture('hangs-in-call') }, { gateway: { drainMs: 500 } });
    const client = await place.http('v1', gateway.url);
    const underway = client.exec('tested.hang');
    await soon(async () => expect(await running(gateway)).toBe(1));
    const before = gateway.children();
    await change(place, gateway, { tested: memo }, { gateway: { drainMs: 500 } });
    expect(errorOf(await underway)?.['code']).toBe('UPSTREAM_LOST');
    await soon(() => expect(before.filter(pid => gateway.children().includes(pid))).toHaveLength(1));
  });

  test('takes its place also when it cannot be started, and says why; mended it works', async ({ place }) => {
    const gateway = await place.serve({ tested: memo });
    const client = await place.http('v1', gateway.url);
    const old = await pidOf(client, 'tested');
    await change(place, gateway, { tested: { command: 'mcpx-no-such-program' } });
    const refused = await client.exec('tested.get');
    expect(errorOf(refused)?.['code']).toBe('UPSTREAM_UNAVAILABLE');
    expect(JSON.stringify(refused)).toContain('mcpx-no-such-program');
    await gone([old], 10_000);
    await change(place, gateway, { tested: memo });
    expect(await client.text('tested.get')).toBe('null');
  });

  test('and changes back before it is there, goes on as if nothing had been', async ({ place }) => {
    const gateway = await place.serve({ tested: memo });
    const client = await place.http('v1', gateway.url);
    await client.text('tested.set', { value: 'kept' });
    const pid = await pidOf(client, 'tested');
    const servers = JSON.stringify({ mcpServers: { tested: fixture('never-initializes') } });
    writeFileSync(join(place.folder, 'mcpx.json'), servers);
    const started = () => gateway.children().filter(child => commandOf(child).includes('never-initializes'));
    await soon(() => expect(started()).toHaveLength(1));
    await change(place, gateway, { tested: memo });
    expect(await client.text('tested.get')).toBe('"kept"');
    expect(await pidOf(client, 'tested')).toBe(pid);
    await soon(() => expect(started()).toEqual([]));
  });
});

describe('what cannot be used', () => {
  test('changes nothing and is told everywhere with its place', async ({ place }) => {
    const gateway = await place.serve({ memo }, { gateway: { keys: { me: 'secret-key-1' } } });
    const headers = { authorization: 'Bearer secret-key-1' };
    const client = await place.http('v1', gateway.url, { headers });
    const pid = await pidOf(client);
    const file = join(place.folder, 'mcpx.json');
    writeFileSync(file, '{\n  "mcpServers": { "memo": { "command": 7 } }\n}');
    const problem = `${file}:2:40: command is 7; expected a string`;
    await gateway.says(problem);
    const ready = await (await fetch(`${gateway.base}/readyz`, { headers })).json();
    expect(ready).toMatchObject({ status: 'ready', configuration: { refused: { problems: [problem] } } });
    expect(await (await fetch(`${gateway.base}/readyz`)).json()).toEqual({ status: 'ready' });
    const reloaded = await place.run(['reload', '--config', file]);
    expect(reloaded).toMatchObject({ code: 2, out: `${problem}\n` });
    expect(await pidOf(client)).toBe(pid);
    for (const half of ['', '{', '{ "mcpServers": { "memo"']) writeFileSync(file, half);
    await gateway.says(`${file}:1:25: `);
    expect(await pidOf(client)).toBe(pid);
  });

  test('is an open address without keys too', async ({ place }) => {
    const gateway = await place.serve(
      { memo },
      { args: ['--host', '0.0.0.0'], gateway: { keys: { me: 'secret-key-1' } } },
    );
    writeFileSync(join(place.folder, 'mcpx.json'), JSON.stringify({ mcpServers: { memo } }));
    await gateway.says('is reachable from other machines, and no keys are set');
    expect((await fetch(gateway.url, { method: 'POST', body: '{}' })).status).not.toBe(200);
    expect(
      (await place.rawHttp('legacy', gateway.url, { authorization: 'Bearer secret-key-1' })).session,
    ).toBeDefined();
  });
});

describe('who can ask for it', () => {
  test('SIGHUP and `mcpx reload`, which tells how it went', async ({ place }) => {
    const gateway = await place.serve({ memo }, { gateway: { port: 1 } });
    gateway.child.kill('SIGHUP');
    await gateway.says(/configuration read in \d+ ms: nothing has changed"/);
    const file = join(place.folder, 'mcpx.json');
    const asked = await place.run(['reload', '--config', file]);
    expect(asked).toMatchObject({ code: 0, err: '' });
    expect(asked.out).toMatch(/^configuration read in \d+ ms: nothing has changed\n$/);
    await change(place, gateway, { memo }, { gateway: { port: 2, host: '127.0.0.2' } });
    expect(gateway.err).toMatch(/ms: at the next start host"/); // the port was named by an option
    const json = await place.run(['reload', '--json', '--config', file]);
    expect(JSON.parse(json.out)).toMatchObject({ ok: true, difference: { restart: ['host'] } });
    expect(await gateway.health()).toMatchObject({ status: 'alive' });
  });

  test('`mcpx reload` says when no gateway runs', async ({ place }) => {
    const file = place.write({ memo });
    const asked = await place.run(['reload', '--config', file]);
    expect(asked.code).toBe(1);
    expect(asked.err).toContain(`no gateway runs with ${file}`);
  });

  test('the client of `mcpx stdio` as well, by saving the file', async ({ place }) => {
    const client = await place.stdio('v1', { memo });
    const pid = await pidOf(client);
    writeFileSync(join(place.folder, 'mcpx.json'), JSON.stringify({ mcpServers: { memo, other: memo } }));
    await soon(async () => expect(await client.text('other.get')).toBe('null'));
    expect(await pidOf(client)).toBe(pid);
  });
});

describe('clients', () => {
  test('are told once, however many servers come, go and change', async ({ place }) => {
    const gateway = await place.serve({ one: memo, two: memo });
    const client = await place.http('v1', gateway.url);
    await soon(() => expect(client.changes.count).toBe(1)); // of the start
    await change(place, gateway, { one: fixture('echo'), three: memo, four: memo, five: fixture('echo') });
    await soon(() => expect(client.changes.count).toBe(2));
    await new Promise(resolve => setTimeout(resolve, 2_000));
    expect(client.changes.count).toBe(2);
  });

  test('whose key is not good any more are sent away, the others stay', async ({ place }) => {
    const keys = { stays: 'key-that-stays', goes: 'key-that-goes' };
    const gateway = await place.serve({ memo }, { gateway: { keys } });
    const headers = (key: string) => ({ authorization: `Bearer ${key}` });
    const [stays, goes] = [
      await place.http('v1', gateway.url, { headers: headers(keys.stays) }),
      await place.http('v1', gateway.url, { headers: headers(keys.goes) }),
    ];
    const [kept, lost] = [await pidOf(stays), await pidOf(goes)];
    const told = await change(place, gateway, { memo }, { gateway: { keys: { stays: keys.stays } } });
    expect(told).toContain('gateway keys');
    expect(told).not.toContain('key-that');
    expect(await pidOf(stays)).toBe(kept);
    await gone([lost], 10_000);
    await expect(pidOf(goes)).rejects.toThrow(/does not know the key/);
  });
});

async function running(gateway: Gateway): Promise<number> {
  const [server] = (await gateway.health()).servers as unknown as { calls: { running: number } }[];
  return server!.calls.running;
}
