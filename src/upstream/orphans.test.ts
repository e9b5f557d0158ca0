import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { alive } from '../../test/fixtures/start.ts';
import { deadMark, owner, sleep, started } from './forged.fixture.ts';
import { marker } from './marker.ts';
import { sweepOrphans } from './orphans.ts';

// Every process here is found by its marker, as on Linux. Elsewhere see ledger.test.ts.

const sweep = () => sweepOrphans(undefined);

/** A server that has printed its first line, and whose gateway has died since. */
async function orphanOf(command: [string, ...string[]]) {
  const { mark, end } = await owner();
  const server = await started(command, mark);
  const [line] = (await once(server.stdout!, 'data')) as [Buffer];
  await end();
  return { server, line: String(line).trim() };
}

/** A process that says so when it listens, does what `script` says, and goes on. */
function node(script: string): [string, ...string[]] {
  return [process.execPath, '-e', `${script}; console.log('up'); setInterval(() => {}, 1000)`];
}

/** A gateway in a test that runs beside this one may have been quicker, and its SIGTERM is still on its way. */
const gone = (...pids: number[]) => vi.waitFor(() => expect(pids.filter(alive)).toEqual([]), 5_000);

const stubborn = node("process.on('SIGTERM', () => console.log('asked'))");

// A gateway in a test that runs beside this one may be quicker.
test('a server whose gateway is dead is ended, and its pid told', { retry: 3 }, async () => {
  const orphan = await started(sleep, await deadMark());
  expect(await sweep()).toEqual([orphan.pid]);
  expect(alive(orphan.pid)).toBe(false);
});

test('so is what it has started', async () => {
  const { server, line } = await orphanOf(['sh', '-c', 'sleep 100 & echo $!; wait']);
  await sweep();
  await gone(server.pid, Number(line));
});

test('so is what it has left behind', async () => {
  const { mark, end } = await owner();
  const server = await started(['sh', '-c', 'sleep 100 & echo $!'], mark);
  const [[line]] = await Promise.all([once(server.stdout!, 'data'), once(server, 'exit')]);
  const left = Number(String(line));
  await vi.waitFor(() => expect(readFileSync(`/proc/${left}/comm`, 'latin1')).toBe('sleep\n'), 10_000); // not a shell still
  await end();
  await sweep();
  await gone(left);
});

test('so is one that a busy machine was slow to start', async () => {
  const mark = await deadMark();
  const orphan = await started(sleep, { ...mark, start: mark.start - 150 }); // a second and a half
  await sweep();
  await gone(orphan.pid);
});

test('one that does not listen to SIGTERM is killed', async () => {
  const { server } = await orphanOf(stubborn);
  await sweep();
  await gone(server.pid);
});

test('one that leaves at SIGTERM is given the time to', async () => {
  const { server } = await orphanOf(
    node("process.on('SIGTERM', () => setTimeout(() => process.exit(7), 50))"),
  );
  const ended = once(server, 'exit');
  await sweep();
  expect(await ended).toEqual([7, null]);
});

test('one whose gateway dies while others are ended is not killed unasked', { retry: 3 }, async () => {
  const { mark, end } = await owner();
  const next = await started(stubborn, mark);
  await once(next.stdout!, 'data');
  const { server } = await orphanOf(stubborn);
  const asked = once(server.stdout!, 'data');
  const sweeping = sweep();
  await asked;
  await end();
  await sweeping;
  expect([server.pid, next.pid].map(alive)).toEqual([false, true]);
});

test('a gateway whose pid another process has is dead', async () => {
  const { mark } = await owner();
  const orphan = await started(sleep, { ...mark, start: mark.start - 1 });
  await sweep();
  expect([mark.pid, orphan.pid].map(alive)).toEqual([true, false]);
});

test('what belongs to a living gateway survives', async () => {
  const server = await started(sleep, marker());
  await sweep();
  expect(alive(server.pid)).toBe(true);
});

test('what bears no marker, or something that only looks like one, survives', async () => {
  const { pid, start, namespace, after } = await deadMark();
  const marks = [
    undefined,
    '',
    'nobody',
    `${pid}:${start}`,
    `${pid}:${start}:${namespace}:${after}:`,
    `${pid}:x:y:z`,
  ];
  const processes = await Promise.all(marks.map(mark => started(sleep, mark)));
  await sweep();
  expect(processes.map(child => alive(child.pid))).toEqual(marks.map(() => true));
});

test('what belongs to another pid namespace survives', async () => {
  const server = await started(sleep, { ...(await deadMark()), namespace: '1' });
  await sweep();
  expect(alive(server.pid)).toBe(true);
});

test('what a server has put into a session of its own survives, as it does when the server is closed', async () => {
  const mark = await deadMark();
  const editor = await started(sleep, { ...mark, start: mark.start - 300 }); // three seconds after the server
  await sweep();
  expect(alive(editor.pid)).toBe(true);
});

test('a folder that cannot be used is no reason to fail', async () => {
  await expect(sweepOrphans('/dev/null/nowhere')).resolves.toBeInstanceOf(Array);
});
