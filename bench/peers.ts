import { setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { type Load, measure } from './lib/load.ts';
import { residentMb } from './lib/processes.ts';
import { printTable } from './lib/report.ts';
import { median } from './lib/statistics.ts';
import { everything, fixture, realServer, root, type ServerEntry } from './lib/subjects.ts';
import { callEcho, connected, type Start, startOf } from './peers/measures.ts';
import { page } from './peers/page.ts';
import { Run, type Subject, subjects } from './peers/subjects.ts';

type Servers = Record<string, ServerEntry>;

const good: Servers = {
  echo: fixture('echo'),
  everything: everything(),
  files: realServer('server-filesystem', join(root, 'examples/files')),
  memory: realServer('server-memory'),
};
/** Beside the good ones: one that never answers, one that ends, one with a wrong schema, one that writes what is no message. */
const hostile: Servers = {
  ...good,
  hangs: fixture('never-initializes'),
  ends: fixture('exits-at-start'),
  wrong: fixture('no-input-schema-type'),
  noisy: fixture('noisy-stdout'),
};
const starts = 5;
const load = { rounds: 6, sequential: 100, concurrent: 800, inFlight: 16 };

export interface PeerResult {
  subject: Pick<Subject, 'name' | 'version' | 'isBridge'>;
  start: Start;
  hostile?: Start;
  load?: Load;
  memoryMb?: number;
}

/** MCPX beside others that npm offers, on the same work; writes `docs/benchmarks.md`. */
export async function peers(): Promise<void> {
  setMaxListeners(0); // the official client leaves a listener for each request on its connection's signal
  const results: PeerResult[] = [];
  for (const subject of subjects) {
    const servers = subject.isBridge ? { echo: good['echo']! } : good;
    const start = await typical(subject, servers);
    const beside = subject.isBridge ? undefined : await typical(subject, hostile);
    results.push({ subject, start, ...(beside && { hostile: beside }) });
  }
  const direct = await calls(results);
  print(results, direct);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'CPU'}, Node ${process.versions.node}`;
  writeFileSync(join(root, 'docs/benchmarks.md'), page(results, direct, machine));
}

async function typical(subject: Subject, servers: Servers): Promise<Start> {
  const all: Start[] = [];
  for (let run = 0; run < starts; run++) {
    all.push(await startOf(subject, servers));
    if (all.at(-1)!.call === undefined) break; // it does not get there: once is enough
  }
  const middle = (pick: (start: Start) => number | undefined) => {
    const values = all.map(pick).filter(value => value !== undefined);
    return values.length < all.length ? undefined : median(values);
  };
  return {
    list: middle(({ list }) => list),
    call: middle(({ call }) => call),
    menu: middle(({ menu }) => menu),
  };
}

/** A small echo through each and directly, in interleaved blocks. Returns what it takes directly, over stdio. */
async function calls(results: PeerResult[]): Promise<Load> {
  const direct = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: 'legacy' } });
  const { command, args } = good['echo']!;
  await direct.connect(new StdioClientTransport({ command: command!, args: args!, stderr: 'ignore' }));
  const echo = { name: 'echo', arguments: { message: 'hello' } };
  const paths = [{ name: 'direct', call: () => direct.callTool(echo) as Promise<unknown> }];
  const running: { result: PeerResult; run: Run; client: Client }[] = [];
  for (const result of results) {
    const subject = subjects.find(({ name }) => name === result.subject.name)!;
    const run = await Run.start(subject, { echo: good['echo']! });
    const client = await connected(subject, run.url, performance.now() + 20_000);
    const answers = client && (await soon(() => callEcho(client, subject)));
    if (client === undefined || !answers) {
      await run.stop();
      continue;
    }
    running.push({ result, run, client });
    paths.push({ name: subject.name, call: () => callEcho(client, subject) });
  }
  const loads = await measure(paths, load);
  for (const { result, run, client } of running) {
    result.load = loads.get(result.subject.name);
    result.memoryMb = residentMb(run.child.pid!);
    await client.close().catch(() => {});
    await run.stop();
  }
  await direct.close();
  return loads.get('direct')!;
}

async function soon(call: () => Promise<unknown>): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    const done = await call().then(
      () => true,
      () => false,
    );
    if (done) return true;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}

function print(results: PeerResult[], direct: Load): void {
  console.log('beside others: 4 servers (36 tools) or, for bridges, one; HTTP in, stdio out');
  const ms = (value?: number) => (value === undefined ? 'never' : `${value.toFixed(0)} ms`);
  printTable([
    [
      '',
      'version',
      'menu',
      'first list',
      'first call',
      'call beside sick ones',
      'median',
      'p99',
      '16 at once',
      'memory',
    ],
    ...results.map(({ subject, start, hostile: beside, load: own, memoryMb }) => [
      subject.name,
      subject.version,
      start.menu === undefined ? '–' : `${start.menu} tokens`,
      ms(start.list),
      ms(start.call),
      beside === undefined ? '–' : ms(beside.call),
      own === undefined ? '–' : `${own.median.toFixed(2)} ms (${(own.median / direct.median).toFixed(1)}×)`,
      own === undefined ? '–' : `${own.p99.toFixed(1)} ms`,
      own === undefined ? '–' : `${own.throughput.toFixed(0)}/s`,
      memoryMb === undefined ? '–' : `${memoryMb.toFixed(0)} MB`,
    ]),
  ]);
}
