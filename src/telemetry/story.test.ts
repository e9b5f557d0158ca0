import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fixture } from '../../test/fixtures/start.ts';
import { load } from '../config/loading.fixture.ts';
import { Gateway } from '../gateway.ts';
import type { RpcAnswer } from '../rpc/messages.ts';
import { Shortcut } from '../server/shortcut.ts';
import { Surfaces } from '../server/surfaces.ts';
import type { JsonObject } from '../types.ts';
import { type EventName, type Events, subscribe } from './events.ts';

/** A gateway in this process, and everything of `names` that it tells. */
async function watched<N extends EventName>(servers: object, names: N[], settings: object = {}) {
  const heard: [N, Events[N]][] = [];
  for (const name of names) onTestFinished(subscribe(name, event => heard.push([name, { ...event }])));
  const config = await load({ mcpServers: servers, ...settings });
  const stateFolder = mkdtempSync(join(tmpdir(), 'mcpx-story-'));
  const gateway = new Gateway({ config, stateFolder });
  onTestFinished(async () => {
    await gateway.close(0);
    rmSync(stateFolder, { recursive: true });
  });
  await gateway.recall();
  gateway.start();
  await Promise.all(config.servers.map(({ name }) => gateway.listed(name, 20_000)));
  const surfaces = new Surfaces(gateway);
  const shortcut = new Shortcut(surfaces);
  const surface = surfaces.of({}, 'editor');
  let id = 0;
  const call = async (name: string, given: object, meta?: object): Promise<JsonObject | undefined> => {
    const said: RpcAnswer[] = [];
    const wire = { unread: 0, send: async (message: object) => void said.push(message as RpcAnswer) };
    const params = { name, arguments: given, ...(meta && { _meta: meta }) };
    await shortcut.answer(
      { jsonrpc: '2.0', id: ++id, method: 'tools/call', params },
      { era: 'legacy', principal: 'laptop', owner: 'o', client: 'editor', surface },
      wire,
    );
    return said.at(-1)?.result;
  };
  const told = <M extends N>(name: M) =>
    heard.flatMap(([key, event]) => (key === name ? [event as unknown as Events[M]] : []));
  return { gateway, call, heard, told };
}

const textOf = (result: JsonObject | undefined) => (result!['content'] as { text: string }[])[0]!.text;

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('a call is told from the request to the answer, under one id and one trace', async () => {
  const { call, heard, told } = await watched({ echo: fixture('echo') }, [
    'request.started',
    'call.started',
    'call.sent',
    'call.answered',
    'call.ended',
    'result.answered',
    'request.ended',
  ]);
  await call('exec', { tool: 'echo.echo', arguments: { message: 'hello' } }, { traceparent });
  expect(heard.map(([name]) => name)).toEqual([
    'request.started',
    'call.started',
    'call.sent',
    'call.answered',
    'call.ended',
    'result.answered',
    'request.ended',
  ]);
  const [request] = told('request.ended');
  const [ended] = told('call.ended');
  expect(request).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{10}-\w+$/),
    method: 'tools/call',
    name: 'exec',
    principal: 'laptop',
    client: 'editor',
    transport: 'pipe',
    traceId: traceparent.slice(3, 35),
    calls: 1,
    outcome: 'ok',
  });
  expect(ended).toMatchObject({ server: 'echo', tool: 'echo', outcome: 'ok', attempts: 1, client: 'editor' });
  expect(ended?.request?.id).toBe(request?.id);
  expect(told('result.answered')[0]?.request?.id).toBe(request?.id);
  expect(told('call.answered')[0]).toMatchObject({ protocolVersion: '2025-11-25', outcome: 'ok' });
  expect(ended!.ms).toBeGreaterThanOrEqual(ended!.upstreamMs);
  expect(request!.ms).toBeGreaterThanOrEqual(ended!.ms);
});

test('what whoever traces puts into the attempt reaches the server', async () => {
  const ours = '00-0af7651916cd43dd8448eb211c80319c-1111111111111111-01';
  onTestFinished(
    subscribe('call.sent', ({ carrier }) => Object.assign(carrier, { traceparent: ours, tracestate: 'a=1' })),
  );
  const { call } = await watched({ told: fixture('tells-trace') }, ['call.ended']);
  const result = await call('exec', { tool: 'told.trace' }, { traceparent, baggage: 'k=v' });
  expect(JSON.parse(textOf(result))).toEqual({
    traceparent: ours,
    tracestate: 'a=1',
    baggage: 'k=v',
  });
});

test('without anybody who traces the context of the client goes through as it came', async () => {
  const { call } = await watched({ told: fixture('tells-trace') }, ['call.ended']);
  const result = await call('exec', { tool: 'told.trace' }, { traceparent, tracestate: 'b=2' });
  expect(JSON.parse(textOf(result))).toEqual({
    traceparent,
    tracestate: 'b=2',
  });
});

test('a call that is wrong ends with its code, and has reached no server', async () => {
  const { call, told } = await watched({ echo: fixture('echo') }, ['request.ended', 'call.started']);
  await call('exec', { tool: 'echo.echo', arguments: {} });
  await call('exec', { tool: 'echo.nothing' });
  await call('inspect', { query: ['echo'] });
  expect(told('request.ended').map(({ outcome, code, calls }) => [outcome, code, calls])).toEqual([
    ['failed', 'BAD_ARGUMENTS', 0],
    ['failed', 'UNKNOWN_TOOL', 0],
    ['ok', undefined, 0],
  ]);
  expect(told('call.started')).toEqual([]);
});

test('a search tells how much it found', async () => {
  const { call, told } = await watched({ echo: fixture('echo') }, ['search.ended']);
  await call('inspect', { query: ['echo'] });
  await call('inspect', { query: ['zzzzqqqq'] });
  expect(told('search.ended').map(({ queries, found }) => [queries, found])).toEqual([
    [['echo'], 2], // the server is called so
    [['zzzzqqqq'], 0],
  ]);
});

test('waiting in line and waiting for the server are told apart', async () => {
  const { call, told } = await watched({ slow: fixture('progress') }, ['call.ended'], {
    defaults: { concurrency: 1 },
  });
  const work = () => call('exec', { tool: 'slow.work', arguments: { steps: 3, ms: 60 } });
  await Promise.all([work(), work()]);
  const [first, second] = told('call.ended');
  expect(first!.queueMs).toBeLessThan(first!.upstreamMs);
  expect(second!.queueMs).toBeGreaterThan(0.5 * first!.upstreamMs);
});

test('a result that is given again says so', async () => {
  const { call, told } = await watched({ hinted: fixture('hinted') }, ['call.ended'], {
    defaults: { cache: { ttlMs: 60_000 } },
  });
  for (let i = 0; i < 2; i++) await call('exec', { tool: 'hinted.read', arguments: {} });
  expect(told('call.ended').map(({ cached, attempts }) => [cached, attempts])).toEqual([
    [undefined, 1],
    ['kept', 0],
  ]);
});

test('processes and connections are told when they begin and when they end', async () => {
  const { gateway, call, told } = await watched({ stateful: fixture('stateful') }, [
    'process.started',
    'process.ended',
    'connection.opened',
    'connection.closed',
    'pool.discarded',
  ]);
  await call('exec', { tool: 'stateful.count', arguments: {} });
  await gateway.leave('o');
  await gateway.close(0);
  expect(told('process.ended').map(({ pid }) => pid)).toEqual(told('process.started').map(({ pid }) => pid));
  expect(told('connection.closed')).toHaveLength(told('connection.opened').length);
  expect(told('connection.closed')[0]).toMatchObject({ server: 'stateful', lost: false });
  expect(told('pool.discarded')).toEqual([{ server: 'stateful', reason: 'left' }]);
});

test('a server that is left alone is told', async () => {
  const { call, told } = await watched({ dying: fixture('exits-during-call') }, ['breaker.changed'], {
    defaults: { health: { threshold: 1 } },
  });
  const result = await call('exec', { tool: 'dying.die', arguments: {} });
  expect(result?.['isError']).toBe(true);
  expect(told('breaker.changed')[0]).toMatchObject({ server: 'dying', state: 'open', failures: 1 });
});
