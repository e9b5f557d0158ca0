import { appendFileSync, closeSync, fstatSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { folderWith } from '../../config/loading.fixture.ts';
import { boundLog, lastLines, openLog } from './log-file.ts';

async function log(content = '') {
  const file = join(await folderWith({ 'a.log': content }), 'a.log');
  const descriptor = openLog(file);
  onTestFinished(() => closeSync(descriptor));
  return { file, descriptor };
}

test('a log is private, and shows the last lines of what was said since', async () => {
  const file = join(await folderWith({}), 'new.log');
  const descriptor = openLog(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  appendFileSync(file, 'said by another\n');
  const { size } = fstatSync(descriptor);
  expect(lastLines(descriptor, size)).toEqual([]);
  writeSync(descriptor, 'one\n\ntwo\nthree');
  expect(lastLines(descriptor, size)).toEqual(['one', 'two', 'three']);
  expect(lastLines(descriptor, size, 2)).toEqual(['two', 'three']);
  closeSync(descriptor);
});

test('one that has grown too large begins anew', async () => {
  const { descriptor } = await log('x'.repeat(1024 * 1024 + 1));
  expect(fstatSync(descriptor).size).toBe(0);
});

test('it stays small while it is written to, and only when it is ours', async () => {
  const { file, descriptor } = await log();
  const other = await log();
  boundLog(file, descriptor, 10, 5);
  boundLog(file, other.descriptor, 10, 5);
  writeSync(other.descriptor, 'more than ten');
  writeSync(descriptor, 'more than ten');
  await vi.waitFor(() => expect(fstatSync(descriptor).size).toBe(0));
  writeSync(descriptor, 'goes on');
  expect(statSync(file).size).toBe(7);
  expect(fstatSync(other.descriptor).size).toBe(13);
});
