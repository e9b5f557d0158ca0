import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** One look at all processes serves everybody who asks within this time, in milliseconds. */
const freshMs = 2_000;

/** What a process group takes: wrappers such as npx are small, what they start is not. */
export interface GroupUsage {
  /** Resident memory in MiB. */
  memoryMb: number;
  /** Processor time of those of the group that run. */
  cpuSeconds: number;
}

const nothing: GroupUsage = { memoryMb: 0, cpuSeconds: 0 };

let seen: Promise<Map<number, GroupUsage>> | undefined;
let seenAt = Number.NEGATIVE_INFINITY;

/** What the process group `pgid` takes; nothing when there is none, or nothing to tell. */
export async function groupUsage(pgid: number): Promise<GroupUsage> {
  if (seen === undefined || performance.now() - seenAt > freshMs) {
    seenAt = performance.now();
    seen = process.platform === 'linux' ? fromProc() : fromPs();
  }
  return (await seen).get(pgid) ?? nothing;
}

/** Resident memory of a process group in MiB. */
export async function groupMemoryMb(pgid: number): Promise<number> {
  return (await groupUsage(pgid)).memoryMb;
}

async function fromProc(): Promise<Map<number, GroupUsage>> {
  const groups = new Map<number, GroupUsage>();
  const pageKib = await pageSize();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { group, pages, ticks } = await look(name);
      add(groups, group, pages * pageKib, ticks / ticksPerSecond);
    } catch {
      // gone meanwhile
    }
  }
  return groups;
}

/** Linux counts processor time so, on every machine that Node runs on. */
const ticksPerSecond = 100;

async function look(pid: string): Promise<{ group: number; pages: number; ticks: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { group: Number(fields[2]), pages: Number(fields[21]), ticks };
}

/** KiB of a page, 4 to 64 by kernel: nothing tells but what we take ourselves, in both measures. */
async function pageSize(): Promise<number> {
  const { pages } = await look('self');
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / 1024 / pages));
}

/** The same where there is no /proc; nothing where there is no `ps` either. */
function fromPs(): Promise<Map<number, GroupUsage>> {
  return new Promise(resolve => {
    execFile('ps', ['-A', '-o', 'pgid=,rss=,time='], (error, out) => {
      const groups = new Map<number, GroupUsage>();
      for (const line of error ? [] : out.split('\n')) {
        const [pgid, rss, time] = line.trim().split(/\s+/);
        if (rss !== undefined) add(groups, Number(pgid), Number(rss), secondsIn(time ?? ''));
      }
      resolve(groups);
    });
  });
}

/** Such as `1-02:03:04` or `2:03.45`. */
function secondsIn(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  return clock.split(':').reduce((sum, part) => 60 * sum + Number(part), 0) + 86_400 * Number(days) || 0;
}

function add(groups: Map<number, GroupUsage>, pgid: number, kib: number, cpuSeconds: number): void {
  const { memoryMb, cpuSeconds: before } = groups.get(pgid) ?? nothing;
  groups.set(pgid, { memoryMb: memoryMb + kib / 1024, cpuSeconds: before + cpuSeconds });
}
