import { readFileSync } from 'node:fs';

/** CPU time that a process has used, user and system, in microseconds; NaN where /proc does not tell. */
export function cpuMicros(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return ticks * 10_000; // USER_HZ is 100 on every Linux that runs Node
  } catch {
    return Number.NaN;
  }
}

/** Resident memory of a process in megabytes; NaN where /proc does not tell. */
export function residentMb(pid: number): number {
  try {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
