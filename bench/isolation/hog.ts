import { Agent } from 'node:http';
import { startGateway } from '../lib/gateway.ts';
import { execModern } from '../lib/raw-http.ts';
import { printTable } from '../lib/report.ts';
import { median, quantile } from '../lib/statistics.ts';
import { fixture } from '../lib/subjects.ts';
import { openLoop } from './open-loop.ts';

const rate = 100;
const blockMs = 5_000;
const rounds = 4;
const places = 32;

/** Calls of one server while all places of another are taken by calls that never end, and while they are not, by turns. */
export async function besideHog(): Promise<void> {
  const { url, stop } = await startGateway({
    hog: { ...fixture('hangs-in-call'), concurrency: places, queue: places },
    echo: fixture('echo'),
  });
  const agent = new Agent({ keepAlive: true });
  const call = () => execModern(`${url}?client=caller`, agent, 'echo.echo', { message: 'hello' });
  const alone: number[] = [];
  const beside: number[] = [];
  await openLoop(call, rate, blockMs); // warm
  for (let round = 0; round < rounds; round++) {
    alone.push(...(await openLoop(call, rate, blockMs)).map(({ ms }) => ms));
    const hogs = new Agent();
    const stuck = Array.from({ length: 2 * places }, () =>
      execModern(`${url}?client=hog`, hogs, 'hog.hang', {}).catch(() => {}),
    );
    beside.push(...(await openLoop(call, rate, blockMs)).map(({ ms }) => ms));
    hogs.destroy();
    await Promise.all(stuck);
  }
  agent.destroy();
  await stop();
  console.log(`${rate} calls a second of one server, while ${2 * places} calls of another never end`);
  const row = (name: string, ms: number[]) => [
    name,
    String(ms.length),
    `${median(ms).toFixed(2)} ms`,
    `${quantile(ms, 0.99).toFixed(2)} ms`,
  ];
  printTable([['', 'calls', 'median', 'p99'], row('alone', alone), row('beside it', beside)]);
  console.log();
}
