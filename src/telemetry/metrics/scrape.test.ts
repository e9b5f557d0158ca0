import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readScrape } from '../../../test/fixtures/prometheus.ts';
import { learnSecrets } from '../../secrets.ts';
import { publish } from '../events.ts';
import type { CallNote } from '../notes.ts';
import { Scrape, type ScrapeOptions } from './scrape.ts';
import { metrics } from './table.ts';

const root = join(import.meta.dirname, '../../..');

function scraped(options: Partial<ScrapeOptions> = {}) {
  const scrape = new Scrape({
    maxTools: 50,
    look: () => ({ version: '1', tools: 0, servers: new Map() }),
    usageOf: async pid => ({ bytes: pid, cpuSeconds: 1 }),
    ...options,
  });
  onTestFinished(() => scrape.close());
  return scrape;
}

const ended = (server: string, tool: string): CallNote => ({
  principal: 'p',
  client: 'c',
  server,
  tool,
  method: 'tools/call',
  params: {},
  at: 0,
  queueMs: 1,
  upstreamMs: 2,
  sent: 3,
  received: 4,
  attempts: 1,
  ms: 3,
  outcome: 'ok',
});

/** The samples of one metric. */
async function samples(scrape: Scrape, name: string) {
  return readScrape(await scrape.text()).samples.filter(sample => sample.name === name);
}

test('ten thousand tools do not become ten thousand series, and no call is lost', async () => {
  const scrape = scraped();
  for (let i = 0; i < 10_000; i++) publish('call.ended', ended('s', `tool ${i}`));
  const calls = await samples(scrape, 'mcpx_calls_total');
  expect(calls).toHaveLength(51);
  expect(calls.find(({ labels }) => labels['tool'] === 'other')?.value).toBe(9_950);
  expect((await scrape.text()).split('\n').length).toBeLessThan(1_000);
});

test('nor do codes and methods that others make up', async () => {
  const scrape = scraped();
  for (let i = 0; i < 10_000; i++) {
    const request = { id: 'i', principal: 'p', client: 'c', era: 'legacy', transport: 'tcp' } as const;
    publish('request.ended', {
      ...request,
      method: `m${i}`,
      params: {},
      startedAt: 0,
      calls: 0,
      ms: 1,
      code: i,
    });
  }
  expect(await samples(scrape, 'mcpx_errors_total')).toHaveLength(101);
  expect(await samples(scrape, 'mcpx_requests_total')).toHaveLength(51);
});

test('a name that holds a secret, or what a terminal would obey, is shown without it', async () => {
  learnSecrets(['a-secret-of-metrics']);
  const scrape = scraped();
  publish('call.ended', ended('s', 'steal a-secret-of-metrics\x1b[31m"\n'));
  const [call] = await samples(scrape, 'mcpx_calls_total');
  expect(call?.labels['tool']).toBe('steal [secret]" ');
});

test('processes are told apart by small numbers, which are used again', async () => {
  const scrape = scraped();
  const start = (pid: number) => publish('process.started', { server: 's', pid });
  const end = (pid: number) => publish('process.ended', { server: 's', pid, code: 0, signal: null, ms: 1 });
  start(11);
  start(12);
  end(11);
  start(13);
  const memory = await samples(scrape, 'mcpx_child_memory_bytes');
  const bySlot = Object.fromEntries(memory.map(({ labels, value }) => [labels['process'], value]));
  expect(bySlot).toEqual({ 0: 13, 1: 12 });
  for (let pid = 100; pid < 300; pid++) start(pid);
  expect(await samples(scrape, 'mcpx_child_memory_bytes')).toHaveLength(64);
  expect((await samples(scrape, 'mcpx_processes'))[0]?.value).toBe(202);
});

test('a server that is gone from the configuration is in no state', async () => {
  const nothing = { busy: 0, idle: 0, spare: 0, opening: 0, waiting: 0 };
  const sight = {
    state: 'ready',
    tools: 1,
    breaker: 'closed',
    pool: nothing,
    calls: { running: 0, waiting: 0 },
  } as const;
  const servers = new Map([['s', sight]]);
  const scrape = scraped({ look: () => ({ version: '1', tools: 1, servers }) });
  expect(await samples(scrape, 'mcpx_server_state')).toHaveLength(7);
  servers.clear();
  expect(await samples(scrape, 'mcpx_server_state')).toEqual([]);
});

test.for(['deploy/grafana/mcpx.json', 'deploy/prometheus/alerts.yml'])(
  '%s asks only for metrics that there are',
  path => {
    const text = readFileSync(join(root, path), 'utf8');
    const named = [...text.matchAll(/\b((?:mcpx|process)_[a-z_]+)\b/g)].map(([, name]) => name!);
    const known = new Set(
      Object.entries(metrics).flatMap(([name, { type }]) =>
        type === 'histogram' ? [`${name}_bucket`] : [name],
      ),
    );
    expect(named.filter(name => !known.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  },
);

test('the dashboard shows every metric', () => {
  const text = readFileSync(join(root, 'deploy/grafana/mcpx.json'), 'utf8');
  expect(Object.keys(metrics).filter(name => !text.includes(name))).toEqual([
    'mcpx_search_duration_seconds',
    'mcpx_server_tools',
    'mcpx_sessions_opened_total',
    'mcpx_session_duration_seconds',
    'process_start_time_seconds',
  ]);
});
