import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { processStart } from '../../proc.ts';
import { Link } from './link.ts';
import { Output } from './output.ts';
import { Relay } from './relay.ts';
import { Route } from './route.ts';
import { Session } from './session.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A relay to a server that answers everything with `answer`. */
async function relayTo(answer: Answer, client = new PassThrough()) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response, request));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { pid } = process;
  const started = { processStart: processStart(pid), startedAt: 0 };
  const instance = { pid, ...started, address, config: '', version: '', key: 'key' };
  const output = new Output(client);
  const route = new Route(new Link(instance, '/mcp?client=c'), async () => undefined);
  const relay = new Relay(route, new Session(output), output);
  onTestFinished(async () => {
    await relay.close();
    server.closeAllConnections();
    server.close();
  });
  let said = '';
  if (client.listenerCount('data') === 0)
    client.setEncoding('utf8').on('data', (text: string) => (said += text));
  const lines = () => said.split('\n').slice(0, -1);
  const ask = (id: unknown, method = 'ping') => relay.take(JSON.stringify({ jsonrpc: '2.0', id, method }));
  return { relay, lines, ask, server };
}

const json = (text: string, status = 200): Answer => {
  return response => response.writeHead(status, { 'content-type': 'application/json' }).end(text);
};
const stream = (text: string): Answer => {
  return response => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
};

test('an answer on many lines is written on one', async () => {
  const { ask, lines } = await relayTo(
    json('{\r\n  "jsonrpc": "2.0",\n  "id": 1,\n  "result": {"a": "b\\nc"}\n}\n'),
  );
  await ask(1);
  await vi.waitFor(() => expect(lines()).toHaveLength(1));
  expect(JSON.parse(lines()[0]!)).toEqual({ jsonrpc: '2.0', id: 1, result: { a: 'b\nc' } });
});

test('so is one in an event of many lines, after what came before it; what is no message is left out', async () => {
  const news = '{"jsonrpc":"2.0","method":"notifications/progress","params":{}}';
  const answer = '{"jsonrpc":"2.0",\ndata: "id":1,"result":{}}';
  const { ask, lines } = await relayTo(
    stream(`: comment\n\ndata: ${news}\n\nevent: other\ndata: {}\n\ndata: nonsense\n\ndata: ${answer}\n\n`),
  );
  await ask(1);
  await vi.waitFor(() => expect(lines()).toEqual([news, '{"jsonrpc":"2.0", "id":1,"result":{}}']));
});

test.for([
  [
    json('{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"no","data":[1]}}', 400),
    { code: -1, message: 'no', data: [1] },
  ],
  [json('<h1>no</h1>', 500), { code: -31_035, message: expect.stringContaining('HTTP status 500') }],
  [json('', 200), { code: -31_035 }],
  [
    stream(': nothing\n\n'),
    { code: -31_035, message: expect.stringContaining('may or may not have taken effect') },
  ],
  [((response: ServerResponse) => response.writeHead(202).end()) as Answer, { code: -31_035 }],
  [
    ((response: ServerResponse) => response.destroy()) as Answer,
    { code: -31_035, message: expect.stringContaining('http://127.0.0.1') },
  ],
] as const)('a request always has an answer: %#', async ([answer, error]) => {
  const { ask, lines } = await relayTo(answer);
  await ask('a');
  await vi.waitFor(() => expect(lines()).toHaveLength(1));
  expect(JSON.parse(lines()[0]!)).toMatchObject({ jsonrpc: '2.0', id: 'a', error });
});

test('an error that names its request is passed on as it is', async () => {
  const text = '{ "id":"a", "jsonrpc":"2.0", "error":{"code":-5,"message":"m"}, "more":1 }';
  const { ask, lines } = await relayTo(json(text, 404));
  await ask('a');
  await vi.waitFor(() => expect(lines()).toEqual([text]));
});

test('no more than 1,024 requests are open', async () => {
  let open = 0;
  const { ask, lines } = await relayTo(() => {
    open++;
  });
  for (let id = 1; id <= 1_030; id++) await ask(id);
  await vi.waitFor(() => expect(lines()).toHaveLength(6));
  expect(JSON.parse(lines()[5]!)).toMatchObject({
    id: 1_030,
    error: { code: -31_034, data: { code: 'SERVER_BUSY' } },
  });
  await vi.waitFor(() => expect(open).toBe(1_024), { timeout: 20_000 });
});

test('what a client does not read is not read from the gateway', async () => {
  const event = `data: {"jsonrpc":"2.0","method":"x","params":"${'x'.repeat(64 * 1024)}"}\n\n`;
  let sent = 0;
  const answer: Answer = async response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (; sent < 1_000; sent++) if (!response.write(event)) await once(response, 'drain');
    response.end('data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
  };
  const client = new PassThrough();
  client.on('data', () => {}).pause();
  const { ask } = await relayTo(answer, client);
  await ask(1);
  for (let before = -1; sent === 0 || before !== sent; ) {
    before = sent;
    await new Promise(resolve => setTimeout(resolve, 300)); // there is no event for what does not happen
  }
  expect(sent).toBeLessThan(500); // what the system's buffers take
  expect(client.writableLength).toBeLessThan(1024 * 1024);
  client.resume();
  await vi.waitFor(() => expect(sent).toBe(1_000), { timeout: 10_000 });
});

test('notifications keep their order, also before what follows them', async () => {
  const heard: string[] = [];
  const { relay } = await relayTo((response, request) => {
    heard.push(String(request.headers['mcp-method']));
    setTimeout(() => response.writeHead(202).end(), 10);
  });
  for (let index = 0; index < 10; index++) {
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    await relay.take(JSON.stringify({ jsonrpc: '2.0', method: `n/${index}`, params: { _meta } }));
  }
  expect(heard).toEqual(Array.from({ length: 10 }, (_, index) => `n/${index}`));
});

test('an answer leaves a moment after the progress before it, not in one piece with it', async () => {
  const client = new PassThrough();
  const times: number[] = [];
  client.on('data', () => times.push(performance.now()));
  const news = '{"jsonrpc":"2.0","method":"notifications/progress","params":{}}';
  const { ask } = await relayTo(
    stream(`data: ${news}\n\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n`),
    client,
  );
  await ask(1);
  await vi.waitFor(() => expect(times).toHaveLength(2));
  expect(times[1]! - times[0]!).toBeGreaterThan(8);
});

test('a 2026 request is cancelled by closing its stream, at once and by nothing else', async () => {
  let posts = 0;
  let closed = 0;
  const { relay, lines } = await relayTo(response => {
    posts++;
    response
      .on('close', () => closed++)
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .write(': open\n\n');
  });
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  await relay.take(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x', params: { _meta } }));
  await vi.waitFor(() => expect(posts).toBe(1));
  const params = { requestId: 1 };
  await relay.take(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }));
  await vi.waitFor(() => expect(closed).toBe(1), { timeout: 500 });
  expect([posts, lines()]).toEqual([1, []]);
});
