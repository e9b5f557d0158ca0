import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Matrix } from './matrix.ts';
import { keyOf, quantized, Vectors } from './vectors.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mcpx-vectors-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function opened(path: string, model = 'm'): Promise<Vectors> {
  const vectors = new Vectors(path, model);
  await vectors.load();
  return vectors;
}

const vector = (...numbers: number[]) => quantized(Float32Array.from(numbers));

test('vectors are found again in the next run, by text and model', async () => {
  const path = folder();
  const first = await opened(path);
  first.set(keyOf('one'), vector(1, 0.5));
  first.set(keyOf('two'), vector(-1, 0));
  await first.save();
  const [file] = readdirSync(path) as [string];
  expect(statSync(join(path, file)).mode & 0o777).toBe(0o600);
  const second = await opened(path);
  expect([...second.get(keyOf('one'))!]).toEqual([127, 64]);
  expect([...second.get(keyOf('two'))!]).toEqual([-127, 0]);
  expect(second.get(keyOf('three'))).toBeUndefined();
  expect((await opened(path, 'another')).size).toBe(0);
});

test('two processes keep what both have made', async () => {
  const path = folder();
  const [one, other] = [await opened(path), await opened(path)];
  one.set(keyOf('one'), vector(1, 0));
  other.set(keyOf('other'), vector(0, 1));
  await one.save();
  await other.save();
  expect((await opened(path)).size).toBe(2);
});

test('vectors of another length are of another model, and take the place of all before', async () => {
  const path = folder();
  const vectors = await opened(path);
  vectors.set(keyOf('one'), vector(1, 0));
  await vectors.save();
  vectors.set(keyOf('two'), vector(1, 0, 0));
  expect(vectors.get(keyOf('one'))).toBeUndefined();
  await vectors.save();
  expect((await opened(path)).size).toBe(1);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['something else', Buffer.from('{"a":1}')],
  ['half of it', 'half'],
  ['no length', Buffer.from('4d56303100000000', 'hex')],
])('a file with %s is as good as none', async (_, content) => {
  const path = folder();
  const vectors = await opened(path);
  vectors.set(keyOf('one'), vector(1, 0));
  await vectors.save();
  const file = join(path, readdirSync(path)[0]!);
  writeFileSync(file, content === 'half' ? readFileSync(file).subarray(0, 20) : content);
  expect((await opened(path)).size).toBe(0);
});

test('there is an end to how many are kept, the least used go first', async () => {
  const vectors = new Vectors(undefined, 'm');
  for (let index = 0; index < 20_000; index++) vectors.set(`${index}`, vector(1));
  vectors.get('0');
  vectors.set('new', vector(1));
  expect(vectors.size).toBe(20_000);
  expect([vectors.get('0'), vectors.get('1')]).toEqual([vector(1), undefined]);
});

test('what cannot be written costs nothing, and what nobody has used for months is removed', async () => {
  const path = folder();
  writeFileSync(join(path, 'file'), '');
  const nowhere = await opened(join(path, 'file', 'deeper'));
  nowhere.set(keyOf('one'), vector(1));
  await nowhere.save();
  expect(nowhere.get(keyOf('one'))).toEqual(vector(1));
  utimesSync(join(path, 'file'), 1, 1);
  await opened(path);
  expect(readdirSync(path)).toEqual([]);
});

test('the nearest are those of the smallest angle, whatever their length; equals keep their order', () => {
  const matrix = new Matrix(
    ['far', 'near', 'none', 'same', 'nearer'],
    [vector(0, 1), vector(1, 0.5), undefined, vector(0, 7), vector(9, 1)],
  );
  expect(matrix.nearest(Float32Array.of(1, 0), 10)).toEqual(['nearer', 'near', 'far', 'same']);
  expect(matrix.nearest(Float32Array.of(1, 0), 2)).toEqual(['nearer', 'near']);
  expect(new Matrix(['a'], [undefined]).dimensions).toBe(0);
});

test('a file in use is not removed, however old it is', async () => {
  const path = folder();
  const first = await opened(path);
  first.set(keyOf('one'), vector(1, 0.5));
  await first.save();
  const file = join(path, readdirSync(path)[0]!);
  utimesSync(file, 0, 0);
  expect((await opened(path)).get(keyOf('one'))).toEqual(vector(1, 0.5));
  expect(readdirSync(path)).toHaveLength(1);
});
