import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { subscribe } from './events.ts';
import { RotatingFile } from './rotating-file.ts';

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (settings = {}) =>
    new RotatingFile({
      part: 'the file',
      path: join(folder, 'in/x.log'),
      maxBytes: 1_000,
      maxFiles: 2,
      ...settings,
    });
  const lines = (name: string) =>
    readFileSync(join(folder, 'in', name), 'utf8')
      .trimEnd()
      .split('\n');
  return { folder, file, lines };
}

test('lines are added in order, also to what is there, and only the user can read them', async () => {
  const { folder, file, lines } = place();
  for (const part of ['a', 'b']) {
    const written = file({ maxBytes: 100_000 });
    for (let i = 0; i < 100; i++) written.write(`${part}${i}\n`);
    await written.close();
  }
  expect(lines('x.log')).toEqual(
    ['a', 'b'].flatMap(part => Array.from({ length: 100 }, (_, i) => `${part}${i}`)),
  );
  expect(statSync(join(folder, 'in/x.log')).mode & 0o777).toBe(0o600);
});

test('a full file is put aside, and only so many are kept', async () => {
  const { folder, file, lines } = place();
  const written = file();
  for (let i = 0; i < 60; i++) {
    written.write(`${String(i).padStart(99, '.')}\n`);
    await new Promise(resolve => setImmediate(resolve));
  }
  await written.close();
  expect(readdirSync(join(folder, 'in')).sort()).toEqual(['x.log', 'x.log.1', 'x.log.2']);
  const kept = ['x.log.2', 'x.log.1', 'x.log'].flatMap(lines).map(line => Number(line.replaceAll('.', '')));
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 60 - kept.length + i));
  expect(kept.length).toBeGreaterThan(10);
});

test('a full disk is told once, and costs nothing but the lines', async () => {
  const { folder, file } = place();
  const told: string[] = [];
  onTestFinished(subscribe('telemetry.failed', ({ part, reason }) => void told.push(`${part}: ${reason}`)));
  const first = file();
  await first.close();
  first.write('x\n');
  await first.close();
  unlinkSync(join(folder, 'in/x.log'));
  symlinkSync('/dev/full', join(folder, 'in/x.log'));
  const written = file();
  for (let i = 0; i < 3; i++) {
    written.write('lost\n');
    await written.close();
  }
  expect(told).toEqual([expect.stringMatching(/^the file: .*x\.log cannot be written: ENOSPC/)]);
});

test('where a full file cannot be put aside it grows no more, which is told once', async () => {
  const { folder, file } = place();
  const told: string[] = [];
  onTestFinished(subscribe('telemetry.failed', ({ part, reason }) => void told.push(`${part}: ${reason}`)));
  mkdirSync(join(folder, 'in/x.log.1/full'), { recursive: true });
  const written = file({ maxFiles: 1 });
  for (let i = 0; i < 40; i++) {
    written.write(`${String(i).padStart(99, '.')}\n`);
    await new Promise(resolve => setImmediate(resolve));
  }
  await written.close();
  expect(statSync(join(folder, 'in/x.log')).size).toBeLessThanOrEqual(1_000);
  expect(told).toEqual([expect.stringMatching(/^the file: .*x\.log cannot be written: E\w+.*x\.log\.1/)]);
});

test('what waits is written at the end of the process', () => {
  const { folder } = place();
  const path = join(folder, 'x.log');
  const written = new RotatingFile({ part: 'the file', path, maxBytes: 1_000, maxFiles: 2 });
  written.write('last words\n');
  written.flush();
  expect(readFileSync(path, 'utf8')).toBe('last words\n');
});

test('of several that write one file, none loses lines when another puts it aside', async () => {
  const { folder, file, lines } = place();
  const [one, two] = [file({ maxFiles: 50 }), file({ maxFiles: 50 })];
  const all: string[] = [];
  const files = () => readdirSync(join(folder, 'in'));
  for (let turn = 0; turn < 40; turn++) {
    for (const [name, each] of Object.entries({ one, two })) {
      const line = `${name} ${turn} ${'x'.repeat(50)}`;
      all.push(line);
      each.write(`${line}\n`);
      await expect.poll(() => files().flatMap(lines).length, { interval: 1 }).toBe(all.length);
    }
  }
  await Promise.all([one.close(), two.close()]);
  expect(files().length).toBeGreaterThan(3);
  for (const name of files()) expect(statSync(join(folder, 'in', name)).size).toBeLessThanOrEqual(1_000);
  expect(files().flatMap(lines).sort()).toEqual(all.sort());
});
