import { once } from 'node:events';
import { expect, test } from 'vitest';
import { alive } from '../../test/fixtures/start.ts';
import { deadMark, sleep, started } from './forged.fixture.ts';
import { marker, ourselves } from './marker.ts';
import { sweepOrphans } from './orphans.ts';
import { statOf } from './proc.ts';

// Every process here is found by its marker, as on Linux. Elsewhere see ledger.test.ts.

const sweep = () => sweepOrphans(undefined);

/** The first line that a process prints. */
async function lineOf(child: Awaited<ReturnType<typeof started>>): Promise<string> {
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return String(line).trim();
}

// A gateway in a test that runs beside this one may be quicker.
test('a server whose gateway is dead is ended, and its pid told', { retry: 3 }, async () => {
  const orphan = await started(sleep, await deadMark());
  expect(await sweep()).toEqual([orphan.pid]);
  expect(alive(orphan.pid)).toBe(false);
});

test('so is what it has started', async () => {
  const orphan = await started(['sh', '-c', 'sleep 100 & echo $!; wait'], await deadMark());
  const grandchild = Number(await lineOf(orphan));
  expect(alive(grandchild)).toBe(true);
  await sweep();
  expect([orphan.pid, grandchild].filter(alive)).toEqual([]);
});

test('so is what it has left behind', async () => {
  const orphan = await started(['sh', '-c', 'sleep 100 & echo $!'], await deadMark());
  const [grandchild] = await Promise.all([lineOf(orphan).then(Number), once(orphan, 'exit')]);
  expect(alive(grandchild)).toBe(true);
  await sweep();
  expect(alive(grandchild)).toBe(false);
});

test('so is one that a busy machine was slow to start', async () => {
  const mark = await deadMark();
  const orphan = await started(sleep, { ...mark, start: mark.start - 150 }); // a second and a half
  await sweep();
  expect(alive(orphan.pid)).toBe(false);
});

test('one that does not listen to SIGTERM is killed', async () => {
  const script = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";
  const orphan = await started([process.execPath, '-e', script], await deadMark());
  await lineOf(orphan);
  await sweep();
  expect(alive(orphan.pid)).toBe(false);
});

test('one that leaves at SIGTERM is given the time to', async () => {
  const orphan = await started(
    ['sh', '-c', 'trap "sleep 0.2; exit 7" TERM; echo up; while :; do sleep 0.1; done'],
    await deadMark(),
  );
  await lineOf(orphan);
  const ended = once(orphan, 'exit');
  await sweep();
  expect(await ended).toEqual([7, null]);
});

test('a gateway whose pid another process has is dead', async () => {
  const owner = await started(sleep);
  const { start } = statOf(owner.pid)!;
  const mark = { pid: owner.pid, start: start - 1, namespace: ourselves().namespace, after: 1 };
  const orphan = await started(sleep, mark);
  await sweep();
  expect([owner.pid, orphan.pid].map(alive)).toEqual([true, false]);
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
