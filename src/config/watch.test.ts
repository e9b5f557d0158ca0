import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { folderWith } from './loading.fixture.ts';
import { FileWatch, type FileWatchOptions } from './watch.ts';

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 });

/** A watch of `names` in `folder` that has settled, and how often it has told of a change since. */
async function watching(folder: string, names: string[], options: Partial<FileWatchOptions> = {}) {
  let told = 0;
  const files = names.map(name => join(folder, name));
  const watch = new FileWatch({
    quietMs: 30,
    pollMs: 60_000,
    ...options,
    onchange: () => {
      told++;
      void watch.follow(files);
    },
  });
  onTestFinished(() => watch.close());
  await watch.follow(files);
  await soon(() => expect(told).toBe(1)); // what was never looked at is told of
  await watch.follow(files);
  told = 0;
  return { told: () => told, tells: () => soon(() => expect(told).toBe(1)) };
}

const changes: Record<string, (folder: string) => void> = {
  'written in place': folder => writeFileSync(join(folder, 'file'), 'new'),
  'written in place with as many bytes': folder => writeFileSync(join(folder, 'file'), 'dlo'),
  'replaced by a rename': folder => {
    writeFileSync(join(folder, '.file.swp'), 'new');
    renameSync(join(folder, '.file.swp'), join(folder, 'file'));
  },
  removed: folder => unlinkSync(join(folder, 'file')),
  'removed and made anew': folder => {
    unlinkSync(join(folder, 'file'));
    writeFileSync(join(folder, 'file'), 'new');
  },
  'moved away, as some editors do for a backup, and written anew': folder => {
    renameSync(join(folder, 'file'), join(folder, 'file~'));
    writeFileSync(join(folder, 'file'), 'new');
  },
};

const ways = { 'told of': {}, 'found by looking': { native: false, pollMs: 40 } };

for (const [way, options] of Object.entries(ways)) {
  test.each(Object.keys(changes))(`a file that is %s is ${way}, once`, async change => {
    const folder = await folderWith({ file: 'old' });
    const { tells } = await watching(folder, ['file'], options);
    changes[change]!(folder);
    await tells();
  });

  test(`a link on the way that is pointed elsewhere, as Kubernetes does it, is ${way}`, async () => {
    const folder = await folderWith({});
    for (const version of ['1', '2']) {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'file'), version);
    }
    symlinkSync('1', join(folder, '..data'));
    symlinkSync('..data/file', join(folder, 'file'));
    const { tells } = await watching(folder, ['file'], options);
    symlinkSync('2', join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
    await tells();
  });

  test(`a file that a link in another folder leads to is ${way}`, async () => {
    const folder = await folderWith({});
    mkdirSync(join(folder, 'dotfiles'));
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'dotfiles', 'file'), 'old');
    symlinkSync('../dotfiles/file', join(folder, 'config', 'file'));
    const { tells } = await watching(join(folder, 'config'), ['file'], options);
    writeFileSync(join(folder, 'dotfiles', 'file'), 'new');
    await tells();
  });

  test(`a file that comes later is ${way}`, async () => {
    const folder = await folderWith({ there: '' });
    const { tells } = await watching(folder, ['there', 'secret'], options);
    writeFileSync(join(folder, 'secret'), 's');
    await tells();
  });
}

test('a folder that is removed and comes back is found by looking', async () => {
  const folder = await folderWith({});
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', 'file'), 'old');
  const { told } = await watching(join(folder, 'in'), ['file'], { pollMs: 40 });
  rmSync(join(folder, 'in'), { recursive: true });
  await soon(() => expect(told()).toBeGreaterThan(0));
  const before = told();
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', 'file'), 'new');
  await soon(() => expect(told()).toBeGreaterThan(before));
});

test('what else happens in the folder is not told of', async () => {
  const folder = await folderWith({ file: 'old' });
  const { told, tells } = await watching(folder, ['file']);
  for (let i = 0; i < 20; i++) writeFileSync(join(folder, `log-${i}`), 'x');
  await new Promise(resolve => setTimeout(resolve, 200));
  expect(told()).toBe(0);
  writeFileSync(join(folder, 'file'), 'new');
  await tells();
});

test('a burst is told of once, and one that does not end from time to time', async () => {
  const folder = await folderWith({ file: 'old' });
  const { told } = await watching(folder, ['file'], { quietMs: 200, patienceMs: 600 });
  const save = setInterval(() => writeFileSync(join(folder, 'file'), String(Math.random())), 10);
  onTestFinished(() => clearInterval(save));
  await soon(() => expect(told()).toBeGreaterThan(0));
  await soon(() => expect(told()).toBeGreaterThan(1));
  clearInterval(save);
});
