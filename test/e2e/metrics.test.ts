import { expect, onTestFinished, test, vi } from 'vitest';
import { metrics } from '../../src/telemetry/metrics/table.ts';
import { readScrape } from '../fixtures/prometheus.ts';
import type { Gateway } from './gateway.ts';
import { fixture, Place } from './place.ts';

function place(): Place {
  const made = new Place();
  onTestFinished(() => made.close());
  return made;
}

async function scrape({ base }: Gateway, headers: Record<string, string> = {}) {
  const response = await fetch(`${base}/metrics`, { headers: { connection: 'close', ...headers } });
  const text = await response.text();
  return { status: response.status, ...readScrape(response.ok ? text : '') };
}

test('a scrape has every metric that is documented and no other, with what has happened', async () => {
  const here = place();
  const gateway = await here.serve({ echo: fixture('echo'), dying: fixture('exits-during-call') });
  await Promise.all([gateway.listed('echo'), gateway.listed('dying')]);
  const client = await here.http('v1', gateway.url);
  await client.tools();
  for (let i = 0; i < 3; i++) await client.exec('echo.echo', { message: 'hello' });
  await client.exec('echo.echo', {});
  await client.exec('dying.die');
  await client.inspect({ query: ['echo'] });
  await client.inspect({ query: ['zzzzqqqq'] });
  await fetch(gateway.url, { headers: { origin: 'http://evil.example', connection: 'close' } });
  const { status, names, value } = await scrape(gateway);
  expect(status).toBe(200);
  expect(names.sort()).toEqual(Object.keys(metrics).sort());
  expect(value('mcpx_calls_total', { server: 'echo', tool: 'echo', outcome: 'ok' })).toBe(3);
  expect(value('mcpx_calls_total', { server: 'dying', tool: 'die', outcome: 'failed' })).toBe(1);
  expect(value('mcpx_call_duration_seconds_count', { server: 'echo' })).toBe(3);
  expect(value('mcpx_errors_total', { code: 'BAD_ARGUMENTS' })).toBe(1);
  expect(value('mcpx_errors_total', { code: 'UPSTREAM_LOST' })).toBe(1);
  expect(value('mcpx_refused_total', { code: 'FORBIDDEN_ORIGIN' })).toBe(1);
  expect([value('mcpx_searches_total'), value('mcpx_search_misses_total')]).toEqual([2, 1]);
  expect(value('mcpx_requests_total', { request: 'exec', outcome: 'ok' })).toBe(3);
  expect(value('mcpx_server_state', { server: 'echo', state: 'ready' })).toBe(1);
  expect(value('mcpx_server_tools', { server: 'echo' })).toBe(2);
  expect(value('mcpx_breaker_state', { server: 'echo', state: 'closed' })).toBe(1);
  expect(value('mcpx_pool_connections', { server: 'echo', state: 'idle' })).toBe(1);
  expect(value('mcpx_sessions')).toBe(1);
  expect(value('mcpx_tokens_in_total', { server: 'echo' })).toBeGreaterThan(3);
  expect(value('mcpx_tokens_out_total', { kind: 'menu' })).toBeGreaterThan(300);
  expect(value('mcpx_tokens_out_total', { kind: 'results' })).toBeGreaterThan(0);
  expect(value('mcpx_processes', { server: 'echo' })).toBeGreaterThan(0);
  expect(value('mcpx_child_memory_bytes', { server: 'echo', process: '0' })).toBeGreaterThan(10_000_000);
  expect(value('mcpx_child_cpu_seconds_total', { server: 'echo', process: '0' })).toBeGreaterThanOrEqual(0);
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(value('mcpx_event_loop_delay_seconds', { quantile: '0.99' })).toBeGreaterThan(0);
  expect(value('mcpx_build_info', { node: process.version })).toBe(1);
  await vi.waitFor(
    async () =>
      expect((await scrape(gateway)).value('mcpx_server_stderr_lines_total', { server: 'dying' })).toBe(2),
    { timeout: 10_000 },
  );
});

test('where there are keys, metrics need one as well', async () => {
  const keys = { prometheus: '${env:KEY}' };
  const gateway = await place().serve({}, { gateway: { keys }, env: { KEY: 'key-of-prometheus' } });
  expect((await scrape(gateway)).status).toBe(401);
  const { status, names } = await scrape(gateway, { authorization: 'Bearer key-of-prometheus' });
  expect(status).toBe(200);
  expect(names).toContain('mcpx_build_info');
});

test('metrics that are not wanted are not there', async () => {
  const gateway = await place().serve({}, { gateway: { metrics: { enabled: false } } });
  expect((await scrape(gateway)).status).toBe(404);
});
