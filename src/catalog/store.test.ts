import { chmod, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listing, server } from './listing.fixture.ts';
import { ListingStore } from './store.ts';

async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcpx-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function opened(folder: string): Promise<ListingStore> {
  const store = await ListingStore.open(folder);
  if (store === undefined) throw new Error('the store could not be opened');
  return store;
}

const filesIn = (folder: string) => readdir(join(folder, 'listings'));
const target = server('x').target as Extract<ReturnType<typeof server>['target'], { type: 'stdio' }>;
const started = (change: Partial<typeof target>) => server('x', { target: { ...target, ...change } });
const reached = (url: string, headers: Record<string, string>) =>
  server('x', { target: { type: 'http', url, headers } });

test('what one run writes the next one reads, from private files', async () => {
  const folder = await stateFolder();
  const remembered = { listing: listing('a'), way: { type: 'stdio', mode: { kind: 'legacy' } } };
  expect(await (await opened(folder)).write(server('x'), remembered)).toBe(true);
  expect(await (await opened(folder)).read(server('renamed'))).toEqual(remembered);
  const [file] = await filesIn(folder);
  for (const path of [join(folder, 'listings', file!), join(folder, 'key')]) {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  }
});

test('another command, argument, folder, variable, address or header is another server', async () => {
  const folder = await stateFolder();
  const store = await opened(folder);
  const servers = [
    server('x'),
    started({ command: 'y' }),
    started({ args: ['y'] }),
    started({ cwd: '/y' }),
    started({ ownEnv: { TOKEN: 'sk-CANARY-1' } }),
    started({ ownEnv: { TOKEN: 'sk-CANARY-2' } }),
    reached('https://example.com/a', {}),
    reached('https://example.com/b', {}),
    reached('https://example.com/a', { Authorization: 'sk-CANARY-3' }),
  ];
  for (const [index, one] of servers.entries())
    await store.write(one, { listing: listing(`t${index}`), way: 0 });
  for (const [index, one] of servers.entries()) {
    expect((await store.read(one))?.listing.tools).toEqual(listing(`t${index}`).tools);
  }
  expect(await store.read(started({ env: { PATH: '/other' } }))).toBeDefined(); // the same on every terminal
  const files = await filesIn(folder);
  const texts = await Promise.all(files.map(file => readFile(join(folder, 'listings', file), 'utf8')));
  expect(`${files} ${texts}`).not.toContain('CANARY');
});

test('the names of files say nothing on another machine', async () => {
  const folders = [await stateFolder(), await stateFolder()];
  for (const folder of folders)
    await (await opened(folder)).write(server('x'), { listing: listing(), way: 0 });
  expect(await filesIn(folders[0]!)).not.toEqual(await filesIn(folders[1]!));
});

test('of many who write at the same time one wins, and nothing is left half', async () => {
  const folder = await stateFolder();
  const stores = [await opened(folder), await opened(folder)];
  const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
  const written = names.map((name, index) =>
    stores[index % 2]!.write(server('x'), { listing: listing(name), way: 0 }),
  );
  expect(new Set(await Promise.all(written))).toEqual(new Set([true]));
  const [tool] = (await stores[0]!.read(server('x')))!.listing.tools as { name: string }[];
  expect(names).toContain(tool!.name);
  expect((await filesIn(folder)).filter(name => !name.endsWith('.json'))).toEqual([]);
});

test.each(['', '{', 'null', '[]', '{"listing":{}}', '{"listing":{"tools":{}}}', '\u0000'])(
  'a file with %j in it is none',
  async content => {
    const folder = await stateFolder();
    const store = await opened(folder);
    await store.write(server('x'), { listing: listing('a'), way: 0 });
    const [file] = await filesIn(folder);
    await writeFile(join(folder, 'listings', file!), content);
    expect(await store.read(server('x'))).toBeUndefined();
    await store.write(server('x'), { listing: listing('b'), way: 0 });
    expect((await store.read(server('x')))?.listing.tools).toEqual(listing('b').tools);
  },
);

test('a key that was only half written is replaced, once', async () => {
  const folder = await stateFolder();
  await writeFile(join(folder, 'key'), 'half');
  await (await opened(folder)).write(server('x'), { listing: listing('a'), way: 0 });
  expect(await (await opened(folder)).read(server('x'))).toBeDefined();
  expect(await readFile(join(folder, 'key'))).toHaveLength(32);
});

test('a folder that cannot be used is none', async () => {
  const folder = await stateFolder();
  await writeFile(join(folder, 'file'), '');
  expect(await ListingStore.open(join(folder, 'file'))).toBeUndefined();
});

test('what cannot be written any more says so and leaves nothing behind', async () => {
  const folder = await stateFolder();
  const store = await opened(folder);
  await rm(join(folder, 'listings'), { recursive: true });
  await writeFile(join(folder, 'listings'), '');
  expect(await store.write(server('x'), { listing: listing(), way: 0 })).toBe(false);
  expect(await store.read(server('x'))).toBeUndefined();
  await store.prune();
});

test('what no run has written for three months is removed', async () => {
  const folder = await stateFolder();
  const store = await opened(folder);
  await store.write(server('x'), { listing: listing(), way: 0 });
  await store.write(started({ command: 'old' }), { listing: listing(), way: 0 });
  const now = Date.now();
  const day = 24 * 3600;
  const file = async (days: number) => {
    const names = await filesIn(folder);
    await utimes(join(folder, 'listings', names[0]!), now / 1000, now / 1000 - days * day);
  };
  await file(89);
  await store.prune(now);
  expect(await filesIn(folder)).toHaveLength(2);
  await file(91);
  await store.prune(now);
  expect(await filesIn(folder)).toHaveLength(1);
});

test('a key that others could read is made private again', async () => {
  const folder = await stateFolder();
  await opened(folder);
  await chmod(join(folder, 'key'), 0o644);
  await opened(folder);
  expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600);
});
