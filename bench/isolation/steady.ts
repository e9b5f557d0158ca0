import { spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { startGateway } from '../lib/gateway.ts';
import { JsonLines } from '../lib/json-lines.ts';
import { printTable } from '../lib/report.ts';
import { median, quantile, shuffled } from '../lib/statistics.ts';
import { fixture } from '../lib/subjects.ts';
import { openLoop } from './open-loop.ts';
import { byTurns, isolations, threeOf } from './servers.ts';

const rounds = 4;
const blockMs = 14_000;
/** The start of a block, in which the pool learns how much is wanted, does not count. */
const settlingMs = 4_000;

const message = { message: 'hello' };

/** Blocks of calls at one rate, in an order that changes: shared, client, call, and a process for each call. */
export async function steadyRate(rate: number): Promise<void> {
  const echo = fixture('echo');
  const { url, stop } = await startGateway(threeOf(echo));
  const agent = new Agent({ keepAlive: true });
  const paths = [
    ...isolations.map(name => ({ name: `${name}`, call: byTurns(url, agent, `${name}.echo`, message) })),
    { name: 'a process per call', call: () => coldCall(echo.command!, echo.args!) },
  ];
  const times = new Map(paths.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, call } of shuffled(paths)) {
      const calls = await openLoop(call, rate, blockMs);
      times.get(name)!.push(...calls.filter(({ at }) => at >= settlingMs).map(({ ms }) => ms));
    }
  }
  agent.destroy();
  await stop();
  print(rate, times);
}

function print(rate: number, times: Map<string, number[]>): void {
  const shared = median(times.get('shared')!);
  const rows = [...times].map(([name, ms]) => [
    name,
    String(ms.length),
    `${median(ms).toFixed(2)} ms`,
    `${quantile(ms, 0.9).toFixed(2)} ms`,
    `${quantile(ms, 0.99).toFixed(2)} ms`,
    `${(median(ms) / shared).toFixed(2)}×`,
  ]);
  console.log(`a steady ${rate} calls a second over HTTP, a server over stdio`);
  printTable([['isolation', 'calls', 'median', 'p90', 'p99', 'median to shared'], ...rows]);
  console.log();
}

/** What a gateway does that starts a process for each call: start, handshake, call. */
async function coldCall(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const client = new JsonLines(child);
  await client.initialize();
  client.send({ id: 2, method: 'tools/call', params: { name: 'echo', arguments: message } });
  const { result } = await client.answer(2);
  if (result === undefined) throw new Error('the server refused the call');
  child.stdin?.end();
}
