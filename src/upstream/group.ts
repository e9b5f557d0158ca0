import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { statOf } from '../proc.ts';

const pollMs = 20;

/** Whether any process of the group `pgid` still runs. */
export function groupAlive(pgid: number): boolean {
  return signalGroup(pgid, 0) && !allEnded(pgid);
}

/** Orphans that have ended answer to signals until somebody reaps them, which in many containers nobody does. */
function allEnded(pgid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return readdirSync('/proc').every(name => !/^\d+$/.test(name) || !runsIn(pgid, name));
  } catch {
    return false; // no /proc to tell
  }
}

function runsIn(pgid: number, pid: string): boolean {
  const stat = statOf(Number(pid));
  return stat !== undefined && stat.group === pgid && !stat.ended;
}

/**
 * Waits `waitMs` for the group to leave by itself, sends SIGTERM, waits `termMs`, sends SIGKILL.
 * Resolves when `gone` says so, or a second after the kill.
 */
export async function endGroup(
  pgid: number,
  gone: () => boolean,
  waitMs: number,
  termMs: number,
): Promise<void> {
  if (await until(gone, waitMs)) return;
  if (process.platform === 'win32') return taskkill(pgid);
  signalGroup(pgid, 'SIGTERM');
  if (await until(gone, termMs)) return;
  signalGroup(pgid, 'SIGKILL');
  await until(gone, 1_000);
}

function signalGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(process.platform === 'win32' ? pgid : -pgid, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Resolves with true as soon as `gone` says so, with false after `ms`. */
export async function until(gone: () => boolean, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!gone()) {
    if (performance.now() >= deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/** Windows has no groups: `taskkill /T` ends the tree. */
function taskkill(pid: number): Promise<void> {
  return new Promise(resolve => execFile('taskkill', ['/pid', String(pid), '/T', '/F'], () => resolve()));
}
