import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, vi } from 'vitest';
import { statOf } from '../proc.ts';
import { type Mark, markerName, ourselves } from './marker.ts';

/** A process, such as a server whose gateway is gone. It ends with the test. */
export async function started(
  [command, ...args]: [string, ...string[]],
  mark?: Mark | string,
): Promise<ChildProcess & { pid: number }> {
  const marked = typeof mark === 'object' ? textOf(mark) : mark;
  const env = { PATH: process.env['PATH'] ?? '', ...(marked !== undefined && { [markerName]: marked }) };
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // ended already, as most tests want it
    }
    await ended;
  });
  return child as ChildProcess & { pid: number };
}

export const sleep: [string, ...string[]] = ['sleep', '100'];

/** A gateway, and the mark of a server that it starts now. It lives until `end`. */
export async function owner(): Promise<{ mark: Mark; end: () => Promise<void> }> {
  const gateway = await started(sleep);
  const mark = {
    pid: gateway.pid,
    start: statOf(gateway.pid)!.start,
    namespace: ourselves().namespace,
    after: 0,
  };
  const end = async () => {
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
  };
  return { mark, end };
}

/** The mark of a gateway that is dead, for a server that is started now. */
export async function deadMark(): Promise<Mark> {
  const { mark, end } = await owner();
  await end();
  return mark;
}

/** A process that has ended, and whose parent does not notice; with its parent. */
export async function unnoticed(): Promise<{ pid: number; parent: number }> {
  const shell = await started(['sh', '-c', 'sleep 100 & echo $!; exec sleep 200']);
  const [line] = (await once(shell.stdout!, 'data')) as [Buffer];
  const pid = Number(String(line));
  // a shell would notice, sleep does not
  await vi.waitFor(
    () => expect(readFileSync(`/proc/${shell.pid}/cmdline`, 'latin1')).toMatch(/^sleep/),
    10_000,
  );
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(statOf(pid)?.ended).toBe(true), 10_000);
  return { pid, parent: shell.pid };
}

function textOf({ pid, start, namespace, after }: Mark): string {
  return `${pid}:${start}:${namespace}:${after}`;
}
