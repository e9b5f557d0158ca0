import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { JsonObject } from '../types.ts';
import {
  call,
  configured,
  connected,
  expectNoChildren,
  http,
  noProxy,
  served,
  text,
} from './connecting.fixture.ts';
import type { Connection } from './connection.ts';
import { Upstream } from './upstream.ts';

afterAll(expectNoChildren);

interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  rpc?: { id?: number; method: string; params?: JsonObject & { _meta?: JsonObject } };
}

type Answer = (received: Received, response: ServerResponse) => void;

/** A server of 2025 with a session, in this process; `special` may answer first, and then says true. */
async function listening(special: (received: Received, response: ServerResponse) => boolean | undefined) {
  const seen: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    const received: Received = { method, url, headers, rpc: body === '' ? undefined : JSON.parse(body) };
    seen.push(received);
    if (!special(received, response)) usual(received, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const sockets = () =>
    new Promise<number>((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  return { url, seen, sockets };
}

let sessions = 0;

const usual: Answer = ({ method, rpc }, response) => {
  if (method === 'DELETE') return response.writeHead(200).end();
  if (method !== 'POST') return response.writeHead(405).end();
  if (rpc?.id === undefined) return response.writeHead(202).end();
  if (rpc.method === 'initialize') {
    const serverInfo = { name: 'x', version: '1' };
    const session = { 'mcp-session-id': `session-${++sessions}` };
    return json(
      response,
      rpc.id,
      { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo },
      session,
    );
  }
  if (rpc.method === 'server/discover') return response.writeHead(400).end('{}');
  json(response, rpc.id, { content: [{ type: 'text', text: 'usual' }] });
};

function json(
  response: ServerResponse,
  id: number,
  result: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'Content-Type': 'Application/JSON; charset=utf-8', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

const event = (id: string, message?: object) =>
  `id: ${id}\nretry: 10\ndata:${message === undefined ? '' : ` ${JSON.stringify({ jsonrpc: '2.0', ...message })}`}\n\n`;
const isCall = ({ rpc }: Received) => rpc?.method === 'tools/call';
const stream = { 'content-type': 'text/event-stream' };

test.each(['legacy-http', 'legacy-http json', 'modern-http', 'modern-http dual'])(
  '%s: results as they came, progress in order and all of it, cancellation',
  async name => {
    const { url } = await served(...(name.split(' ') as [string]));
    const connection = await connected(http(url));
    const heard: unknown[] = [];
    const working = connection.open(
      'tools/call',
      { name: 'work', arguments: { steps: 4 } },
      { onProgress: ({ progress }) => heard.push(progress) },
    );
    expect(await working.response).toMatchObject({ result: { content: [{ text: '4 steps done' }] } });
    expect(heard).toEqual(name.endsWith('json') ? heard : [1, 2, 3, 4]);
    const slow = connection.open('tools/call', { name: 'slow', arguments: {} });
    const reason = new McpxError('CALL_CANCELLED', 'enough');
    const begun = text(connection, 'echo', { message: 'beside' });
    expect(await begun).toBe('beside');
    slow.cancel(reason);
    await expect(slow.response).rejects.toBe(reason);
    await vi.waitFor(async () => expect(await text(connection, 'cancelled')).toBe('1'), 10_000);
    const failing = await connection.open('resources/read', { uri: 'good://nothing' }).response;
    expect(failing).toMatchObject({ error: { code: expect.any(Number) } });
  },
);

test('sse: calls, progress, cancellation', async () => {
  const { url } = await served('sse-only');
  const connection = await connected(configured({ type: 'sse', url, headers: {} }));
  const heard: unknown[] = [];
  const options = { onProgress: ({ progress }: JsonObject) => heard.push(progress) };
  await connection.open('tools/call', { name: 'work', arguments: { steps: 3 } }, options).response;
  expect(heard).toEqual([1, 2, 3]);
  const slow = connection.open('tools/call', { name: 'slow', arguments: {} });
  const reason = new McpxError('CALL_CANCELLED', 'enough');
  setImmediate(() => slow.cancel(reason));
  await expect(slow.response).rejects.toBe(reason);
  await vi.waitFor(async () => expect(await text(connection, 'cancelled')).toBe('1'), 10_000);
});

test.each(['drop', 'dead-stream'])('broken-http %s: the call fails at once', async mode => {
  const { url } = await served('broken-http', mode);
  const connection = await connected(http(url));
  const heard: unknown[] = [];
  const { response } = connection.open(
    'tools/call',
    { name: 'echo' },
    { onProgress: tick => heard.push(tick) },
  );
  await expect(response).rejects.toBeInstanceOf(McpxError);
  expect(heard).toHaveLength(mode === 'drop' ? 0 : 1);
});

test('a stream that the server closes is continued from its last event, with session and credentials', async () => {
  const { url, seen } = await listening((received, response) => {
    if (isCall(received)) {
      response.writeHead(200, stream).end(event('1'));
      return true;
    }
    const last = received.headers['last-event-id'];
    if (received.method !== 'GET' || last === undefined) return false;
    const id = seen.find(isCall)!.rpc!.id;
    const progress = { method: 'notifications/progress', params: { progressToken: id, progress: 1 } };
    response.writeHead(200, stream);
    if (last === '1') response.end(event('2', progress));
    else response.end(`data: no JSON\n\n${event('3', { id, result: { content: [] } })}`);
    return true;
  });
  const connection = await connected(http(url, { Authorization: 'Bearer secret' }));
  const heard: unknown[] = [];
  const options = { onProgress: ({ progress }: JsonObject) => heard.push(progress) };
  const { response } = connection.open('tools/call', { name: 'x' }, options);
  expect(await response).toEqual({ result: { content: [] } });
  expect(heard).toEqual([1]);
  const continued = seen.filter(({ headers }) => headers['last-event-id'] !== undefined);
  expect(continued.map(({ headers }) => headers['last-event-id'])).toEqual(['1', '2']);
  for (const { headers } of continued) {
    expect(headers).toMatchObject({ authorization: 'Bearer secret', accept: 'text/event-stream' });
    expect(headers['mcp-session-id']).toMatch(/^session-/);
  }
});

test('a stream that cannot be continued fails its call', async () => {
  const { url } = await listening((received, response) => {
    if (isCall(received)) response.writeHead(200, stream).end(event('1'));
    else if (received.headers['last-event-id'] === '1') response.writeHead(404).end();
    else return false;
    return true;
  });
  const connection = await connected(http(url));
  await expect(call(connection, 'x')).rejects.toMatchObject({ code: 'UPSTREAM_LOST' });
});

test('a call that is cancelled is not continued', async () => {
  const polls = new Map<unknown, number>();
  const { url } = await listening((received, response) => {
    const id = received.headers['last-event-id'];
    if (isCall(received)) response.writeHead(200, stream).end(event(`of ${received.rpc!.id}`));
    else if (id !== undefined) {
      polls.set(id, (polls.get(id) ?? 0) + 1);
      response.writeHead(200, stream).end(event(String(id)));
    } else return false;
    return true;
  });
  const connection = await connected(http(url));
  const counts = () => [...polls.values()];
  const enough = new McpxError('CALL_CANCELLED', 'enough');
  const first = connection.open('tools/call', { name: 'x' });
  await vi.waitFor(() => expect(counts()[0]).toBeGreaterThan(2), 10_000);
  first.cancel(enough);
  await expect(first.response).rejects.toBe(enough);
  const [cancelledAt] = counts();
  const second = connection.open('tools/call', { name: 'x' });
  await vi.waitFor(() => expect(counts()[1]).toBeGreaterThan(5), 10_000);
  expect(counts()[0]).toBeLessThanOrEqual(cancelledAt! + 1); // one may have been under way
  second.cancel(enough);
  await expect(second.response).rejects.toBe(enough);
});

test.each([
  [404, '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}'],
  [400, 'Bad Request: No valid session ID provided'],
])('a session that the server has forgotten (%i) is replaced at the next call', async (status, body) => {
  const forgotten = new Set<unknown>();
  const { url, seen } = await listening((received, response) => {
    if (received.rpc?.method === 'waits') return true; // and is never answered
    if (!isCall(received) || !forgotten.has(received.headers['mcp-session-id'])) return false;
    response.writeHead(status).end(body);
    return true;
  });
  const upstream = new Upstream({ server: http(url), proxy: noProxy, onListing: () => {} });
  onTestFinished(() => upstream.close(0));

  const acquired = async (): Promise<Connection> => (await upstream.acquire('me', new Cancellation())).held;
  const first = await acquired();
  expect(await text(first, 'x')).toBe('usual');
  const waiting = first.open('waits', {}).response.catch(error => error);
  forgotten.add(seen.at(-1)!.headers['mcp-session-id']);
  await expect(call(first, 'x')).rejects.toMatchObject({
    code: 'UPSTREAM_LOST',
    message: 'the server has forgotten the session',
    help: expect.stringContaining('can be repeated'),
  });
  expect(await waiting).toMatchObject({
    code: 'UPSTREAM_LOST',
    help: expect.stringContaining('may or may not'),
  });
  expect(first.closed).toBe(true);
  const next = await acquired();
  expect(next).not.toBe(first);
  expect(await text(next, 'x')).toBe('usual');
  expect(seen.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test.each([0, 3_600_000, -3_600_000])(
  'how long a server is busy is told by its own clock, also when it is %i ms ahead of ours',
  async ahead => {
    const now = Date.now() + ahead;
    const at = (ms: number) => new Date(now + ms).toUTCString();
    const { url } = await listening((received, response) => {
      if (!isCall(received)) return false;
      response.writeHead(429, { date: at(0), 'retry-after': at(5_000) }).end();
      return true;
    });
    const connection = await connected(http(url));
    await expect(call(connection, 'x')).rejects.toMatchObject({
      code: 'UPSTREAM_BUSY',
      data: { retryAfterMs: 5_000 },
    });
  },
);

test('a tool that is not found is no forgotten session', async () => {
  const { url } = await listening((received, response) => {
    if (!isCall(received)) return false;
    response.writeHead(400).end('{"error":"no such tool"}');
    return true;
  });
  const connection = await connected(http(url));
  await expect(call(connection, 'x')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(connection.closed).toBe(false);
});

test('credentials do not follow a redirect to another origin, only one within it', async () => {
  const thief = await listening(() => undefined);
  let target = thief.url;
  const { url, seen } = await listening((received, response) => {
    if (received.url !== '/mcp') return false;
    response.writeHead(307, { location: target }).end();
    return true;
  });
  const error = await connected(http(url, { Authorization: 'Bearer secret' })).catch(thrown => thrown);
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(thief.seen).toEqual([]);
  target = '/moved';
  const connection = await connected(http(url, { Authorization: 'Bearer secret' }));
  expect(await text(connection, 'x')).toBe('usual');
  expect(seen.at(-1)).toMatchObject({ url: '/moved', headers: { authorization: 'Bearer secret' } });
});

test('a connection that is closed keeps no socket, however long the server would', async () => {
  const { url, sockets } = await listening((_, response) => {
    response.setHeader('keep-alive', 'timeout=600');
    return false;
  });
  const connection = await connected(http(url));
  await Promise.all(Array.from({ length: 5 }, () => text(connection, 'x')));
  expect(await sockets()).toBeGreaterThan(0);
  await connection.close();
  await vi.waitFor(async () => expect(await sockets()).toBe(0), 2_000);
});

test.each(['end', 'break'])('an event stream that ends (%s) is not opened again', async how => {
  let streams = 0;
  let open: ServerResponse | undefined;
  const { url } = await listening((received, response) => {
    if (received.method === 'GET') {
      streams++;
      open = response;
      response.writeHead(200, stream).write('event: endpoint\ndata: /messages\n\n');
      response.write('retry: 10\n\n');
      return true;
    }
    response.writeHead(202).end();
    if (received.rpc?.method !== 'initialize') return true;
    const result = {
      protocolVersion: '2024-11-05',
      capabilities: {},
      serverInfo: { name: 'x', version: '1' },
    };
    open?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: received.rpc.id, result })}\n\n`);
    return true;
  });
  const connection = await connected(configured({ type: 'sse', url, headers: {} }));
  const waiting = call(connection, 'x');
  setImmediate(() => (how === 'end' ? open?.end() : open?.destroy()));
  await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_LOST' });
  expect(connection.closed).toBe(true);
  const again = await connected(configured({ type: 'sse', url, headers: {} })); // longer than 10 ms
  await again.close();
  expect(streams).toBe(2);
});

test('parameters travel as headers where a server of 2026 declares so, and wrong declarations cost the tool', async () => {
  const declared = (header: string) => ({ type: 'string', 'x-mcp-header': header });
  const tool = (name: string, properties: object) => ({ name, inputSchema: { type: 'object', properties } });
  const { url, seen } = await listening(({ method, rpc }, response) => {
    if (method !== 'POST' || rpc?.id === undefined) return false;
    const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
    const answers: Record<string, object> = {
      'server/discover': { ...complete, supportedVersions: ['2026-07-28'], capabilities: { tools: {} } },
      'tools/list': {
        ...complete,
        tools: [
          tool('good', { region: declared('Region'), plain: { type: 'string' } }),
          tool('bad', { a: declared('A b') }),
        ],
      },
      'tools/call': { ...complete, content: [{ type: 'text', text: 'done' }] },
    };
    json(response, rpc.id, answers[rpc.method] ?? {});
    return true;
  });
  const listings: { tools: unknown[]; warnings: string[] }[] = [];
  const upstream = new Upstream({ server: http(url), proxy: noProxy, onListing: one => listings.push(one) });
  onTestFinished(() => upstream.close(0));
  await upstream.listed();
  expect(listings[0]!.tools).toMatchObject([{ name: 'good' }]);
  expect(listings[0]!.warnings).toEqual([
    'tool "bad" is left out: x-mcp-header of "a" cannot be the name of a header',
  ]);

  const { held } = await upstream.acquire('me', new Cancellation());
  expect(await text(held, 'good', { region: 'Zürich', plain: 'x' })).toBe('done');
  const { headers } = seen.findLast(isCall)!;
  expect(headers['mcp-param-region']).toBe(`=?base64?${Buffer.from('Zürich').toString('base64')}?=`);
  expect(headers).toMatchObject({ 'mcp-method': 'tools/call', 'mcp-name': 'good' });
  expect(Object.keys(headers).filter(name => name.startsWith('mcp-param-'))).toHaveLength(1);
});
