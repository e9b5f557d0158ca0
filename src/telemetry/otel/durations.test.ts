import {
  AggregationTemporality,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, onTestFinished, test } from 'vitest';
import { publish } from '../events.ts';
import type { CallNote } from '../notes.ts';
import { measureEvents } from './durations.ts';

test('ten thousand tools, servers and codes do not become ten thousand series', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({ readers: [reader] });
  const end = measureEvents(provider.getMeter('test'), 50);
  onTestFinished(async () => {
    end();
    await provider.shutdown();
  });
  const call = (n: number): CallNote => ({
    principal: 'p',
    client: 'c',
    server: 's',
    method: 'tools/call',
    tool: `tool ${n}`,
    params: {},
    at: 0,
    queueMs: 0,
    upstreamMs: 0,
    sent: 0,
    received: 0,
    attempts: 1,
    ms: 1,
  });
  for (let n = 0; n < 10_000; n++) {
    publish('call.answered', { call: call(n), carrier: {}, ms: 1, outcome: 'ok' });
    publish('call.answered', { call: call(0), carrier: {}, ms: 1, outcome: 'rpc_error', code: n });
  }
  await reader.forceFlush();
  const counts = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .flatMap(({ dataPoints }) => dataPoints.map(({ value }) => (value as Histogram).count));
  expect(counts).toHaveLength(50 + 1 + 100 + 1); // each kind, and what is too much for it
  expect(counts.reduce((sum, count) => sum + count)).toBe(20_000);
});
