import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { startGateway } from '../lib/gateway.ts';
import { printTable } from '../lib/report.ts';
import { median, quantile } from '../lib/statistics.ts';
import { fixture } from '../lib/subjects.ts';
import { drawSizes, type Sizes } from './chart.ts';
import { openLoop, type Timed } from './open-loop.ts';
import { byTurns, isolations } from './servers.ts';

const workMs = 100;
const phases = [
  { name: 'before', factor: 0.4, ms: 12_000 },
  { name: 'step', factor: 2, ms: 15_000 },
  { name: 'after', factor: 0.4, ms: 15_000 },
];
const sampleMs = 100;
const chart = '.bench/isolation.svg';

/** The rate five times as high for a while, with a tool that takes 100 ms: latency, and connections over time. */
export async function stepInLoad(rate: number): Promise<void> {
  const sizes: Sizes[] = [];
  const rows: string[][] = [];
  for (const isolation of isolations) {
    const { latencies, size } = await underStep(isolation, rate);
    sizes.push({ name: isolation, samples: size });
    for (const { phase, ms } of latencies) {
      const counted = [
        String(ms.length),
        `${median(ms).toFixed(1)} ms`,
        `${quantile(ms, 0.99).toFixed(1)} ms`,
      ];
      rows.push([isolation, phase, ...counted]);
    }
  }
  mkdirSync('.bench', { recursive: true });
  writeFileSync(chart, drawSizes(sizes, loadOver(rate)));
  console.log(
    `${rate * 0.4} calls a second, ${rate * 2} for ${phases[1]!.ms / 1_000} s; each takes ${workMs} ms`,
  );
  printTable([['isolation', 'phase', 'calls', 'median', 'p99'], ...rows]);
  console.log(`connections over time: ${chart}\n`);
}

async function underStep(isolation: string, rate: number) {
  const { url, stop } = await startGateway({ s: { ...fixture('progress'), isolation } });
  const agent = new Agent({ keepAlive: true });
  const call = byTurns(url, agent, 's.work', { steps: 2, ms: workMs });
  const started = performance.now();
  const size: { at: number; total: number }[] = [];
  const sampler = setInterval(async () => {
    const at = performance.now() - started;
    const total = await poolSize(url).catch(() => undefined);
    if (total !== undefined) size.push({ at, total });
  }, sampleMs);
  const latencies: { phase: string; ms: number[] }[] = [];
  for (const { name, factor, ms } of phases) {
    const calls: Timed[] = await openLoop(call, rate * factor, ms);
    latencies.push({ phase: name, ms: calls.map(timed => timed.ms) });
  }
  clearInterval(sampler);
  agent.destroy();
  await stop();
  return { latencies, size };
}

async function poolSize(url: string): Promise<number> {
  const response = await fetch(new URL('/healthz', url));
  const { servers } = (await response.json()) as { servers: { pool: { total: number } }[] };
  return servers[0]!.pool.total;
}

function loadOver(rate: number): { from: number; to: number; rate: number }[] {
  let from = 0;
  return phases.map(({ factor, ms }) => {
    const phase = { from, to: from + ms, rate: rate * factor };
    from += ms;
    return phase;
  });
}
