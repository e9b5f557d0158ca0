import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { KeptResults } from './kept.ts';

const kibi = 1024;
const result = (text: string) => ({ text, pageTokens: 100 });

/** A store with a clock of its own and, unless `disk` is 0, a folder. */
function store({
  memory = 100 * kibi,
  disk = 100 * kibi,
  folder,
}: {
  memory?: number;
  disk?: number;
  folder?: string;
} = {}) {
  const place = folder ?? mkdtempSync(join(tmpdir(), 'mcpx-kept-'));
  const clock = { now: 0 };
  const kept = new KeptResults({
    maxMemoryBytes: memory,
    maxDiskBytes: disk,
    ttlMs: 1_000,
    folder: place,
    now: () => clock.now,
  });
  onTestFinished(async () => {
    await kept.close();
    rmSync(place, { recursive: true, force: true });
  });
  const onDisk = () =>
    readdirSync(place, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return { kept, clock, place, onDisk };
}

test('a result is found by its principal alone, under an id that nobody guesses', async () => {
  const { kept } = store();
  const [one, two] = [await kept.keep('a', result('one')), await kept.keep('b', result('two'))];
  expect(one).toMatch(/^[\w-]{22}$/);
  expect(await kept.find('a', one!)).toEqual(result('one'));
  expect(await kept.find('b', one!)).toBeUndefined();
  expect(await kept.find('b', two!)).toEqual(result('two'));
  expect(await kept.find('a', '../key')).toBeUndefined();
});

test('and for its time, in memory and on disk', async () => {
  const { kept, clock, onDisk } = store({ memory: 10 * kibi });
  const small = await kept.keep('a', result('small'));
  const large = await kept.keep('a', result('x'.repeat(8 * kibi)));
  expect(onDisk()).toHaveLength(1);
  clock.now = 999;
  expect(await kept.find('a', small!)).toBeDefined();
  expect(await kept.find('a', large!)).toBeDefined();
  clock.now = 1_000;
  expect(await kept.find('a', small!)).toBeUndefined();
  expect(await kept.find('a', large!)).toBeUndefined();
});

test('what memory has no room for any more goes to disk, the one unused longest first', async () => {
  const { kept, onDisk } = store({ memory: 10 * kibi });
  const text = (index: number) => String(index).repeat(kibi);
  const ids: string[] = [];
  for (let index = 0; index < 4; index++) ids.push((await kept.keep('a', result(text(index))))!);
  expect(onDisk()).toHaveLength(0);
  await kept.find('a', ids[0]!);
  ids.push((await kept.keep('a', result(text(4))))!);
  expect(onDisk().map(({ name }) => name)).toEqual([ids[1]]);
  for (const [index, id] of ids.entries()) expect(await kept.find('a', id)).toEqual(result(text(index)));
});

test('and what the disk has no room for is gone', async () => {
  const { kept, onDisk } = store({ memory: 0, disk: 10 * kibi });
  const first = await kept.keep('a', result('x'.repeat(4 * kibi)));
  const second = await kept.keep('a', result('y'.repeat(4 * kibi)));
  expect(await kept.find('a', first!)).toBeUndefined();
  expect(await kept.find('a', second!)).toBeDefined();
  expect(onDisk()).toHaveLength(1);
  expect(await kept.keep('a', result('z'.repeat(20 * kibi)))).toBeUndefined();
});

test('any text comes back from the disk as it was', async () => {
  const { kept } = store({ memory: 0 });
  const text = 'a\0é中🎉\ud800\udc00\ud800 \r\n\ufeff';
  const json = { start: 1, end: 2, shape: 'number' };
  const id = await kept.keep('a', { text, json, pageTokens: 7 });
  expect(await kept.find('a', id!)).toEqual({ text, json, pageTokens: 7 });
});

test('where the folder cannot be used, memory is all there is', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'mcpx-kept-')), 'a file');
  writeFileSync(folder, '');
  const { kept } = store({ memory: 10 * kibi, folder });
  const large = await kept.keep('a', result('x'.repeat(4 * kibi)));
  expect(await kept.find('a', large!)).toBeDefined();
  const other = await kept.keep('a', result('y'.repeat(4 * kibi)));
  expect(await kept.find('a', other!)).toBeDefined();
  expect(await kept.find('a', large!)).toBeUndefined();
  expect(await kept.keep('a', result('z'.repeat(10 * kibi)))).toBeUndefined();
});

test('a result on disk, or on its way there, is its principal’s alone as well', async () => {
  const { kept, onDisk } = store({ memory: 5 * kibi });
  const first = (await kept.keep('a', result('x'.repeat(512))))!;
  const others = ['y', 'z', 'u', 'v'].map(letter => kept.keep('a', result(letter.repeat(512))));
  expect(await Promise.all(['a', 'b'].map(principal => kept.find(principal, first)))).toMatchObject([
    { pageTokens: 100 },
    undefined,
  ]);
  await Promise.all(others);
  expect(onDisk().map(({ name }) => name)).toContain(first);
  expect(await Promise.all(['a', 'b'].map(principal => kept.find(principal, first)))).toMatchObject([
    { pageTokens: 100 },
    undefined,
  ]);
});

test('nothing is left when it is closed, not even what was on its way', async () => {
  for (let steps = 0; steps < 20; steps++) {
    const { kept, place } = store({ memory: 0 });
    const late = kept.keep('a', result('x'.repeat(10 * kibi)));
    for (let step = 0; step < steps; step++) await new Promise(resolve => setImmediate(resolve));
    await kept.close();
    const id = await late;
    if (steps === 0) expect(id).toBeUndefined();
    expect(await kept.keep('a', result('too late'))).toBeUndefined();
    expect(readdirSync(place)).toEqual([]);
  }
});

test('many at one time are all found', async () => {
  const { kept } = store({ memory: 20 * kibi, disk: 10_000 * kibi });
  const texts = Array.from({ length: 200 }, (_, index) => `${index} `.repeat(500));
  const ids = await Promise.all(texts.map(text => kept.keep('a', result(text))));
  const found = await Promise.all(ids.map(id => kept.find('a', id!)));
  expect(found.map(kept => kept?.text)).toEqual(texts);
});
