import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { exists, namespaceOf, type ProcessStat, statOf } from '../proc.ts';
import { until } from './group.ts';
import { sweepNoted } from './ledger.ts';
import { lives, type Mark, markIn, ourselves } from './marker.ts';
import { noteIn } from './watchdog.ts';

/**
 * Ends what gateways that are dead have left running, and returns the pids that have ended; what a living one has
 * started is not touched. Takes three seconds at most, and 0.2 ms for each process to look at. Never rejects.
 */
export async function sweepOrphans(stateFolder: string | undefined): Promise<number[]> {
  try {
    if (ourselves().namespace !== '') return await sweepMarked();
    if (stateFolder === undefined) return [];
    noteIn(stateFolder);
    return await sweepNoted(stateFolder);
  } catch {
    return []; // an orphan more is no reason not to start
  }
}

interface Orphan {
  pid: number;
  start: number;
  /** The pid and the start of its gateway. */
  owner: string;
}

/** The most processes that are looked at. */
const maxProcesses = 10_000;

/** How many are read at a time. Reading one that hangs can hang: two threads of the pool are left to others. */
const readers = 2;

/** How long they have after SIGTERM. */
const termMs = 1_000;

/** The end of a killed process is not our doing any more. */
const killMs = 1_000;

/**
 * Where /proc shows environments, an orphan is known by its marker. Processes are ended one by one: what a server
 * started has inherited its marker, and nothing else is hit.
 */
async function sweepMarked(): Promise<number[]> {
  const found = await orphans();
  if (found.length === 0) return [];
  for (const orphan of found) signal(orphan, 'SIGTERM');
  await until(() => !found.some(runs), termMs);
  const owners = new Set(found.map(({ owner }) => owner));
  const stubborn = (await orphans()).filter(({ owner }) => owners.has(owner)); // also what they have started meanwhile
  for (const orphan of stubborn) signal(orphan, 'SIGKILL');
  await until(() => !stubborn.some(runs), killMs);
  const all = [...found, ...stubborn].filter(orphan => !runs(orphan));
  return [...new Set(all.map(({ pid }) => pid))];
}

async function orphans(): Promise<Orphan[]> {
  const names = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).slice(0, maxProcesses);
  const found: Orphan[] = [];
  const read = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const orphan = await orphanAt(Number(name));
      if (orphan !== undefined) found.push(orphan);
    }
  };
  await Promise.all(Array.from({ length: readers }, read));
  return found;
}

/** The process, when it is ours to end. */
async function orphanAt(pid: number): Promise<Orphan | undefined> {
  try {
    if (pid === process.pid || statSync(`/proc/${pid}`).uid !== process.getuid?.()) return undefined;
    const stat = statOf(pid); // first: if another takes its pid while we read, the start time tells
    const mark = markIn(await readFile(`/proc/${pid}/environ`, 'latin1'));
    if (stat === undefined || mark === undefined) return undefined;
    const isNear = mark.namespace === ourselves().namespace && namespaceOf(pid) === mark.namespace;
    if (!isNear || lives(mark) || hasMoved(stat, mark)) return undefined;
    return { pid, start: stat.start, owner: `${mark.pid} ${mark.start}` };
  } catch {
    return undefined; // gone meanwhile, or not ours
  }
}

/** A server leads a session, and has started when its marker says, but for this time in hundredths of a second. */
const slack = 200;

/**
 * What a server has put into a session of its own is spared, as it is when the server is closed: an editor, a browser,
 * a terminal with somebody's work in it.
 */
function hasMoved({ session }: ProcessStat, { start, after }: Mark): boolean {
  const leader = statOf(session);
  if (leader === undefined) return session === 0 || exists(session); // outside of what we can see
  return Math.abs(leader.start - (start + after)) > slack;
}

function signal(orphan: Orphan, name: NodeJS.Signals): void {
  if (!runs(orphan)) return; // another process may have its pid by now
  try {
    process.kill(orphan.pid, name);
  } catch {
    // gone, or not ours to end
  }
}

function runs({ pid, start }: Orphan): boolean {
  const stat = statOf(pid);
  return stat !== undefined && stat.start === start && !stat.ended;
}
