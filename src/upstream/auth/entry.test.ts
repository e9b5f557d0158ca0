import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { folderWith } from '../../config/loading.fixture.ts';
import { FileEntry, MemoryEntry } from './entry.ts';
import type { LoginRecord } from './record.ts';
import { LoginStore } from './store.ts';
import { Vault } from './vault.ts';

const tokens = (access: string) => ({ access, obtainedAt: 1 });
const entryIn = (folder: string, id = 'x') =>
  new FileEntry(folder, id, new Vault(folder, { keychain: false }));
const set = (access: string) => async (current: LoginRecord | undefined) => ({
  ...(current ?? { version: 0 }),
  tokens: tokens(access),
});

test('a login is private, encrypted, and bound to its place', async () => {
  const folder = await folderWith({});
  const entry = entryIn(folder);
  expect(await entry.read()).toBeUndefined();
  await entry.update(set('the-secret-token'));
  expect(await entryIn(folder).read()).toMatchObject({ version: 1, tokens: { access: 'the-secret-token' } });
  const file = join(folder, 'x.login');
  const written = readFileSync(file, 'utf8');
  expect(written).not.toContain('secret-token');
  for (const name of ['x.login', 'key']) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  writeFileSync(join(folder, 'y.login'), written);
  await expect(entryIn(folder, 'y').read()).rejects.toThrow(/cannot be read/);
});

test.for([
  ['half of it', (text: string) => text.slice(0, 40)],
  ['another text', () => 'nonsense'],
  ['a changed one', (text: string) => text.replace(/"sealed":"./, '"sealed":"#')],
])('%s is not taken for a login, nor for none', async ([, damage]) => {
  const folder = await folderWith({});
  await entryIn(folder).update(set('a'));
  const file = join(folder, 'x.login');
  writeFileSync(file, (damage as (text: string) => string)(readFileSync(file, 'utf8')));
  await expect(entryIn(folder).read()).rejects.toMatchObject({ code: 'LOGIN_FAILED' });
  await entryIn(folder).update(set('b')); // somebody logs in anew
  expect(await entryIn(folder).read()).toMatchObject({ tokens: { access: 'b' } });
});

test('without its key it cannot be read', async () => {
  const folder = await folderWith({});
  await entryIn(folder).update(set('a'));
  rmSync(join(folder, 'key'));
  await expect(entryIn(folder).read()).rejects.toThrow(/cannot be read/);
});

test.for([
  ['in files', async () => entryIn(await folderWith({}))],
  ['in memory', async () => new MemoryEntry()],
] as const)('changes come one after the other, %s', async ([, make]) => {
  const entry = await make();
  let running = 0;
  let most = 0;
  const add = async (current: LoginRecord | undefined) => {
    most = Math.max(most, ++running);
    await delay(5);
    running--;
    return { ...(current ?? { version: 0 }), scope: '', tokens: tokens(`${current?.tokens?.access ?? ''}.`) };
  };
  await Promise.all(Array.from({ length: 10 }, () => entry.update(add)));
  expect(most).toBe(1);
  expect(await entry.read()).toMatchObject({ version: 10, tokens: { access: '..........' } });
});

test('what another has written meanwhile is not written over', async () => {
  const folder = await folderWith({});
  const entry = entryIn(folder);
  await entry.update(set('old'));
  const kept = await entry.update(async current => {
    rmSync(join(folder, 'x.login')); // as if we were not alone
    const other = entryIn(await folderWith({}));
    await other.update(set('newer'));
    const vault = new Vault(folder, { keychain: false });
    const newer = { version: 7, tokens: tokens('newer') };
    writeFileSync(join(folder, 'x.login'), await vault.seal('x', JSON.stringify(newer)));
    return { ...current!, tokens: tokens('older') };
  });
  expect(kept).toMatchObject({ version: 7, tokens: { access: 'newer' } });
  expect(await entry.read()).toMatchObject({ tokens: { access: 'newer' } });
});

test('nothing is changed when the change fails, and everybody else may go on', async () => {
  const entry = entryIn(await folderWith({}));
  await entry.update(set('a'));
  await expect(entry.update(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await entry.update(async current => current)).toMatchObject({ version: 1 });
  expect(await entry.update(async () => undefined)).toBeUndefined();
  expect(await entry.read()).toBeUndefined();
});

test('each server, address and principal has a login of its own', async () => {
  const store = new LoginStore(await folderWith({}), { keychain: false });
  const all = [
    store.entry('a', 'https://a.example/mcp', 'local'),
    store.entry('b', 'https://a.example/mcp', 'local'),
    store.entry('a', 'https://b.example/mcp', 'local'),
    store.entry('a', 'https://a.example/mcp', 'laptop'),
  ];
  for (const [number, entry] of all.entries()) await entry.update(set(String(number)));
  expect((await Promise.all(all.map(entry => entry.read()))).map(record => record?.tokens?.access)).toEqual([
    '0',
    '1',
    '2',
    '3',
  ]);
});
