import { readFileSync, readlinkSync } from 'node:fs';

/** One process, as Linux shows it in /proc. */
export interface ProcessStat {
  /** It has ended, and only waits for its parent to notice. */
  ended: boolean;
  group: number;
  session: number;
  /** When it started, in hundredths of a second since the machine did. With the pid it is unique. */
  start: number;
}

/** What /proc says of a process; undefined when there is none, it is hidden, or there is no /proc. */
export function statOf(pid: number): ProcessStat | undefined {
  try {
    // "pid (command) state parent group session …", where the command may contain anything
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state, group, session, start] = [
      fields[0],
      Number(fields[2]),
      Number(fields[3]),
      Number(fields[19]),
    ];
    return Number.isInteger(start)
      ? { ended: state === 'Z' || state === 'X', group, session, start }
      : undefined;
  } catch {
    return undefined; // gone meanwhile
  }
}

/** The pid namespace of a process, within which pids mean something; '' when it cannot be told. */
export function namespaceOf(pid: number): string {
  try {
    return /^pid:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** Whether /proc shows the pids that we know: that of another namespace may be mounted there, or none at all. */
export function procIsOurs(): boolean {
  try {
    return readlinkSync('/proc/self') === String(process.pid);
  } catch {
    return false;
  }
}

/** Whether there is a process with this pid, also one that is not ours or has ended unnoticed. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a running process started, so that another process under the same id is not taken for it. Undefined when it does
 * not run, and where there is no /proc to tell.
 */
export function processStart(pid: number): string | undefined {
  const stat = statOf(pid);
  return stat === undefined || stat.ended ? undefined : String(stat.start);
}

/** Whether the process `pid` runs and is the one that started at `start`; without `start`, whether it runs. */
export function runs(pid: number, start: string | undefined): boolean {
  return start === undefined ? exists(pid) : processStart(pid) === start;
}
