import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Collisions } from './collisions.ts';

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-names-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'names.json');
}

const all = { has: () => true };

async function read(file: string): Promise<Collisions> {
  const collisions = new Collisions(file);
  await collisions.recall();
  return collisions;
}

test('what collided in one run is known to the next, in a private file', async () => {
  const file = place();
  const first = await read(file);
  first.note('tools', 'search', ['a', 'b']);
  await first.close();
  const second = await read(file);
  expect(second.involves('tools', 'search', 'a', all)).toBe(true);
  expect(second.involves('tools', 'search', 'c', all)).toBe(false);
  expect(second.involves('prompts', 'search', 'a', all)).toBe(false);
  expect(second.involves('tools', 'search', 'a', new Set(['a']))).toBe(false);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(['', '{"tools search":', '[1]', '{"tools search":7,"tools x":[1,"a","b"]}'])(
  'a file with %j in it does no harm',
  async content => {
    const file = place();
    writeFileSync(file, content);
    const collisions = await read(file);
    expect(collisions.involves('tools', 'search', 'a', all)).toBe(false);
    collisions.note('tools', 'search', ['a', 'b']);
    await collisions.close();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ 'tools search': ['a', 'b'] });
  },
);

test('a folder that cannot be written to costs nothing', async () => {
  const collisions = await read('/nowhere/at/all/names.json');
  collisions.note('tools', 'search', ['a', 'b']);
  await collisions.close();
  expect(collisions.involves('tools', 'search', 'a', all)).toBe(true);
});
