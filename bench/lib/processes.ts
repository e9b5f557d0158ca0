import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that a process has used, user and system, in microseconds; NaN where /proc does not tell. */
export function cpuMicros(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map(thread =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, own) => sum + own, 0) / 1_000;
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
