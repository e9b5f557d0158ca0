// `mcpx stdio --attach`: many windows, one gateway, and every message as it came.
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { childrenOf } from '../fixtures/start.ts';
import { packagesLoaded } from '../loaded.ts';
import { attach, instances, lineWith } from './attaching.ts';
import { callRaw, envelope, execRaw, fixture, gone, kinds, type Place, test } from './harness.ts';

const eras = ['legacy', 'modern'] as const;
const servers = { memo: fixture('stateful'), hangs: fixture('hangs-in-call'), progress: fixture('progress') };
/** Ten times the quarter of a second in which a cancellation arrives. */
const ceiling = { timeout: 2_500, interval: 10 };

const configOf = (place: Place) => join(place.folder, 'mcpx.json');
const raw = (place: Place, era: (typeof eras)[number]) => place.rawStdio(era, attach(place, configOf(place)));

async function say(wire: Parameters<typeof execRaw>[0], tool: string, given = {}): Promise<string> {
  const { result } = await execRaw(wire, tool, given);
  return (result!['content'] as { text: string }[])[0]!.text;
}

describe.each(kinds)('a %s client', kind => {
  test('lists and calls, and the relay starts nothing', async ({ place }) => {
    await place.serve({ echo: fixture('echo') });
    const client = await place.stdioTo(kind, attach(place, configOf(place)));
    expect((await client.tools()).map(({ name }) => name)).toEqual(['inspect', 'exec', 'resources']);
    expect(await client.text('echo.echo', { message: 'schön 🌍' })).toBe('schön 🌍');
    expect(await client.inspect({ query: ['add numbers'] })).toContain('echo.add(');
    expect(childrenOf(client.pid)).toEqual([]);
  });

  test('in two windows has sessions of its own, in one gateway', async ({ place }) => {
    const gateway = await place.serve(servers);
    const open = () => place.stdioTo(kind, attach(place, configOf(place)));
    const [one, two] = await Promise.all([open(), open()]);
    await one.text('memo.set', { value: 'secret' });
    expect([await one.text('memo.get'), await two.text('memo.get')]).toEqual(['"secret"', 'null']);
    const pids = [Number(await one.text('memo.whoami')), Number(await two.text('memo.whoami'))];
    expect(pids[0]).not.toBe(pids[1]);
    expect(gateway.children()).toEqual(expect.arrayContaining(pids));
  });

  test('cancels a call at its server', async ({ place }) => {
    await place.serve(servers);
    const client = await place.stdioTo(kind, attach(place, configOf(place)));
    await client.text('hangs.cancelled');
    const controller = new AbortController();
    const call = client.exec('hangs.hang', {}, { signal: controller.signal });
    for (let turn = 0; turn < 3; turn++) expect(await client.text('hangs.cancelled')).toBe('[]'); // it has arrived
    controller.abort('enough');
    await expect(call).rejects.toThrow();
    const told = async () => expect(await client.text('hangs.cancelled')).toMatch(/"requestId":\d+/);
    await vi.waitFor(told, ceiling);
  });

  test('hears progress in order', async ({ place }) => {
    await place.serve(servers);
    const client = await place.stdioTo(kind, attach(place, configOf(place)));
    const heard: number[] = [];
    const given = { steps: 3, ms: 100, lastTogether: false };
    await client.exec('progress.work', given, { onprogress: ({ progress }) => heard.push(progress) });
    expect(heard).toEqual([1, 2, 3]);
  });
});

describe.each(eras)('a %s client on the wire', era => {
  test('gets every text as the gateway sent it', async ({ place }) => {
    const gateway = await place.serve({ wild: fixture('wild') });
    await gateway.listed('wild');
    const wire = await raw(place, era);
    const direct = await place.rawHttp(era, gateway.url);
    for (const params of [{ name: 'inspect' }, { name: 'exec', arguments: { tool: 'wild.wild' } }]) {
      const message = { jsonrpc: '2.0', id: 'the same', method: 'tools/call', params };
      const full = era === 'modern' ? { ...message, params: { ...params, _meta: envelope() } } : message;
      const expected = await (await direct.post(full)).text();
      wire.client.child.stdin.write(`${JSON.stringify(full, null, 1).replaceAll('\n', ' ')}\n`);
      await lineWith(wire.client.lines, '"the same"');
      expect(wire.client.lines).toContain(expected);
      wire.client.lines.length = 0;
    }
  });

  test('hears every tick of progress, also the one that comes with the answer', async ({ place }) => {
    await place.serve(servers);
    const wire = await raw(place, era);
    for (let run = 1; run <= 20; run++) {
      await execRaw(wire, 'progress.work', { steps: 5, ms: 1 }, { progressToken: run });
      const heard = wire.notifications.filter(({ params }) => params?.['progressToken'] === run);
      expect(heard.map(({ params }) => params!['progress'])).toEqual([1, 2, 3, 4, 5]);
    }
  });

  test('gets an error with its own id where the gateway names none', async ({ place }) => {
    await place.serve(servers);
    const wire = await place.rawStdio('modern', attach(place, configOf(place))); // says no initialize
    wire.client.send({
      id: 'early',
      method: 'tools/list',
      params: era === 'modern' ? { _meta: wrongVersion } : {},
    });
    const line = await lineWith(wire.client.lines, '"early"');
    expect(JSON.parse(line)).toMatchObject({
      id: 'early',
      error: era === 'modern' ? { code: -32_022 } : { message: expect.stringContaining('initialize first') },
    });
  });

  test('has its answers when its stdin ends, and the relay leaves with 0', async ({ place }) => {
    const gateway = await place.serve(servers);
    const wire = await raw(place, era);
    await say(wire, 'memo.count');
    const call = execRaw(wire, 'progress.work', { steps: 5, ms: 50 });
    const exit = wire.client.leave();
    expect((await call).result!['content']).toEqual([{ type: 'text', text: '5 steps done' }]);
    expect(await exit).toEqual({ code: 0, signal: null });
    expect((await gateway.health()).status).toBe('alive');
  });

  test.for(['SIGTERM', 'SIGINT'] as const)(
    'may hang in a call when %s comes: the call is given up',
    async (signal, { place }) => {
      await place.serve(servers);
      const wire = await raw(place, era);
      const other = await raw(place, era);
      await say(wire, 'hangs.echo', { message: 'open' });
      void execRaw(wire, 'hangs.hang').catch(() => {});
      await say(wire, 'hangs.echo', { message: 'arrived' });
      wire.client.child.kill(signal);
      expect(await wire.client.exit).toEqual({ code: 0, signal: null });
      expect(await say(other, 'memo.count')).toBe('1'); // the gateway goes on
    },
  );

  test('gets an error for a call whose gateway is killed, and goes on with the next gateway', async ({
    place,
  }) => {
    const gateway = await place.serve(servers);
    const wire = await raw(place, era);
    await say(wire, 'memo.set', { value: 1 });
    const call = execRaw(wire, 'hangs.hang');
    await say(wire, 'hangs.echo', { message: 'arrived' });
    gateway.child.kill('SIGKILL');
    expect(await call).toMatchObject({
      error: { code: -31_035, message: expect.stringContaining(gateway.base), data: { code: 'NO_GATEWAY' } },
    });
    await gateway.exit;
    const early = say(wire, 'memo.get'); // asked while there is none
    const next = await place.serveFile(configOf(place));
    expect(await early).toBe('null');
    const pid = Number(await say(wire, 'memo.whoami'));
    expect(next.children()).toContain(pid);
    expect(wire.client.messages.filter(({ result }) => result?.['protocolVersion'])).toHaveLength(
      era === 'legacy' ? 1 : 0, // that it was opened again is not for the client
    );
    expect(instances(place)).toHaveLength(1);
  });

  test('is told when no gateway comes any more: exit code 1', async ({ place }) => {
    const gateway = await place.serve(servers);
    const wire = await raw(place, era);
    await say(wire, 'memo.count');
    await gateway.stop();
    // a 2025-era client has a stream, which ends; a 2026-era one has to ask
    if (era === 'modern')
      expect(await execRaw(wire, 'memo.count')).toMatchObject({ error: { code: -31_035 } });
    expect((await wire.client.exit).code).toBe(1);
    const why = `the gateway at ${gateway.base} has ended, and no other came within 10 s.`;
    expect(wire.client.stderr).toContain(why);
  });

  test('that is idle only hears that the tools may have changed when the gateway is started again', async ({
    place,
  }) => {
    const gateway = await place.serve({ ...servers, storm: fixture('list-changed-storm', '1', '8') });
    const wire = await raw(place, era);
    await say(wire, 'memo.count');
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    wire.client.messages.length = 0;
    const next = await place.serveFile(configOf(place));
    const pid = Number(await say(wire, 'memo.whoami'));
    expect(next.children()).toContain(pid);
    const news = () =>
      wire.client.messages.filter(({ method }) => method !== undefined).map(({ method }) => method);
    if (era === 'modern') return expect(news()).toEqual([]);
    const changed = 'notifications/tools/list_changed';
    expect(wire.client.messages[0]).toMatchObject({ method: changed }); // before anything is answered
    await vi.waitFor(() => expect(news().length).toBeGreaterThan(1), { timeout: 15_000 }); // by the stream of the next
    expect(wire.client.messages.filter(({ result }) => result !== undefined)).toHaveLength(1);
  });

  test('says nothing to another program that has the gateway’s port by now', async ({ place }) => {
    const gateway = await place.serve(servers);
    const wire = await raw(place, era);
    await say(wire, 'memo.count');
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    let heard = 0;
    const stranger = createServer((_, response) => {
      heard++;
      response.end();
    });
    await once(stranger.listen(gateway.port, '127.0.0.1'), 'listening');
    place.onClose(async () => {
      stranger.close();
    });
    const call = say(wire, 'memo.whoami');
    const next = await place.serveFile(configOf(place));
    const pid = Number(await call);
    expect(next.children()).toContain(pid);
    expect(heard).toBe(0);
  });

  test('may say everything in one breath, and leave', async ({ place }) => {
    await place.serve(servers);
    const wire = await place.rawStdio('modern', attach(place, configOf(place)));
    const clientInfo = { name: 'raw', version: '1.0.0' };
    const opening = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const list = { id: 'list', method: 'tools/list', params: era === 'modern' ? { _meta: envelope() } : {} };
    const legacy = [
      { id: 'open', method: 'initialize', params: opening },
      { id: 'ping', method: 'ping' },
      { method: 'notifications/initialized' },
    ];
    const messages = era === 'modern' ? [list] : [...legacy, list];
    const text = messages.map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
    wire.client.child.stdin.end(text);
    expect(await wire.client.exit).toEqual({ code: 0, signal: null });
    expect(wire.client.messages.find(({ id }) => id === 'list')!.result).toHaveProperty('tools');
    expect(wire.client.messages.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test('is told in its era that the tools have changed', async ({ place }) => {
    await place.serve({ storm: fixture('list-changed-storm', '1', '3') });
    const wire = await raw(place, era);
    const notifications = { toolsListChanged: true };
    if (era === 'modern') {
      wire.client.send({
        id: 'news',
        method: 'subscriptions/listen',
        params: { notifications, _meta: envelope() },
      });
    }
    await wire.client.waitFor(({ method }) => method === 'notifications/tools/list_changed');
    if (era === 'modern') {
      wire.client.notify('notifications/cancelled', { requestId: 'news' });
      await say(wire, 'storm.echo', { message: 'after it' });
      expect(wire.client.lines.some(line => line.includes('"id":"news"'))).toBe(false);
      wire.client.send({
        id: 'more',
        method: 'subscriptions/listen',
        params: { notifications, _meta: envelope() },
      });
      await wire.client.waitFor(({ method }) => method === 'notifications/subscriptions/acknowledged');
    }
    const left = performance.now();
    expect((await wire.client.leave()).code).toBe(0);
    expect(performance.now() - left).toBeLessThan(5_000); // a subscription has no answer that could be waited for
  });
});

const wrongVersion = { ...envelope(), 'io.modelcontextprotocol/protocolVersion': '2199-01-01' };

describe('a 2025 client', () => {
  test('is ended with its relay: its connections are closed at once', async ({ place }) => {
    await place.serve(servers);
    const wire = await raw(place, 'legacy');
    const pid = Number(await say(wire, 'memo.whoami'));
    await wire.client.leave();
    await gone([pid], 20_000);
  });

  test('cancels with its reason', async ({ place }) => {
    await place.serve(servers);
    const wire = await raw(place, 'legacy');
    await say(wire, 'hangs.echo', { message: 'open' });
    const requestId = wire.client.post('tools/call', { name: 'exec', arguments: { tool: 'hangs.hang' } });
    await say(wire, 'hangs.echo', { message: 'arrived' });
    wire.client.notify('notifications/cancelled', { requestId, reason: 'changed my mind' });
    const told = async () => expect(await say(wire, 'hangs.cancelled')).toContain('changed my mind');
    await vi.waitFor(told, ceiling);
  });

  test('may cancel a call in the same breath', async ({ place }) => {
    await place.serve(servers);
    const wire = await raw(place, 'legacy');
    await say(wire, 'hangs.echo', { message: 'open' });
    const call = { name: 'exec', arguments: { tool: 'hangs.hang' } };
    const messages = [
      { id: 'hangs', method: 'tools/call', params: call },
      { method: 'notifications/cancelled', params: { requestId: 'hangs', reason: 'changed my mind' } },
    ];
    wire.client.child.stdin.write(
      messages.map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''),
    );
    const answers = () => wire.client.messages.filter(({ id }) => id === 'hangs');
    await say(wire, 'hangs.echo', { message: 'goes on' });
    await new Promise(resolve => setTimeout(resolve, 1_500)); // by then its stream has been closed
    expect(answers()).toEqual([]);
    wire.client.child.stdin.end();
    expect((await wire.client.exit).code).toBe(0); // and nothing is waited for
  });

  test('has its session opened again when the gateway has forgotten it', async ({ place }) => {
    await place.serve(servers, { gateway: { sessionIdleMs: 300 } });
    const wire = await place.rawStdio('modern', attach(place, configOf(place))); // frames its requests itself
    const clientInfo = { name: 'raw', version: '1.0.0' };
    wire.client.send({
      id: 'i',
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
    });
    await lineWith(wire.client.lines, '"id":"i"'); // never says that it is ready, so there is no stream that keeps it
    await new Promise(resolve => setTimeout(resolve, 1_000));
    wire.client.send({ id: 'l', method: 'tools/list' });
    expect(JSON.parse(await lineWith(wire.client.lines, '"id":"l"'))).toHaveProperty('result');
  });

  test.for(['2024-11-05', '2025-03-26'])('of %s is served as well', async (version, { place }) => {
    await place.serve(servers);
    const wire = await place.rawStdio('modern', attach(place, configOf(place)));
    const answer = await wire.client.initialize(version);
    expect(answer.result!['protocolVersion']).toBe(version);
    expect(await wire.client.toolNames()).toContain('exec');
  });

  test('may send a batch', async ({ place }) => {
    await place.serve(servers);
    const wire = await place.rawStdio('modern', attach(place, configOf(place)));
    await wire.client.initialize('2025-03-26');
    const batch = ['a', 'b'].map(id => ({ jsonrpc: '2.0', id, method: 'ping' }));
    wire.client.child.stdin.write(`${JSON.stringify(batch)}\n`);
    const said = () => wire.client.lines.join('\n');
    await vi.waitFor(() => {
      expect(said()).toContain('"id":"a"');
      expect(said()).toContain('"id":"b"');
    });
  });
});

test('names that are no ASCII reach the gateway', async ({ place }) => {
  await place.serve(servers);
  const wire = await raw(place, 'modern');
  const { error } = await callRaw(wire, '=?base64?naïve名?=');
  expect(error!.code).not.toBe(-32_020); // a header that does not fit the body
  expect(error!.message).toContain('naïve名');
});

test('a line that is too long, or none of JSON-RPC, does not end it', async ({ place }) => {
  await place.serve({ echo: fixture('echo') });
  const wire = await raw(place, 'legacy');
  wire.client.child.stdin.write('not JSON\n\n{"jsonrpc":"1.0"}\n[]\n');
  const long = await execRaw(wire, 'echo.echo', { message: 'x'.repeat(17 * 1024 * 1024) });
  expect(long.error!.message).toContain('16 MB');
  wire.client.child.stdin.write(
    `{"jsonrpc":"2.0","id":"huge","method":"ping","params":{"x":"${'x'.repeat(65 * 1024 * 1024)}"}}\n`,
  );
  expect(await lineWith(wire.client.lines, '"huge"')).toContain('BODY_TOO_LARGE');
  expect(await say(wire, 'echo.echo', { message: 'goes on' })).toBe('goes on');
});

test('a large answer passes', async ({ place }) => {
  await place.serve({ echo: { ...fixture('echo'), resultTokens: 0 } });
  const wire = await raw(place, 'modern');
  const message = 'ü'.repeat(3 * 1024 * 1024);
  expect((await say(wire, 'echo.echo', { message })) === message).toBe(true);
});

test('keys are not needed by those who can read the instance file', async ({ place }) => {
  const gateway = await place.serve(servers, {
    gateway: { keys: { laptop: '${env:MCPX_KEY}' } },
    env: { MCPX_KEY: 'sk-right' },
  });
  const { key } = instances(place)[0]!;
  for (const kind of kinds) {
    const client = await place.stdioTo(kind, attach(place, configOf(place)));
    expect(await client.text('memo.count')).toBe('1');
  }
  expect(
    (await fetch(gateway.url, { method: 'POST', headers: { authorization: `Bearer ${key}x` } })).status,
  ).toBe(401);
  expect((await fetch(gateway.url, { method: 'POST' })).status).toBe(401);
  expect(
    gateway.out + gateway.err + JSON.stringify(await gateway.health({ authorization: `Bearer ${key}` })),
  ).not.toContain(key);
});

test('the gateway of another configuration is not used; that of the same file under another name is', async ({
  place,
}) => {
  const gateway = await place.serve(servers);
  const other = join(place.folder, 'other.json');
  writeFileSync(other, readFileSync(configOf(place)));
  const { args, env } = attach(place, other);
  expect(await place.run(args.slice(1), env)).toMatchObject({ code: 1, err: expect.stringContaining(other) });
  const link = join(place.folder, 'link.json');
  symlinkSync(configOf(place), link);
  const wire = await place.rawStdio('legacy', attach(place, link));
  const pid = Number(await say(wire, 'memo.whoami'));
  expect(gateway.children()).toContain(pid);
});

test('a relay loads no more than it needs', async ({ place }) => {
  await place.serve(servers);
  const { env, ...command } = attach(place, configOf(place));
  const loaded = join(place.folder, 'loaded');
  const wire = await place.rawStdio('legacy', { ...command, env: { ...env, NODE_V8_COVERAGE: loaded } });
  await say(wire, 'memo.count');
  await wire.client.leave();
  expect(packagesLoaded(loaded)).toEqual(['eventsource-parser', 'mcpx']);
});
