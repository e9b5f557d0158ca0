// Limits of calls, the breaker, and safe repetition.
import { createServer } from 'node:http';
import { expect, vi } from 'vitest';
import { errorOf, fixture, test, textOf } from './harness.ts';

const hangs = (settings: object) => ({ ...fixture('hangs-in-call'), ...settings });

test('a full server refuses at once, and another does not notice', async ({ place }) => {
  const client = await place.stdio('v1', {
    stuck: hangs({ concurrency: 1, queue: 1, timeoutMs: 60_000 }),
    echo: fixture('echo'),
  });
  await client.text('stuck.echo', { message: 'open' });
  const [running, waiting] = [new AbortController(), new AbortController()];
  void client.exec('stuck.hang', {}, { signal: running.signal }).catch(() => {});
  void client.exec('stuck.hang', {}, { signal: waiting.signal }).catch(() => {});
  const refused = await client.exec('stuck.echo', { message: 'one too many' });
  expect(errorOf(refused)).toMatchObject({ code: 'SERVER_BUSY', retryable: true });
  expect(textOf(refused)).toContain('server "stuck" is busy: 1 calls run and 1 wait');
  expect(await client.text('echo.echo', { message: 'free' })).toBe('free');
  waiting.abort();
  running.abort();
  await vi.waitFor(
    async () => expect(await client.text('stuck.echo', { message: 'free' })).toBe('free'),
    2_500,
  );
});

test('a call that was cancelled or took too long frees its place', async ({ place }) => {
  const client = await place.stdio('v1', { stuck: hangs({ concurrency: 1, timeoutMs: 300 }) });
  await client.text('stuck.echo', { message: 'open' });
  const cancelled = new AbortController();
  const hanging = client.exec('stuck.hang', {}, { signal: cancelled.signal });
  cancelled.abort();
  await expect(hanging).rejects.toThrow();
  expect(await client.text('stuck.echo', { message: 'one' })).toBe('one');
  expect(errorOf(await client.exec('stuck.hang'))).toMatchObject({ code: 'CALL_TIMEOUT' });
  expect(await client.text('stuck.echo', { message: 'two' })).toBe('two');
});

test('a server that crashes again and again is left alone for a while, then tried, and then back', async ({
  place,
}) => {
  const gateway = await place.serve({ crash: fixture('exits-during-call') });
  const client = await place.http('v1', gateway.url);
  const breaker = async () => {
    const { servers } = (await gateway.health()) as {
      servers?: { health: { breaker: { state: string } } }[];
    };
    return servers![0]!.health.breaker.state;
  };
  let crashes = 0; // a listing in between counts as a success
  while ((await breaker()) === 'closed' && crashes < 6) {
    expect(errorOf(await client.exec('crash.die'))).toMatchObject({ code: 'UPSTREAM_LOST' });
    crashes++;
  }
  expect(await breaker()).toBe('open');
  expect(crashes).toBeGreaterThanOrEqual(3);
  const refused = await client.exec('crash.echo', { message: 'x' });
  expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(textOf(refused)).toContain('exited with code 7');
  expect(textOf(refused)).toMatch(/It is left alone for another \d+ s\./);
  await vi.waitFor(async () => expect(await client.text('crash.echo', { message: 'x' })).toBe('x'), {
    timeout: 15_000,
    interval: 100,
  });
  expect(await breaker()).toBe('closed');
});

test('a server that says when to come back is believed', async ({ place }) => {
  const upstream = await place.fixtureHttp('legacy-http', 'json');
  let refusals = 0;
  const proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (body.includes('"tools/call"') && refusals++ < 1) {
      response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    }
    const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers;
    const answer = await fetch(upstream.url, {
      method: request.method,
      headers: headers as Record<string, string>,
      body: request.method === 'POST' ? body : undefined,
    });
    const type = answer.headers.get('content-type') ?? 'text/plain';
    const session = answer.headers.get('mcp-session-id');
    response.writeHead(answer.status, {
      'content-type': type,
      ...(session && { 'mcp-session-id': session }),
    });
    response.end(request.method === 'GET' ? undefined : Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  place.onClose(async () => void proxy.close());
  const { port } = proxy.address() as { port: number };
  const client = await place.stdio('v1', { busy: { url: `http://127.0.0.1:${port}/mcp` } });
  const started = performance.now();
  expect(await client.text('busy.echo', { message: 'patience' })).toBe('patience');
  expect(performance.now() - started).toBeGreaterThan(950);
  expect(refusals).toBe(2);
});
