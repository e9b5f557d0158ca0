import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { childrenOf } from '../../test/fixtures/start.ts';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { connect } from './connect.ts';
import {
  call,
  configured,
  connected,
  expectNoChildren,
  http,
  noProxy,
  scripted,
  served,
  stdio,
  text,
} from './connecting.fixture.ts';
import { groupAlive } from './group.ts';

afterAll(expectNoChildren);

const legacy = { type: 'stdio', mode: { kind: 'legacy' } } as const;

test('a server of 2025 is spoken to in its own protocol, and that is remembered', async () => {
  const connection = await connected(stdio('echo'));
  expect(connection).toMatchObject({ era: 'legacy', protocolVersion: '2025-11-25', way: legacy });
  expect(await text(connection, 'echo', { message: 'hello' })).toBe('hello');
});

test('a server of 2026 is spoken to in its own protocol, and its answer is remembered', async () => {
  const connection = await connected(stdio('modern-stdio'));
  expect(connection).toMatchObject({ era: 'modern', protocolVersion: '2026-07-28' });
  expect(await text(connection, 'era')).toBe('2026-07-28');

  const again = await connected(stdio('modern-stdio'), { remembered: connection.way });
  expect(again.era).toBe('modern');
  expect(again.way).toEqual(connection.way);
  expect(await text(again, 'echo', { message: 'again' })).toBe('again');
});

test('a server that thinks too long about the first question, and then turns out to be modern, is modern', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcpx-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const late = join(folder, 'late.mjs');
  const modern = stdio('modern-stdio');
  const [path] = (modern.target as { args: string[] }).args;
  writeFileSync(late, `setTimeout(() => import(${JSON.stringify(`file://${path}`)}), 2500);`);
  const server = { ...modern, target: { ...modern.target, args: [late] } as typeof modern.target };
  const connection = await connected(server);
  expect(connection.era).toBe('modern');
  expect(await text(connection, 'echo', { message: 'late' })).toBe('late');
});

test('a server that dies of the first question is started again and spoken to as before', async () => {
  const connection = await connected(stdio('dies-on-unknown'));
  expect(connection.way).toEqual(legacy);
  expect(await text(connection, 'echo', { message: 'alive' })).toBe('alive');
});

test('a server that does not answer the first question is taken for an old one', async () => {
  const connection = await connected(stdio('mute-to-unknown'));
  expect(connection.way).toEqual(legacy);
});

test('a remembered way that has become wrong is left for the right one', async () => {
  const connection = await connected(stdio('modern-stdio'), { remembered: legacy });
  expect(connection.era).toBe('modern');
});

test('HTTP in both eras', async () => {
  const old = await served('legacy-http');
  const modern = await served('modern-http');
  expect(await connected(http(old.url))).toMatchObject({ era: 'legacy', way: { type: 'http' } });
  expect(await connected(http(modern.url))).toMatchObject({ era: 'modern', way: { type: 'http' } });
});

test('a server that only speaks HTTP+SSE is reached all the same, at once the next time', async () => {
  const { url } = await served('sse-only', 'root');
  const connection = await connected(http(url));
  expect(connection.way).toEqual({ type: 'sse', mode: { kind: 'legacy' } });
  expect(await text(connection, 'echo', { message: 'old' })).toBe('old');
  const again = await connected(http(url), { remembered: connection.way });
  expect(await text(again, 'echo', { message: 'again' })).toBe('again');
});

async function refusal(server: Parameters<typeof connected>[0]): Promise<McpxError> {
  const thrown = await connected(server).catch(error => error);
  expect(thrown).toBeInstanceOf(McpxError);
  return thrown as McpxError;
}

test('a server that ends at once says with which code and what it wrote', async () => {
  const error = await refusal(stdio('exits-at-start'));
  expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
  expect(error.message).toContain('server "tested" exited with code 3; its last words: fatal: FIXTURE_TOKEN');
  expect(error.data).toEqual({
    stderr: ['fatal: FIXTURE_TOKEN is not set', 'see https://example.com/setup'],
  });
});

test('the deadline ends an attempt, and its process', async () => {
  const started = performance.now();
  const error = await refusal({ ...stdio('never-initializes'), connectTimeoutMs: 2_500 });
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', data: { stderr: [] } });
  expect(error.message).toBe('server "tested" did not answer within 2.5 s');
  expect(performance.now() - started).toBeLessThan(25_000);
});

test('cancelling ends an attempt with the reason given', async () => {
  const cancellation = new Cancellation();
  const connecting = connect({ server: stdio('never-initializes'), proxy: noProxy, cancellation });
  const reason = new McpxError('SHUTTING_DOWN', 'enough');
  setImmediate(() => cancellation.cancel(reason));
  await expect(connecting).rejects.toBe(reason);
});

test('what was cancelled before it began starts nothing', async () => {
  const cancellation = new Cancellation();
  const reason = new McpxError('SHUTTING_DOWN', 'too late');
  cancellation.cancel(reason);
  const before = childrenOf(process.pid);
  await expect(connect({ server: stdio('echo'), proxy: noProxy, cancellation })).rejects.toBe(reason);
  expect(childrenOf(process.pid)).toEqual(before);
});

test('a server that asks for credentials is told apart, and reached with them', async () => {
  const { url } = await served('legacy-http', 'require-bearer=secret');
  const error = await refusal(http(url));
  expect(error.code).toBe('UPSTREAM_NEEDS_AUTH');
  expect(error.message).toBe('server "tested" asks for authorisation (HTTP status 401)');
  const connection = await connected(http(url, { Authorization: 'Bearer secret' }));
  const headers = JSON.parse(await text(connection, 'headers')) as Record<string, string>;
  expect(headers['authorization']).toBe('Bearer secret');
});

test.each([
  ['500', 'server "tested" answered with HTTP status 500'],
  ['not-mcp', /server "tested"/],
])('an address where %s answers is unavailable', async (mode, message) => {
  const { url } = await served('broken-http', mode);
  const error = await refusal(http(url));
  expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
  expect(error.message).toMatch(message);
});

test('an address where nothing answers, and one where nothing listens', async () => {
  const { url, stop } = await served('broken-http', 'hang');
  const silent = await refusal({ ...http(url), connectTimeoutMs: 300 });
  expect(silent.message).toBe('server "tested" did not answer within 0.3 s');
  await stop();
  const gone = await refusal(http(url));
  expect(gone.message).toBe(`server "tested": nothing listens at ${new URL(url).host}`);
});

test('a command that does not exist', async () => {
  const server = stdio('echo');
  const error = await refusal({
    ...server,
    target: { ...server.target, command: 'no-such-command' } as typeof server.target,
  });
  expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  expect(error.message).toContain('the command "no-such-command" was not found on PATH');
});

test('a server that is killed fails every call in flight, and the connection says why', async () => {
  const connection = await connected(stdio('hangs-in-call'));
  const lost = new Promise<McpxError>(resolve => {
    connection.onclose = resolve;
  });
  const calls = Array.from({ length: 50 }, () => call(connection, 'hang').catch(error => error.message));
  process.kill(connection.pid!, 'SIGKILL');
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['server "tested" was ended by SIGKILL']));
  expect((await lost).code).toBe('UPSTREAM_LOST');
  expect(connection.closed).toBe(true);
  await expect(call(connection, 'echo')).rejects.toMatchObject({ code: 'UPSTREAM_LOST' });
});

test('a call that its server does not survive fails with exit code and last words', async () => {
  const connection = await connected(stdio('exits-during-call'));
  await expect(call(connection, 'die')).rejects.toMatchObject({
    code: 'UPSTREAM_LOST',
    message:
      'server "tested" exited with code 7; its last words: panic: out of luck |   at die (exits-during-call)',
  });
});

test('closing gives the server the time it is told, and calls the end our own', async () => {
  const connection = await connected(stdio('ignores-sigterm'));
  const pid = connection.pid!;
  const waiting = connection.open('no/such', {}).response.catch(error => error);
  await waiting;
  const started = performance.now();
  await connection.close(50);
  expect(performance.now() - started).toBeLessThan(1_500); // 50 to leave, 50 after SIGTERM; 2 s each by default
  expect(groupAlive(pid)).toBe(false);
});

test('a line longer than is read that is no message is dropped like any other noise', async () => {
  const connection = await connected(stdio('stdout-flood'));
  await expect(call(connection, 'flood', { mb: 70 })).resolves.toMatchObject({ content: [{ type: 'text' }] });
  expect(connection.closed).toBe(false);
});

test('an answer that is too long to be told apart ends the connection and says why', async () => {
  const answer = '{"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"';
  const script = `require('readline').createInterface({ input: process.stdin }).on('line', line => {
    const { id, method } = JSON.parse(line);
    if (method === 'initialize') console.log(JSON.stringify({ jsonrpc: '2.0', id, result:
      { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } } }));
    else if (method === 'tools/call')
      process.stdout.write(${JSON.stringify(answer)} + 'x'.repeat(70e6) + '"}],"z":"' + 'y'.repeat(2000) + '"}}\\n');
    else if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
  })`;
  const target = scripted(script);
  const connection = await connected(configured(target));
  await expect(call(connection, 'x', {})).rejects.toMatchObject({ code: 'RESULT_TOO_LARGE' });
  expect(connection.closed).toBe(true);
});

test('noise on stdout is skipped and harms nothing', async () => {
  const connection = await connected(stdio('noisy-stdout'));
  expect(await text(connection, 'echo', { message: 'heard' })).toBe('heard');
});

test('closing does not wait for a server that does not answer DELETE', async () => {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return; // never answered
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      const { id, method } = JSON.parse(body) as { id?: number; method: string };
      if (method === 'server/discover') return response.writeHead(400).end('no such method');
      if (id === undefined) return response.writeHead(202).end();
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        serverInfo: { name: 'x', version: '1' },
      };
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const connection = await connected(http(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`));
  const started = performance.now();
  await connection.close(100);
  expect(performance.now() - started).toBeLessThan(1_000);
  await new Promise<void>(resolve => server.close(() => resolve())); // resolves only when no socket is left
});
