import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { groupMemoryMb } from './memory.ts';

const bare = 80; // more than a Node takes that does nothing

/** A process in a group of its own that takes `mb`, and has a child that takes `childMb`; it ends with the test. */
async function group(mb: number, childMb = 0): Promise<number> {
  const take = (size: number) => `const taken = Buffer.alloc(${size} * 1024 * 1024, 1);`;
  const stay = 'setTimeout(() => taken, 60_000);';
  const child = `${take(childMb)} console.log('ready'); ${stay}`;
  const script = `${take(mb)} ${stay} ${
    childMb === 0
      ? `console.log('ready');`
      : `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`
  }`;
  const leader: ChildProcess = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = leader.pid!;
  onTestFinished(async () => {
    process.kill(-pid, 'SIGKILL');
    await once(leader, 'close');
  });
  await once(leader.stdout!, 'data');
  return pid;
}

test('the memory of a group is that of all its processes, and of no others', async () => {
  const [small, large] = [await group(0), await group(150, 100)];
  later(0);
  expect(await groupMemoryMb(small)).toBeGreaterThan(10);
  expect(await groupMemoryMb(small)).toBeLessThan(bare);
  expect(await groupMemoryMb(large)).toBeGreaterThan(250);
  expect(await groupMemoryMb(large)).toBeLessThan(250 + 2 * bare);
});

test('a group that has gone, or never was, takes nothing', async () => {
  later(10_000);
  expect(await groupMemoryMb(0x7fff_fff0)).toBe(0);
});

test('one look serves two seconds, and no longer', async () => {
  later(20_000);
  await groupMemoryMb(1);
  const pid = await group(0);
  expect(await groupMemoryMb(pid)).toBe(0);
  later(22_001);
  expect(await groupMemoryMb(pid)).toBeGreaterThan(10);
});

const started = performance.now() + 3_600_000;

/** It is an hour and so many milliseconds later, and stays so: what was seen before is old. */
function later(ms: number): void {
  vi.spyOn(performance, 'now').mockReturnValue(started + ms);
  onTestFinished(() => void vi.restoreAllMocks());
}
