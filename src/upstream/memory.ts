import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** One look at all processes serves everybody who asks within this time, in milliseconds. */
const freshMs = 2_000;

let seen: Promise<Map<number, number>> | undefined;
let seenAt = Number.NEGATIVE_INFINITY;

/** Resident memory of a process group in MiB: wrappers such as npx are small, what they start is not. */
export async function groupMemoryMb(pgid: number): Promise<number> {
  if (seen === undefined || performance.now() - seenAt > freshMs) {
    seenAt = performance.now();
    seen = process.platform === 'linux' ? fromProc() : fromPs();
  }
  return ((await seen).get(pgid) ?? 0) / 1024;
}

/** KiB by process group. */
async function fromProc(): Promise<Map<number, number>> {
  const groups = new Map<number, number>();
  const pageKib = await pageSize();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const { group, pages } = await look(name);
      add(groups, group, pages * pageKib);
    } catch {
      // gone meanwhile
    }
  }
  return groups;
}

async function look(pid: string): Promise<{ group: number; pages: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { group: Number(fields[2]), pages: Number(fields[21]) };
}

/** KiB of a page, 4 to 64 by kernel: nothing tells but what we take ourselves, in both measures. */
async function pageSize(): Promise<number> {
  const { pages } = await look('self');
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / 1024 / pages));
}

/** The same where there is no /proc; nothing where there is no `ps` either. */
function fromPs(): Promise<Map<number, number>> {
  return new Promise(resolve => {
    execFile('ps', ['-A', '-o', 'pgid=,rss='], (error, out) => {
      const groups = new Map<number, number>();
      for (const line of error ? [] : out.split('\n')) {
        const [pgid, rss] = line.trim().split(/\s+/).map(Number);
        if (pgid !== undefined && rss !== undefined) add(groups, pgid, rss);
      }
      resolve(groups);
    });
  });
}

function add(groups: Map<number, number>, pgid: number, kib: number): void {
  groups.set(pgid, (groups.get(pgid) ?? 0) + kib);
}
