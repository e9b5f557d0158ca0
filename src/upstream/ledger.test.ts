import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { alive } from '../../test/fixtures/start.ts';
import { deadMark, sleep, started } from './forged.fixture.ts';
import { Ledger, type Noted, sweepNoted } from './ledger.ts';
import { killWatched, noteIn, unwatch, watch } from './watchdog.ts';

async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcpx-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The files of all owners. */
const files = (folder: string) =>
  readdirSync(join(folder, 'processes')).map(name => join(folder, 'processes', name));

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Noted[];

/** A file as a gateway that is dead leaves it, or any other. */
async function left(folder: string, content: unknown, owner?: Noted): Promise<string> {
  const { pid, startedAt } = owner ?? { pid: (await deadMark()).pid, startedAt: Date.now() };
  await mkdir(join(folder, 'processes'), { recursive: true });
  const file = join(folder, 'processes', `${pid}-${startedAt}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const noted = ({ pid }: { pid: number }, startedAt = Date.now()): Noted => ({ pid, startedAt });

test('what a dead gateway has noted is ended with its group, its pid told, and the file removed', async () => {
  const folder = await stateFolder();
  const orphan = await started(['sh', '-c', 'sleep 100 & echo $!; wait']);
  const grandchild = await new Promise<number>(resolve => {
    orphan.stdout!.once('data', line => resolve(Number(String(line))));
  });
  const file = await left(folder, [noted(orphan)]);
  expect(await sweepNoted(folder)).toEqual([orphan.pid]);
  expect([orphan.pid, grandchild].filter(alive)).toEqual([]);
  expect(existsSync(file)).toBe(false);
});

test('one that does not listen to SIGTERM is killed', async () => {
  const folder = await stateFolder();
  const script = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";
  const orphan = await started([process.execPath, '-e', script]);
  await new Promise(resolve => orphan.stdout!.once('data', resolve));
  await left(folder, [noted(orphan)]);
  expect(await sweepNoted(folder)).toEqual([orphan.pid]);
});

test('what a living gateway has noted survives, and so does its file', async () => {
  const folder = await stateFolder();
  const [owner, server] = [await started(sleep), await started(sleep)];
  const file = await left(folder, [noted(server)], noted(owner));
  expect(await sweepNoted(folder)).toEqual([]);
  expect(alive(server.pid)).toBe(true);
  expect(existsSync(file)).toBe(true);
});

test('a gateway whose pid another process has is dead', async () => {
  const folder = await stateFolder();
  const [owner, server] = [await started(sleep), await started(sleep)];
  await left(folder, [noted(server)], noted(owner, Date.now() - 60_000));
  await sweepNoted(folder);
  expect([owner.pid, server.pid].map(alive)).toEqual([true, false]);
});

test('a process that only has the pid of one that was noted survives', async () => {
  const folder = await stateFolder();
  const innocent = await started(sleep);
  const file = await left(folder, [noted(innocent, Date.now() - 60_000)]);
  expect(await sweepNoted(folder)).toEqual([]);
  expect(alive(innocent.pid)).toBe(true);
  expect(existsSync(file)).toBe(false);
});

test.for([
  ['half', '[{"pid":'],
  ['no list', { pid: 4 }],
  ['no processes', [null, 'x', 7, {}, { pid: 'x', startedAt: 1 }]],
  ['everybody', [0, 1, -1, -process.pid, 1.5].map(pid => ({ pid, startedAt: Date.now() }))],
  ['us', [{ pid: process.pid, startedAt: Math.round(Date.now() - process.uptime() * 1_000) }]],
] as const)('a file that holds nonsense is removed, and hits nobody: %s', async ([, content]) => {
  const folder = await stateFolder();
  const signals = vi.spyOn(process, 'kill');
  onTestFinished(() => signals.mockRestore());
  const file = await left(folder, content);
  expect(await sweepNoted(folder)).toEqual([]);
  expect(existsSync(file)).toBe(false);
  expect(signals.mock.calls.filter(([, signal]) => signal !== 0)).toEqual([]);
});

test('a file that is too large to be ours is not read', async () => {
  const folder = await stateFolder();
  const innocent = await started(sleep);
  const file = await left(folder, JSON.stringify([noted(innocent)]) + ' '.repeat(1024 * 1024));
  expect(await sweepNoted(folder)).toEqual([]);
  expect(alive(innocent.pid)).toBe(true);
  expect(existsSync(file)).toBe(false);
});

test('other files in the folder are left alone', async () => {
  const folder = await stateFolder();
  const file = await left(folder, '[]');
  for (const name of ['notes.json', '1-2.txt', '0-1.json', '1.json'])
    writeFileSync(join(folder, 'processes', name), '[]');
  symlinkSync('/', join(folder, 'processes', '7-7.json.d'));
  await sweepNoted(folder);
  expect(existsSync(file)).toBe(false);
  expect(files(folder)).toHaveLength(5);
});

test('nothing noted, nothing to do', async () => {
  expect(await sweepNoted(join(await stateFolder(), 'missing'))).toEqual([]);
});

test('the file is private, and of many changes at once it shows the last', async () => {
  const folder = await stateFolder();
  const ledger = new Ledger(folder, { pid: 7, start: 1_234 });
  for (let pid = 2; pid <= 200; pid++) {
    ledger.note([{ pid, startedAt: 5 }]);
    if (pid % 10 === 0) await new Promise(resolve => setImmediate(resolve)); // while one is written
  }
  const file = join(folder, 'processes', '7-1234.json');
  await vi.waitFor(() => expect(read(file)).toEqual([{ pid: 200, startedAt: 5 }]));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'processes')).mode & 0o777).toBe(0o700);
  expect(files(folder)).toEqual([file]);
});

test('once it is removed it stays away, though something was being written', async () => {
  const folder = await stateFolder();
  const ledger = new Ledger(folder, { pid: 7, start: 1_234 });
  ledger.note([{ pid: 9, startedAt: 5 }]);
  await vi.waitFor(() => expect(files(folder)).toHaveLength(1));
  ledger.note([{ pid: 10, startedAt: 5 }]);
  ledger.remove();
  ledger.note([{ pid: 11, startedAt: 5 }]);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(files(folder)).toEqual([]);
});

test('a folder that cannot be written costs nothing', async () => {
  const ledger = new Ledger('/dev/null', { pid: 7, start: 1_234 });
  ledger.note([{ pid: 9, startedAt: 5 }]);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(() => ledger.remove()).not.toThrow();
});

test('what is watched is noted as it starts and ends, until we leave', async () => {
  const folder = await stateFolder();
  const [first, second] = [await started(sleep), await started(sleep)];
  watch(first.pid);
  noteIn(folder);
  watch(second.pid);
  const shown = () => read(files(folder)[0]!).map(({ pid }) => pid);
  await vi.waitFor(() => expect(shown()).toEqual([first.pid, second.pid]));
  expect(read(files(folder)[0]!)[1]!.startedAt).toBeGreaterThan(Date.now() - 10_000);
  unwatch(first.pid);
  await vi.waitFor(() => expect(shown()).toEqual([second.pid]));
  killWatched();
  expect(files(folder)).toEqual([]);
  unwatch(second.pid);
});
