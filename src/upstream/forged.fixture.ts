import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type Mark, markerName, ourselves } from './marker.ts';
import { statOf } from './proc.ts';

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

/** The mark of a gateway that is dead, for a server that is started now. */
export async function deadMark(): Promise<Mark> {
  const owner = await started(sleep);
  const { start } = statOf(owner.pid)!;
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  return { pid: owner.pid, start, namespace: ourselves().namespace, after: 0 };
}

function textOf({ pid, start, namespace, after }: Mark): string {
  return `${pid}:${start}:${namespace}:${after}`;
}
