import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { processStart, runs } from './proc.ts';

test('a process is known again by when it started', async () => {
  const child = spawn(process.execPath, ['-e', 'process.title = "a) R 1 (b"; process.stdin.resume()']);
  const start = processStart(child.pid!);
  expect(start).toMatch(/^\d+$/);
  expect(start).not.toBe(processStart(1));
  expect(runs(child.pid!, start)).toBe(true);
  expect(runs(child.pid!, `${start}1`)).toBe(false);
  expect(runs(child.pid!, undefined)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect([runs(child.pid!, start), runs(child.pid!, undefined), processStart(child.pid!)]).toEqual([
    false,
    false,
    undefined,
  ]);
});
