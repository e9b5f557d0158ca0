import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { JsonLines } from '../lib/json-lines.ts';
import { residentMb } from '../lib/processes.ts';
import { printTable } from '../lib/report.ts';
import { median, quantile } from '../lib/statistics.ts';
import { everything, fixture, gateway, type ServerEntry, workplace } from '../lib/subjects.ts';

const runs = 15;

/** Milliseconds from the start of the process. */
interface Start {
  firstList: number;
  firstCall: number;
  memoryMb: number;
}

/** From the start of our process to the first `tools/list`, to the first answer of a tool, and our memory by then. */
export async function coldStarts(): Promise<void> {
  const good = { echo: fixture('echo'), everything: everything() };
  const beside = { ...good, mute: fixture('never-initializes') };
  const rows = [
    ['bare node, for comparison', ...described(await repeated(bareNode))],
    ['listings on disk', ...described(await repeated(warm(good)))],
    ['no listings on disk', ...described(await repeated(cold(good)))],
    ['on disk, beside a server that never answers', ...described(await repeated(warm(beside)))],
    ['none on disk, beside a server that never answers', ...described(await repeated(cold(beside)))],
  ];
  console.log(`cold start over stdio, ${runs} runs each`);
  printTable([['', 'first list', 'p90', 'first call', 'p90', 'memory'], ...rows]);
  console.log();
}

function cold(servers: Record<string, ServerEntry>): () => Promise<Start> {
  return () => {
    const { config, env } = workplace(servers);
    return start(config, env);
  };
}

function warm(servers: Record<string, ServerEntry>): () => Promise<Start> {
  const { config, env } = workplace(servers);
  return () => start(config, env);
}

async function repeated(once: () => Promise<Start>): Promise<Start[]> {
  await once(); // fills the disk cache, and the listings where they are kept
  const starts: Start[] = [];
  for (let run = 0; run < runs; run++) starts.push(await once());
  return starts;
}

function described(starts: Start[]): string[] {
  const ms = (pick: (start: Start) => number, q: number) => `${quantile(starts.map(pick), q).toFixed(0)} ms`;
  const memory = median(starts.map(({ memoryMb }) => memoryMb));
  return [
    ms(({ firstList }) => firstList, 0.5),
    ms(({ firstList }) => firstList, 0.9),
    ms(({ firstCall }) => firstCall, 0.5),
    ms(({ firstCall }) => firstCall, 0.9),
    `${memory.toFixed(0)} MB`,
  ];
}

async function start(config: string, env: Record<string, string>): Promise<Start> {
  const started = performance.now();
  const child = spawn(process.execPath, [gateway, 'stdio', '--quiet', '--config', config], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const client = new JsonLines(child);
  await client.initialize();
  client.send({ id: 2, method: 'tools/list' });
  await client.answer(2);
  const firstList = performance.now() - started;
  const params = { name: 'exec', arguments: { tool: 'echo.echo', arguments: { message: 'hello' } } };
  client.send({ id: 3, method: 'tools/call', params });
  const { result } = await client.answer(3);
  if (result?.isError) throw new Error(`the first call failed: ${JSON.stringify(result)}`);
  const firstCall = performance.now() - started;
  const memoryMb = residentMb(child.pid!);
  child.stdin?.end();
  await once(child, 'exit');
  return { firstList, firstCall, memoryMb };
}

async function bareNode(): Promise<Start> {
  const started = performance.now();
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up\\n"); process.stdin.resume()']);
  await once(child.stdout, 'data');
  const ms = performance.now() - started;
  const memoryMb = residentMb(child.pid!);
  child.stdin.end();
  await once(child, 'exit');
  return { firstList: ms, firstCall: Number.NaN, memoryMb };
}
