import { once } from 'node:events';
import { expect, test } from 'vitest';
import { sleep, started, unnoticed } from './forged.fixture.ts';
import { parsePowerShell, parsePs, startTimes } from './start-times.ts';

test('the system says when a process started, to the second', async () => {
  const before = Date.now();
  const child = await started(sleep);
  const times = await startTimes([process.pid, child.pid]);
  expect(times?.get(child.pid)).toBeGreaterThan(before - 2_000);
  expect(times?.get(child.pid)).toBeLessThan(Date.now() + 2_000);
  expect(Math.abs(times!.get(process.pid)! - (Date.now() - process.uptime() * 1_000))).toBeLessThan(2_000);
});

test('what has ended is left out, noticed or not', async () => {
  const child = await started(sleep);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { pid, parent } = await unnoticed();
  expect(await startTimes([child.pid])).toEqual(new Map());
  expect([...(await startTimes([child.pid, pid, parent]))!.keys()]).toEqual([parent]);
});

test('more than fit in one command line are asked for in several', async () => {
  const many = Array.from({ length: 1_200 }, (_, at) => 3_000_000 + at);
  expect(await startTimes([...many, process.pid])).toEqual(new Map([[process.pid, expect.any(Number)]]));
});

test('a system that does not answer tells nothing', async () => {
  expect(await startTimes([process.pid], 'win32')).toBeUndefined(); // there is no PowerShell
});

test('what ps prints is understood, on Linux and on macOS', () => {
  const time = Date.UTC(2025, 10, 3, 0, 19, 1);
  expect(parsePs('   1 Ss   Mon Nov  3 00:19:01 2025\n20444 Z+   Mon Nov  3 00:19:01 2025\n')).toEqual([
    [1, time],
  ]);
  expect(parsePs('20444 S+   Mon Nov  3 00:19:01 2025    \n')).toEqual([[20_444, time]]);
  expect(parsePs('20444 S+   03/11/2025\nps: no such thing\n')).not.toContainEqual([20_444, time]);
  expect(parsePs('')).toEqual([]);
});

test('what PowerShell prints is understood', () => {
  expect(parsePowerShell('812 1763943541000\r\n4 \r\n9 1763943541001\r\n')).toEqual([
    [812, 1_763_943_541_000],
    [9, 1_763_943_541_001],
  ]);
  expect(parsePowerShell('')).toEqual([]);
});
