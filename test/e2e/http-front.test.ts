// The HTTP front door against requests that no good client sends.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { beforeAll, describe, expect } from 'vitest';
import { envelope, execRaw, fixture, type Gateway, type Place, sharedPlace, test } from './harness.ts';

let place: Place;
let gateway: Gateway;

beforeAll(async () => {
  place = sharedPlace();
  const settings = {
    gateway: { allowedOrigins: ['https://app.example.com'], publicUrl: 'https://mcpx.example.com' },
  };
  gateway = await place.serve({ echo: fixture('echo') }, settings);
  gateway.url = `http://127.0.0.1:${port()}/mcp`;
  gateway.base = `http://127.0.0.1:${port()}`;
});

const port = () => Number(gateway.child.spawnargs[gateway.child.spawnargs.indexOf('--port') + 1]);

interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One request with exactly these headers; `fetch` would not send a Host or an Origin of our choice. */
function send(path: string, method: string, headers: Record<string, string>, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port: port(), host: '127.0.0.1', path, method, headers, agent: false },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', chunk => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const post = (body: unknown, headers: Record<string, string> = {}) =>
  send('/mcp', 'POST', { ...json, ...headers }, typeof body === 'string' ? body : JSON.stringify(body));
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};

describe('Host and Origin', () => {
  test.for([
    ['localhost:1', 200],
    ['127.0.0.1', 200],
    ['[::1]:80', 200],
    ['mcpx.example.com', 200],
    ['evil.example', 403],
    ['0.0.0.0', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost@evil.example', 403],
    ['192.168.1.1', 403],
  ] as const)('a request for host "%s" gets %i', async ([host, status]) => {
    expect((await post(initialize, { host })).status).toBe(status);
    expect((await send('/healthz', 'GET', { host })).status).toBe(status);
  });

  test('a request without a host, or with an empty one, is refused', async () => {
    expect(await say('GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 403/,
    );
    expect(await say('GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect(await say('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 403/);
  });

  test.for([
    ['http://localhost:3000', 200],
    ['https://app.example.com', 200],
    ['https://mcpx.example.com', 200],
    ['https://evil.example', 403],
    ['null', 403],
    ['http://localhost.evil.example', 403],
    ['file://', 403],
    ['https://app.example.com.evil.example', 403],
  ] as const)('a request from a page of %s gets %i', async ([origin, status]) => {
    const reply = await post(initialize, { origin });
    expect(reply.status).toBe(status);
    expect(reply.headers['access-control-allow-origin']).toBe(status === 200 ? origin : undefined);
    expect((await send('/healthz', 'GET', { origin })).status).toBe(status);
  });

  test('a preflight is answered for those alone, with the headers that MCP needs', async () => {
    const ask = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'mcp-session-id',
    };
    const good = await send('/mcp', 'OPTIONS', { origin: 'https://app.example.com', ...ask });
    expect(good.status).toBe(204);
    expect(good.headers['access-control-allow-origin']).toBe('https://app.example.com');
    for (const name of [
      'authorization',
      'content-type',
      'mcp-session-id',
      'mcp-protocol-version',
      'mcp-method',
      'mcp-name',
    ])
      expect(good.headers['access-control-allow-headers']).toContain(name);
    expect(good.headers['access-control-allow-methods']).toContain('DELETE');
    const bad = await send('/mcp', 'OPTIONS', { origin: 'https://evil.example', ...ask });
    expect(bad.status).toBe(403);
    expect(bad.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('what is no request of MCP', () => {
  test.for([
    ['another path', '/nothing', 'GET', {}, undefined, 404],
    ['a path that climbs', '/mcp/../../etc/passwd', 'GET', {}, undefined, 404],
    ['a path that is no address', '//', 'GET', {}, undefined, 404],
    ['an unknown method', '/mcp', 'PUT', json, '{}', 405],
    ['PATCH', '/mcp', 'PATCH', json, '{}', 405],
    ['GET without a session', '/mcp', 'GET', json, undefined, 400],
    ['DELETE without a session', '/mcp', 'DELETE', json, undefined, 400],
    ['an unknown session', '/mcp', 'GET', { ...json, 'mcp-session-id': 'nope' }, undefined, 404],
    ['a call without a session', '/mcp', 'POST', json, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}', 400],
    ['no content type', '/mcp', 'POST', {}, '{}', 415],
    ['a form', '/mcp', 'POST', { 'content-type': 'text/plain' }, '{}', 415],
    ['half a JSON', '/mcp', 'POST', json, '{"jsonrpc":', 400],
    ['nothing', '/mcp', 'POST', json, '', 400],
    ['a string', '/mcp', 'POST', json, '"hello"', 400],
    ['null', '/mcp', 'POST', json, 'null', 400],
  ] as const)('%s', async ([, path, method, headers, body, status]) => {
    const reply = await send(path, method, { ...headers }, body);
    expect(reply.status, reply.body).toBe(status);
    expect(reply.body).not.toMatch(/\n\s+at /); // no stack
    if (path === '/mcp')
      expect(JSON.parse(reply.body)).toMatchObject({
        jsonrpc: '2.0',
        id: null,
        error: { code: expect.any(Number) },
      });
  });

  const strange: unknown[] = [
    [],
    [[]],
    [1, 2],
    [
      { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      { jsonrpc: '2.0', id: 2, method: 'ping' },
    ],
    {},
    { jsonrpc: '1.0', id: 1, method: 'tools/list' },
    { jsonrpc: '2.0', id: null, method: 'tools/list' },
    { jsonrpc: '2.0', id: 1.5, method: 'tools/call', params: { name: 'inspect' } },
    { jsonrpc: '2.0', id: {}, method: 'tools/list' },
    { jsonrpc: '2.0', id: 1, method: 7 },
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: [1, 2] },
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: null },
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: {}, arguments: [] } },
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'exec', arguments: { tool: 'echo.echo' }, _meta: 'x' },
    },
    { jsonrpc: '2.0', id: 1, method: '__proto__' },
    { jsonrpc: '2.0', id: 1, Method: 'tools/call' },
    { jsonrpc: '2.0', id: 1, result: {} },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: {} } },
    { ...initialize, params: {} },
    { ...initialize, params: { ...initialize.params, protocolVersion: 'yesterday' } },
  ];

  test('is never answered with 500, in a session, without one, or in an envelope', async () => {
    const opened = await post(initialize);
    const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    const version = { 'mcp-protocol-version': '2026-07-28' };
    const wrong = { 'mcp-protocol-version': '1999-01-01' };
    const modern = { ...version, 'mcp-method': 'tools/call', 'mcp-name': 'exec' };
    for (const message of strange) {
      for (const headers of [{}, session, { ...session, ...wrong }, version, wrong, modern]) {
        for (const body of [message, enveloped(message)]) {
          const { status, body: text } = await post(body, headers);
          expect(status, `${JSON.stringify(headers)} ${JSON.stringify(body)}: ${text}`).toBeLessThan(500);
          expect(text).not.toMatch(/\n\s+at /);
        }
      }
    }
    expect((await gateway.health()).status).toBe('alive');
    const wire = await place.rawHttp('legacy', gateway.url);
    expect((await execRaw(wire, 'echo.echo', { message: 'unhurt' })).result).toMatchObject({
      content: [{ text: 'unhurt' }],
    });
  });
});

describe('too much of something', () => {
  test('a body over 16 MB gets 413, whether its length is told or not', async () => {
    const big = 'x'.repeat(17 * 1024 * 1024);
    expect(await postRaw({ 'content-length': String(big.length) }, '')).toMatch(/^HTTP\/1.1 413/);
    const chunk = `${(1024 * 1024).toString(16)}\r\n${'x'.repeat(1024 * 1024)}\r\n`;
    expect(await postRaw({ 'transfer-encoding': 'chunked' }, chunk.repeat(17))).toMatch(/^HTTP\/1.1 413/);
  });

  test('headers over 16 KB get 431, be they long or many', async () => {
    expect((await send('/healthz', 'GET', { 'x-much': 'x'.repeat(20_000) })).status).toBe(431);
    const many = Array.from({ length: 3_000 }, (_, index) => [`x-${index}`, '1']);
    expect((await send('/healthz', 'GET', Object.fromEntries(many))).status).toBe(431);
  });

  test('requests that do not get on keep nobody waiting', async () => {
    const head = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
    const beginnings = ['POST /', `${head}X-Slow: `, `${head}Content-Length: 100000\r\n\r\n{`];
    const sockets = Array.from({ length: 300 }, (_, index) => begin(beginnings[index % beginnings.length]!));
    await Promise.all(sockets.map(socket => once(socket, 'connect')));
    const drip = setInterval(() => {
      for (const socket of sockets) socket.write('x');
    }, 100);
    const wire = await place.rawHttp('legacy', gateway.url);
    const answers = Array.from({ length: 20 }, () => execRaw(wire, 'echo.echo', { message: 'served' }));
    for (const { result } of await Promise.all(answers))
      expect(result).toMatchObject({ content: [{ text: 'served' }] });
    expect(sockets.some(socket => socket.destroyed)).toBe(false); // it was not that they had been thrown out
    clearInterval(drip);
    for (const socket of sockets) socket.destroy();
    expect((await gateway.health()).status).toBe('alive');
  });

  test('headers that never end are given up after fifteen seconds', { timeout: 160_000 }, async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => socket.write('x-drip: 1\r\n'), 1_000);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1.1 408/);
  });
});

function enveloped(message: unknown): unknown {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return message;
  const { params } = message as { params?: object };
  return { ...message, params: { ...params, _meta: envelope() } };
}

/** A connection on which these bytes are sent. */
function begin(bytes: string): Socket {
  const socket = connect(port(), '127.0.0.1');
  socket.on('error', () => {}); // seen by whoever looks at it
  socket.write(bytes);
  return socket;
}

/** The beginning of the answer to a POST of which the body is sent as it is. */
function postRaw(headers: Record<string, string>, body: string): Promise<string> {
  const lines = Object.entries({ host: 'localhost', ...json, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return say(`POST /mcp HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** What is answered to these bytes. */
function say(bytes: string): Promise<string> {
  return new Promise(resolve => {
    const socket = connect(port(), '127.0.0.1');
    let answer = '';
    socket.on('data', chunk => {
      answer += String(chunk);
    });
    socket.on('error', () => {}); // it may be closed while we still write
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
  });
}
