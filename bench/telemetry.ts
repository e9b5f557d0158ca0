import { Agent } from 'node:http';
import { type Running, startGateway } from './lib/gateway.ts';
import { atOnce } from './lib/load.ts';
import { cpuMicros, residentMb } from './lib/processes.ts';
import { execModern } from './lib/raw-http.ts';
import { printTable } from './lib/report.ts';
import { median, shuffled } from './lib/statistics.ts';
import { fixture } from './lib/subjects.ts';

const off = {
  log: { level: 'silent' },
  metrics: { enabled: false },
  history: { enabled: false },
  audit: { enabled: false },
};
const subjects: Record<string, object> = {
  off,
  log: { ...off, log: {} },
  metrics: { ...off, metrics: {} },
  'history in memory': { ...off, history: {} },
  'history on disk': { ...off, history: { onDisk: true } },
  'as it is by default': {},
  'all, on disk': { history: { onDisk: true } },
};

const rounds = 40;
const callsInRound = 1_500;
const inFlight = 32;

interface Subject {
  name: string;
  gateway: Running;
  /** Calls a second. */
  rates: number[];
  /** Microseconds of processor time for a call, all threads together. */
  cpu: number[];
}

/** What it costs to watch: the same calls through gateways that tell, count and remember, and one that does not. */
export async function telemetry(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const all = await Promise.all(
    Object.entries(subjects).map(async ([name, gateway]): Promise<Subject> => {
      const started = await startGateway({ echo: fixture('echo') }, { gateway });
      return { name, gateway: started, rates: [], cpu: [] };
    }),
  );
  const call = ({ gateway }: Subject) => execModern(gateway.url, agent, 'echo.echo', { message: 'hello' });
  for (const subject of all) await atOnce(() => call(subject), 2 * callsInRound, inFlight); // warm
  for (let round = 0; round < rounds; round++) {
    for (const subject of shuffled(all)) {
      const { pid } = subject.gateway;
      const before = cpuMicros(pid);
      subject.rates.push(await atOnce(() => call(subject), callsInRound, inFlight));
      subject.cpu.push((cpuMicros(pid) - before) / callsInRound);
    }
  }
  report(all);
  agent.destroy();
  await Promise.all(all.map(({ gateway }) => gateway.stop()));
}

function report(all: Subject[]): void {
  const [first] = all;
  /** Beside the first in the same round: whatever else the machine did then, it did to both. */
  const beside = (mine: number[], its: number[]) =>
    `${median(mine.map((value, round) => value / its[round]!)).toFixed(2)}×`;
  const rows = all.map(({ name, gateway, rates, cpu }) => [
    name,
    `${median(rates).toFixed(0)}/s`,
    beside(rates, first!.rates),
    `${median(cpu).toFixed(1)} µs`,
    beside(cpu, first!.cpu),
    `${residentMb(gateway.pid).toFixed(0)} MB`,
  ]);
  console.log(`HTTP to stdio, ${inFlight} in flight, medians of ${rounds} rounds of ${callsInRound} calls`);
  printTable([['watched', 'rate', '', 'our CPU a call', '', 'memory'], ...rows]);
}
