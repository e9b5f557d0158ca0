import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { McpxError } from '../errors.ts';
import type { JsonObject } from '../types.ts';
import { LineTransport } from './lines.ts';
import type { RpcMessage } from './messages.ts';
import { Peer } from './peer.ts';

const self = { name: 'tested', version: '1' };

interface Request {
  id: number;
  method: string;
  params: JsonObject & { _meta?: JsonObject; requestId?: number };
}

/** A peer over two in-memory streams, and the server's end of them. */
async function pair(maxLine?: number) {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  const transport = new LineTransport(maxLine === undefined ? {} : { maxLine });
  const peer = new Peer(transport, self);
  const toSdk: RpcMessage[] = [];
  peer.onmessage = message => toSdk.push(message as RpcMessage);
  transport.onoversize = line => peer.oversized(line);
  await peer.start();
  transport.attach(toClient, toServer);
  const received: Request[] = [];
  const server = new LineTransport();
  server.onmessage = message => received.push(message as unknown as Request);
  server.attach(toServer, new PassThrough());
  const say = (...messages: object[]) =>
    toClient.write(messages.map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
  return { peer, transport, toSdk, received, say, toClient };
}

const later = async () => {
  for (let count = 0; count < 5; count++) await turn();
};

test('each request has an id far from the SDK’s, and its own answer, whatever the order', async () => {
  const { peer, received, say } = await pair();
  const calls = [1, 2, 3].map(n => peer.open('tools/call', { n }));
  await later();
  const ids = received.map(({ id }) => id);
  expect(new Set(ids).size).toBe(3);
  expect(Math.min(...ids)).toBeGreaterThanOrEqual(1e9);
  say(...received.map(({ id, params }) => ({ id, result: { n: params['n'] } })).reverse());
  const answers = await Promise.all(calls.map(({ response }) => response));
  expect(answers).toEqual([1, 2, 3].map(n => ({ result: { n } })));
  expect(peer.inFlight).toBe(0);
});

test('results and errors come as they were said', async () => {
  const { peer, received, toClient } = await pair();
  const good = peer.open('tools/call', {});
  const bad = peer.open('tools/call', {});
  await later();
  const result = '{"z":1,"content":[{"type":"hologram","x":null}],"_meta":{"b":1,"a":2},"a":[1.5]}';
  const error = '{"code":-32002,"message":"no such thing","data":{"uri":"x","nested":[null]},"x":1}';
  toClient.write(`{"jsonrpc":"2.0","result":${result},"id":${received[0]!.id},"extra":true}\n`);
  toClient.write(`{"jsonrpc":"2.0","id":${received[1]!.id},"error":${error}}\n`);
  expect(JSON.stringify(await good.response)).toBe(`{"result":${result}}`);
  expect(JSON.stringify(await bad.response)).toBe(`{"error":${error}}`);
});

test('an answer is an answer though `error` is null or the id has become a string', async () => {
  const { peer, received, say } = await pair();
  const calls = [peer.open('a', {}), peer.open('b', {})];
  await later();
  say({ id: received[0]!.id, result: { ok: 1 }, error: null });
  say({ id: String(received[1]!.id), result: { ok: 2 } });
  expect(await Promise.all(calls.map(call => call.response))).toEqual([
    { result: { ok: 1 } },
    { result: { ok: 2 } },
  ]);
});

test.each([{ result: 'text' }, { result: null }, { result: [1] }, { error: 'text' }])(
  'an answer that is %j breaks the protocol',
  async answer => {
    const { peer, received, say } = await pair();
    const { response } = peer.open('a', {});
    await later();
    say({ id: received[0]!.id, ...answer });
    await expect(response).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  },
);

test('progress arrives in order and before the result, also when all of it comes in one chunk', async () => {
  const { peer, received, say } = await pair();
  const heard: unknown[] = [];
  const { response } = peer.open('tools/call', {}, { onProgress: ({ progress }) => heard.push(progress) });
  const done = response.then(() => heard.push('result'));
  await later();
  const { id, params } = received[0]!;
  expect(params._meta).toEqual({ progressToken: id });
  const tick = (progress: number, progressToken: unknown = id) => ({
    method: 'notifications/progress',
    params: { progressToken, progress },
  });
  say(tick(1), tick(2, String(id)), tick(3), { id, result: {} }, tick(4));
  await done;
  await later();
  expect(heard).toEqual([1, 2, 3, 'result']);
});

test('without interest in progress nothing is asked for, and what comes for nobody reaches nobody', async () => {
  const { peer, received, say, toSdk } = await pair();
  const notified: string[] = [];
  peer.onnotification = method => notified.push(method);
  void peer.open('tools/call', { name: 'x' }).response;
  await later();
  expect(received[0]!.params).toEqual({ name: 'x' });
  say({ method: 'notifications/progress', params: { progressToken: 1e9 + 77, progress: 1 } });
  say({ method: 'notifications/tools/list_changed' });
  say({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } });
  await later();
  expect(toSdk.map(message => 'method' in message && message.method)).toEqual([
    'notifications/tools/list_changed',
    'notifications/progress',
  ]);
  expect(notified[0]).toBe('notifications/tools/list_changed');
});

test('the caller’s _meta is kept, but for a progress token that means nothing here', async () => {
  const { peer, received } = await pair();
  const params = { name: 'x', _meta: { 'example.com/trace': 1, progressToken: 'theirs' } };
  void peer.open('tools/call', params).response;
  await later();
  expect(received[0]!.params).toEqual({ name: 'x', _meta: { 'example.com/trace': 1 } });
  expect(params._meta.progressToken).toBe('theirs');
});

test('in the 2026 era each request carries the envelope, and so does its cancellation', async () => {
  const { peer, received } = await pair();
  peer.setProtocolVersion('2026-07-28');
  const call = peer.open('tools/call', { _meta: { mine: 1 } });
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': self,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  call.cancel(new McpxError('CALL_CANCELLED', 'enough'));
  await expect(call.response).rejects.toMatchObject({ message: 'enough' });
  await later();
  expect(received[0]!.params._meta).toEqual({ mine: 1, ...envelope });
  expect(received[1]).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: received[0]!.id, reason: 'enough', _meta: envelope },
  });
});

test('a cancelled call tells the server, once, and its late answer is counted', async () => {
  const { peer, received, say, toSdk } = await pair();
  peer.setProtocolVersion('2025-11-25');
  const call = peer.open('tools/call', {});
  const reason = new McpxError('CALL_TIMEOUT', 'too slow');
  call.cancel(reason);
  call.cancel(new McpxError('CALL_CANCELLED', 'again'));
  await expect(call.response).rejects.toBe(reason);
  await later();
  const { id } = received[0]!;
  expect(received.slice(1)).toEqual([
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'too slow' } },
  ]);
  say({ id, result: {} }, { id, result: {} });
  await later();
  expect(peer.strayAnswers).toBe(2);
  expect(toSdk).toEqual([]);
});

test('of two answers to one request the first counts', async () => {
  const { peer, received, say } = await pair();
  const { response } = peer.open('tools/call', {});
  await later();
  const { id } = received[0]!;
  say({ id, result: { n: 1 } }, { id, result: { n: 2 } });
  expect(await response).toEqual({ result: { n: 1 } });
  await later();
  expect(peer.strayAnswers).toBe(1);
});

test('answers with ids that are not ours go to the SDK, and settle nothing', async () => {
  const { peer, say, toSdk } = await pair();
  const foreign: unknown[] = [];
  peer.onforeign = ({ id }) => foreign.push(id);
  void peer.open('tools/call', {}).response;
  const ids = [0, 'server-discover-probe-1', null, { id: 1 }, 1.5, true];
  say(...ids.map(id => ({ id, result: {} })));
  await later();
  expect(foreign).toEqual(ids);
  expect(toSdk).toHaveLength(ids.length);
  expect(peer.inFlight).toBe(1);
});

test('requests of the server and of the SDK pass on the same pipe', async () => {
  const { peer, received, say, toSdk } = await pair();
  await peer.send({ jsonrpc: '2.0', id: 0, method: 'ping' });
  const { response } = peer.open('tools/call', {});
  await later();
  expect(received.map(({ method }) => method)).toEqual(['ping', 'tools/call']);
  say({ id: 5, method: 'ping' }, { id: 0, result: {} }, { id: received[1]!.id, result: {} });
  await response;
  expect(toSdk).toEqual([
    { jsonrpc: '2.0', id: 5, method: 'ping' },
    { jsonrpc: '2.0', id: 0, result: {} },
  ]);
});

test('an answer that is too long fails its own call, wherever its id stands', async () => {
  const { peer, received, toClient, say } = await pair(2_000);
  const calls = [peer.open('a', {}), peer.open('b', {}), peer.open('c', {})];
  await later();
  const [a, b, c] = received.map(({ id }) => id);
  const long = JSON.stringify({ text: 'x'.repeat(5_000) });
  toClient.write(`{"jsonrpc":"2.0","id":${a},"result":${long}}\n`);
  toClient.write(`{"result":${long},"jsonrpc":"2.0","id":"${b}"}\n`);
  say({ id: c, result: { fine: true } });
  await expect(calls[0]!.response).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
  await expect(calls[1]!.response).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
  expect(await calls[2]!.response).toEqual({ result: { fine: true } });
  expect(peer.oversized({ head: '{"id":1', tail: '', length: 9_000 })).toBe(false);
});

test('what cannot be sent fails alone', async () => {
  const { peer, received, say } = await pair();
  const deep = JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`) as JsonObject;
  await expect(peer.open('tools/call', deep).response).rejects.toBeInstanceOf(RangeError);
  const { response } = peer.open('tools/call', {});
  await later();
  say({ id: received[0]!.id, result: {} });
  await response;
});

test('when the connection ends every call fails with the reason, those to come included, and it is told once', async () => {
  const { peer, toClient } = await pair();
  const reason = new McpxError('UPSTREAM_LOST', 'it went');
  let told = 0;
  peer.onclose = () => told++;
  peer.explainLoss = () => reason;
  const calls = [peer.open('a', {}), peer.open('b', {})];
  toClient.end();
  for (const { response } of calls) await expect(response).rejects.toBe(reason);
  await expect(peer.open('c', {}).response).rejects.toMatchObject({ message: reason.message, unsent: true });
  await peer.close();
  await peer.close();
  expect(told).toBe(1);
});
