import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { declaration } from '../src/compress/declaration.ts';
import { entry } from '../src/compress/signature.ts';
import type { Tool } from '../src/types.ts';
import { type Captured, listings } from '../test/fixtures/listings.ts';
import { printTable } from './lib/report.ts';
import { median, quantile } from './lib/statistics.ts';

type Show = (server: string, tool: Tool) => string;

const shows: [string, Show][] = [
  ['JSON', (_, tool) => JSON.stringify(tool)],
  ['signatures', entry],
  ['in full', declaration],
];
const rounds = 200;

/** What the tools of real servers cost in tokens as JSON, as signatures and in full, and how long printing one takes. */
export async function signatures(): Promise<void> {
  const captured = listings();
  const all = captured.flatMap(({ server, tools }) => tools.map(tool => ({ server, tool })));
  const rows = captured.map(({ server, tools }) => rowOf(server, [{ server, tools }]));
  console.log('tokens (o200k_base), and the share of the JSON that is saved');
  printTable([
    ['server', 'tools', 'JSON', 'signatures', 'saved', 'in full', 'saved'],
    ...rows,
    rowOf('all', captured),
  ]);
  console.log('µs for one tool');
  printTable([['', 'median', 'p99', 'against JSON.stringify'], ...timesOf(all)]);
}

function rowOf(name: string, captured: Captured[]): string[] {
  const [json, line, whole] = shows.map(([, show]) => tokensOf(captured, show)) as [number, number, number];
  const saved = (tokens: number) => `${(100 - (100 * tokens) / json).toFixed(0)} %`;
  const count = captured.flatMap(({ tools }) => tools).length;
  return [name, `${count}`, `${json}`, `${line}`, saved(line), `${whole}`, saved(whole)];
}

function tokensOf(captured: Captured[], show: Show): number {
  const texts = captured.flatMap(({ server, tools }) => tools.map(tool => show(server, tool)));
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

/** A row for each way to show a tool: each tool's own median, and of those the median and the 99th percentile. */
function timesOf(tools: { server: string; tool: Tool }[]): string[][] {
  const times = shows.map(([, show]) => tools.map(({ server, tool }) => timeOf(() => show(server, tool))));
  return times.map((own, index) => {
    const ratio = `${(median(own) / median(times[0]!)).toFixed(1)}×`;
    return [shows[index]![0], median(own).toFixed(1), quantile(own, 0.99).toFixed(1), ratio];
  });
}

/** The median time of one run, in µs. */
function timeOf(run: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const start = process.hrtime.bigint();
    run();
    return Number(process.hrtime.bigint() - start) / 1_000;
  });
  return median(times);
}
