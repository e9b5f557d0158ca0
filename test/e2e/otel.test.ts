// A real collector gets one trace across client, gateway and server, and durations; where nothing is configured, nothing.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { Collector, type Span } from '../fixtures/otlp.ts';
import { execRaw, fixture, type Gateway, type Place, root, test } from './harness.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;
const servers = { told: fixture('tells-trace'), echo: fixture('echo'), dying: fixture('exits-during-call') };

async function collector(place: Place) {
  const made = new Collector();
  place.onClose(async () => made.close());
  return { collector: made, url: await made.listen() };
}

/** A gateway that sends to a collector, and a client of it. */
async function traced(place: Place, otel: Record<string, unknown> = {}) {
  const { collector: to, url } = await collector(place);
  const gateway = await place.serve(servers, { gateway: { otel: { endpoint: url, ...otel } } });
  await Promise.all(Object.keys(servers).map(name => gateway.listed(name)));
  const client = await place.rawHttp('modern', gateway.url);
  /** What has been told when all of it was. */
  const spans = async () => {
    await gateway.stop();
    return to.spans;
  };
  return { collector: to, gateway, client, spans };
}

const called = (spans: Span[], name: string) => spans.filter(span => span.name === name);
const only = (spans: Span[], name: string) => {
  const found = called(spans, name);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const sensitive = ['gen_ai.tool.call.arguments', 'gen_ai.tool.call.result', 'mcp.session.id'];

test('one trace goes from the client over the gateway to the server', async ({ place }) => {
  const { client, spans } = await traced(place);
  const context = { traceparent, tracestate: 'a=1', baggage: 'k=v' };
  const { result } = await execRaw(client, 'told.trace', {}, context);
  const [{ text }] = result!['content'] as [{ text: string }];
  const seen = JSON.parse(text) as Record<string, string>;
  const all = await spans();
  const [server, call] = [only(all, 'tools/call exec'), only(all, 'tools/call trace')];
  expect([server.kind, server.trace, server.parent]).toEqual(['SERVER', trace, 'b7ad6b7169203331']);
  expect([call.kind, call.trace, call.parent]).toEqual(['CLIENT', trace, server.id]);
  expect(seen).toEqual({ traceparent: `00-${trace}-${call.id}-01`, tracestate: 'a=1', baggage: 'k=v' });
  expect([server.state, call.state]).toEqual(['a=1', 'a=1']);
  expect(call.start >= server.start && call.end <= server.end).toBe(true);
  expect(server.resource).toMatchObject({ 'service.name': 'mcpx', 'service.version': expect.any(String) });
  expect(server.attributes).toEqual({
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'exec',
    'jsonrpc.request.id': expect.any(String),
    'mcp.protocol.version': '2026-07-28',
    'network.transport': 'tcp',
    'mcpx.request.id': expect.stringMatching(/^[0-9a-f]{10}-/),
    'mcpx.principal': 'local',
    'mcpx.client': 'raw',
  });
  expect(call.attributes).toEqual({
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'trace',
    'mcp.protocol.version': '2025-11-25',
    'network.transport': 'pipe',
    'mcpx.server': 'told',
  });
});

test('a server over HTTP has it in its headers as well', async ({ place }) => {
  const { collector: to, url } = await collector(place);
  const { url: remote } = await place.fixtureHttp('legacy-http');
  const gateway = await place.serve({ remote: { url: remote } }, { gateway: { otel: { endpoint: url } } });
  await gateway.listed('remote');
  const client = await place.rawHttp('modern', gateway.url);
  const { result } = await execRaw(client, 'remote.headers', {}, { traceparent });
  await gateway.stop();
  const call = only(to.spans, 'tools/call headers');
  const { hostname, port } = new URL(remote);
  expect(call.attributes).toMatchObject({
    'network.transport': 'tcp',
    'server.address': hostname,
    'server.port': Number(port),
  });
  expect(JSON.stringify(result)).toContain(`00-${trace}-${call.id}-01`);
});

test('without a client that traces a trace begins here, which the log names too', async ({ place }) => {
  const { client, gateway, spans } = await traced(place);
  await execRaw(client, 'echo.echo', { message: 'hello' });
  const [server] = called(await spans(), 'tools/call exec');
  expect(server!.parent).toBe('');
  const line = gateway.err.split('\n').find(text => text.includes('echo.echo: ok'))!;
  expect(JSON.parse(line)).toMatchObject({
    trace: server!.trace,
    request: server!.attributes['mcpx.request.id'],
  });
});

test('the trace of the HTTP request is linked, or the parent where there is no other', async ({ place }) => {
  const { client, gateway, spans } = await traced(place);
  const http = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
  const outer = await place.rawHttp('modern', gateway.url, http);
  await execRaw(outer, 'told.trace', {}, { traceparent });
  await execRaw(outer, 'told.trace');
  await execRaw(client, 'told.trace', {}, { traceparent: 7, baggage: ['x'], tracestate: {} });
  const [linked, child, alone] = called(await spans(), 'tools/call exec');
  const outerId = { trace: '1'.repeat(32), id: '2'.repeat(16) };
  expect([linked!.trace, linked!.links]).toEqual([trace, [outerId]]);
  expect([child!.trace, child!.parent, child!.links]).toEqual([outerId.trace, outerId.id, []]);
  expect([alone!.parent, alone!.links]).toEqual(['', []]);
  expect(gateway.err).not.toContain('does not work');
});

test('what the client does not want sampled is not sent, and stays one trace', async ({ place }) => {
  const { client, spans } = await traced(place);
  const { result } = await execRaw(client, 'told.trace', {}, { traceparent: traceparent.replace(/1$/, '0') });
  expect(JSON.stringify(result)).toMatch(new RegExp(`00-${trace}-[0-9a-f]{16}-00`));
  expect(called(await spans(), 'tools/call exec')).toEqual([]);
});

test('what fails says with what', async ({ place }) => {
  const { client, spans } = await traced(place);
  await execRaw(client, 'dying.die');
  await execRaw(client, 'echo.nothing');
  const all = await spans();
  const call = only(all, 'tools/call die');
  expect([call.failed, call.attributes['error.type']]).toEqual([true, 'UPSTREAM_LOST']);
  const types = called(all, 'tools/call exec').map(span => [span.failed, span.attributes['error.type']]);
  expect(types).toEqual([
    [true, 'UPSTREAM_LOST'],
    [true, 'UNKNOWN_TOOL'],
  ]);
});

test('arguments, results and sessions are told only where that is asked for', async ({ place }) => {
  const names = (all: Span[]) => new Set(all.flatMap(({ attributes }) => Object.keys(attributes)));
  const quiet = await traced(place);
  await execRaw(await place.rawHttp('legacy', quiet.gateway.url), 'echo.echo', { message: 'private words' });
  expect([...names(await quiet.spans())].filter(name => sensitive.includes(name))).toEqual([]);
  expect(Buffer.concat(quiet.collector.raw).includes('private words')).toBe(false);

  const open = await traced(place, { payloads: true });
  await execRaw(await place.rawHttp('legacy', open.gateway.url), 'echo.echo', { message: 'private words' });
  const all = await open.spans();
  expect([...names(all)]).toEqual(expect.arrayContaining(sensitive));
  expect(only(all, 'tools/call echo').attributes['gen_ai.tool.call.arguments']).toBe(
    '{"message":"private words"}',
  );
});

test('durations of requests, calls, sessions and connections are measured', async ({ place }) => {
  const { client, gateway, collector: to, spans } = await traced(place, { headers: { 'x-token': 'opens' } });
  await (await place.rawHttp('legacy', gateway.url)).request('ping');
  await execRaw(client, 'echo.echo', { message: 'hello' });
  await execRaw(client, 'dying.die');
  await spans();
  const of = (name: string) => to.measured.filter(each => each.name === name);
  expect(of('mcp.server.operation.duration')).toContainEqual({
    name: 'mcp.server.operation.duration',
    unit: 's',
    count: 1,
    sum: expect.any(Number),
    bounds: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
    attributes: {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'exec',
      'network.transport': 'tcp',
    },
  });
  expect(of('mcp.client.operation.duration').map(({ attributes }) => attributes)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ 'gen_ai.tool.name': 'echo', 'mcpx.server': 'echo' }),
      expect.objectContaining({ 'gen_ai.tool.name': 'die', 'error.type': 'UPSTREAM_LOST' }),
    ]),
  );
  expect(of('mcp.server.session.duration')).toHaveLength(1);
  expect(of('mcp.client.session.duration').length).toBeGreaterThan(0);
  expect(to.headers.every(headers => headers['x-token'] === 'opens')).toBe(true);
  expect(gateway.err).not.toContain('opens');
});

test('the environment configures it as well, over stdio too', async ({ place }) => {
  const { collector: to, url } = await collector(place);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SERVICE_NAME: 'mine' };
  const wire = await place.rawStdio('legacy', place.stdioCommand(servers, { env }));
  await vi.waitFor(
    async () => {
      const { result } = await execRaw(wire, 'told.trace');
      expect(JSON.stringify(result)).toContain('traceparent');
    },
    { timeout: 20_000 },
  );
  await execRaw(wire, 'told.trace'); // from its beginning
  await wire.end();
  const whole = () => expect(to.spans.some(({ kind }) => kind === 'SERVER')).toBe(true);
  await vi.waitFor(whole, { timeout: 10_000 });
  expect(to.spans[0]).toMatchObject({
    resource: { 'service.name': 'mine' },
    attributes: { 'network.transport': 'pipe' },
  });
});

test('a collector that is away is told, once, and nobody waits for it', async ({ place }) => {
  const { collector: to, url } = await collector(place);
  to.status = 401;
  const gateway = await place.serve(servers, {
    gateway: { otel: { endpoint: url, metrics: false } },
    env: { OTEL_BSP_SCHEDULE_DELAY: '50' },
  });
  await gateway.listed('echo');
  const client = await place.rawHttp('modern', gateway.url);
  const call = () => execRaw(client, 'echo.echo', { message: 'hello' });
  await call();
  await gateway.says(/OpenTelemetry \(traces\) does not work/);
  await call();
  to.status = 200;
  await vi.waitFor(
    async () => {
      await call();
      expect(gateway.err).toContain('OpenTelemetry (traces) works again');
    },
    { timeout: 20_000, interval: 100 },
  );
  await gateway.stop();
  expect(gateway.err.match(/does not work/g)).toHaveLength(1);
});

test('where its packages are not installed that is said, with what to do', async ({ place }) => {
  const alone = join(place.folder, 'alone');
  mkdirSync(alone);
  for (const name of ['dist', 'package.json'])
    cpSync(join(root, name), join(alone, name), { recursive: true });
  const gateway: Gateway = await place.serve(
    { echo: fixture('echo') },
    {
      gateway: { otel: { endpoint: 'http://127.0.0.1:9' } },
      command: [process.execPath, join(alone, 'dist/cli/main.js')],
    },
  );
  await gateway.says('npm install @opentelemetry/api');
  await gateway.listed('echo');
});
