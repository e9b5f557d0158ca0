import { readFileSync } from 'node:fs';

/**
 * When a running process started, in the kernel's ticks, so that another process under the same id is not taken for it.
 * Undefined when it does not run, and where there is no /proc to tell.
 */
export function processStart(pid: number): string | undefined {
  try {
    // "pid (command) state parent …", where the command may contain anything; the start is field 22
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(state) ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

/** Whether the process `pid` runs and is the one that started at `start`; without `start`, whether it runs. */
export function runs(pid: number, start: string | undefined): boolean {
  if (start !== undefined) return processStart(pid) === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
