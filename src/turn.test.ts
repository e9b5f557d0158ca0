import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderWith } from './config/loading.fixture.ts';
import { processStart } from './proc.ts';
import { Turn } from './turn.ts';

function running(): ChildProcess {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('there is one turn for each name', async () => {
  const folder = await folderWith({});
  const other = running();
  writeFileSync(join(folder, `a.${other.pid}.${processStart(other.pid!)}.turn`), '');
  expect(Turn.take(folder, 'a')).toBeUndefined();
  const turn = Turn.take(folder, 'b')!;
  expect(readdirSync(folder)).toHaveLength(2);
  turn.leave();
  await ended(other);
  Turn.take(folder, 'a')!.leave();
  expect(readdirSync(folder)).toEqual([]);
});

test('what no process has left, or one that is another by now, is in nobody’s way', async () => {
  const folder = await folderWith({ 'a.json': '', 'a.turn': '', 'a.1.x.turn': '' });
  writeFileSync(join(folder, `a.${process.pid}.1.turn`), '');
  Turn.take(folder, 'a')!.leave();
  expect(readdirSync(folder).sort()).toEqual(['a.1.x.turn', 'a.json', 'a.turn']);
});

test('a turn that was passed on is held when its first owner is gone', async () => {
  const folder = await folderWith({});
  const child = running();
  Turn.take(folder, 'a')!.passTo(child.pid!);
  for (const file of readdirSync(folder)) if (!file.includes(`.${child.pid}.`)) rmSync(join(folder, file));
  expect(Turn.take(folder, 'a')).toBeUndefined();
  await ended(child);
  Turn.take(folder, 'a')!.leave();
  expect(readdirSync(folder)).toEqual([]);
});
