import { setTimeout as sleep } from 'node:timers/promises';
import { printTable } from './lib/report.ts';
import { slope } from './lib/statistics.ts';
import { Actors } from './soak/actors.ts';
import { type Holdings, Inside } from './soak/inside.ts';
import { servers, settings, settleMs } from './soak/subject.ts';

const warmUpMs = 15_000;
const sampleMs = 4_000;
/** After a collection the heap still moves by this much, in megabytes a minute: a leak of one session is more. */
const noiseMbPerMinute = 1;

interface Sample extends Holdings {
  at: number;
  sessions: number;
}

/** Connects, calls, leaves, crashes and hangs for some minutes, 2 when left out, and reports what has stayed behind. */
export async function soak([minutes = '2', ...rest]: string[]): Promise<void> {
  const ms = Number(minutes) * 60_000;
  if (!(ms > 0) || rest.length > 0) throw new Error('npm run bench -- soak [MINUTES]');
  const gateway = await Inside.start(servers, settings);
  const actors = new Actors(gateway.url);
  await actors.act(warmUpMs);
  await sleep(settleMs);
  const before = await gateway.holdings();
  const samples: Sample[] = [];
  const started = performance.now();
  const sampler = setInterval(async () => {
    const at = performance.now() - started;
    samples.push({ ...(await gateway.holdings()), at, sessions: actors.sessions });
  }, sampleMs);
  await actors.act(ms);
  clearInterval(sampler);
  await sleep(settleMs);
  const after = await gateway.holdings();
  const code = await gateway.stop();
  report(minutes, actors, before, after, samples);
  judge(before, after, samples, gateway.servers().length, code);
}

function report(minutes: string, actors: Actors, before: Holdings, after: Holdings, samples: Sample[]): void {
  console.log(`${minutes} minutes: ${actors.summary()}`);
  const most = (name: keyof Holdings) => Math.max(...samples.map(sample => sample[name]));
  const whole = (['processes', 'descriptors', 'timers', 'listeners'] as const).map(name => [
    name,
    ...[before[name], most(name), after[name]].map(String),
  ]);
  const memory = (['heapMb', 'residentMb'] as const).map(name => [
    name === 'heapMb' ? 'heap' : 'resident memory',
    ...[before[name], most(name), after[name]].map(mb => `${mb.toFixed(1)} MB`),
  ]);
  printTable([['', 'before', 'most', 'after'], ...whole, ...memory]);
  console.log(`heap: ${heapSlope(samples).toFixed(2)} MB a minute\n`);
}

/** Megabytes a minute, of the later two thirds: first come caches that fill once. */
function heapSlope(samples: Sample[]): number {
  const late = samples.slice(Math.floor(samples.length / 3));
  return slope(late.map(({ at, heapMb }) => [at / 60_000, heapMb]));
}

/** Says what stayed behind, and ends with 1 if anything did. */
function judge(before: Holdings, after: Holdings, samples: Sample[], left: number, code: number): void {
  const complaints = [
    after.processes > 0 && `${after.processes} processes were still there when nobody used them`,
    left > 0 && `${left} processes outlived the gateway`,
    after.descriptors > before.descriptors &&
      `${after.descriptors - before.descriptors} descriptors stayed open`,
    after.listeners > before.listeners && `${after.listeners - before.listeners} listeners stayed`,
    after.timers > before.timers && `${after.timers - before.timers} timers stayed`,
    heapSlope(samples) > noiseMbPerMinute && `the heap grew by ${heapSlope(samples).toFixed(2)} MB a minute`,
    code !== 0 && `the gateway ended with code ${code}`,
  ].filter(complaint => complaint !== false);
  for (const complaint of complaints) console.log(`LEAK: ${complaint}`);
  if (complaints.length > 0) process.exitCode = 1;
  else console.log('nothing stayed behind');
}
