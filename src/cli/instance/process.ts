import { exists, statOf } from '../../upstream/proc.ts';

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
