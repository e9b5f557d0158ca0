import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Backups } from './backups.ts';
import { withEnabled, withoutServer, withServer, withToolSwitched } from './change.ts';
import { ConfigFile } from './file.ts';
import { folderWith } from './loading.fixture.ts';

const first = '{\n  // mine\n  "mcpServers": {}\n}\n';

async function file(text = first, name = 'mcpx.json') {
  const folder = await folderWith({ [name]: text });
  const path = join(folder, name);
  const tested = new ConfigFile(path, join(folder, 'state'));
  const add = (server: string) =>
    tested.change({ edit: old => withServer(old, server, { command: server }) });
  return { folder, path, tested, add, now: () => readFileSync(path, 'utf8') };
}

test.for([
  ['[]', '1:1'],
  ['{\n  "mcpServers": [{ "name": "old", "command": "y" }]\n}', '2:17'],
  ['{ "mcpServers": { "a": null } }', '1:24'],
])('what stands where servers should is not written over: %s', async ([text, place]) => {
  const { tested, path, now } = await file(text);
  for (const edit of [
    (old: string) => withServer(old, 'x', { command: 'x' }),
    (old: string) => withEnabled(old, 'a', false),
  ]) {
    await expect(tested.change({ edit })).rejects.toThrow(`${path}:${place}: `);
  }
  expect(now()).toBe(text);
});

describe('writing', () => {
  test('keeps the mode, and leaves nothing beside the file', async () => {
    const { folder, path, add, now } = await file();
    chmodSync(path, 0o640);
    expect(await add('a')).toMatchObject({ changed: true });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(now()).toContain('// mine');
    expect(readdirSync(folder).sort()).toEqual(['mcpx.json', 'state']);
  });

  test('keeps a symbolic link, and writes where it leads', async () => {
    const { folder, add } = await file();
    mkdirSync(join(folder, 'home'));
    const link = join(folder, 'home', 'link.json');
    symlinkSync('../mcpx.json', link);
    await new ConfigFile(link, join(folder, 'state')).change({
      edit: old => withServer(old, 'b', { command: 'b' }),
    });
    await add('c');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(link, 'utf8')).toMatch(/"b"[\s\S]*"c"/);
  });

  test('keeps the owner, where we may give it; else it is written in place', async () => {
    const { path, add } = await file();
    const { ino } = statSync(path);
    if (process.getuid?.() !== 0) return;
    chownSync(path, 12_345, 12_346);
    await add('a');
    expect(statSync(path)).toMatchObject({ uid: 12_345, gid: 12_346 });
    expect(statSync(path).ino).not.toBe(ino);
  });

  test('works in a folder that nothing can be made in', async () => {
    const { folder, path, add, now } = await file(first, 'mcpx.json');
    mkdirSync(join(folder, 'state'));
    if (process.getuid?.() === 0) return; // root can
    chmodSync(folder, 0o500);
    onTestFinished(() => chmodSync(folder, 0o700));
    const { ino } = statSync(path);
    await add('a');
    expect(now()).toContain('"a"');
    expect(statSync(path).ino).toBe(ino);
  });

  test('keeps a byte order mark and the line ends of Windows', async () => {
    const { add, now } = await file('\ufeff{\r\n  "mcpServers": {\r\n  }\r\n}\r\n');
    await add('a');
    expect(now()).toBe(
      '\ufeff{\r\n  "mcpServers": {\r\n    "a": {\r\n      "command": "a"\r\n    }\r\n  }\r\n}\r\n',
    );
  });

  test('makes a file that is not there, private', async () => {
    const folder = await folderWith({});
    const path = join(folder, 'deep', 'mcpx.json');
    const tested = new ConfigFile(path, join(folder, 'state'));
    expect(await tested.read()).toEqual({ text: '{\n}\n', version: '' });
    await tested.change({ edit: old => withServer(old, 'a', { command: 'a' }) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe(
      '{\n  "mcpServers": {\n    "a": {\n      "command": "a"\n    }\n  }\n}\n',
    );
  });

  test('a change that changes nothing writes nothing', async () => {
    const { path, tested } = await file();
    const { ino } = statSync(path);
    expect(await tested.change({ edit: text => text })).toMatchObject({ changed: false });
    expect(statSync(path).ino).toBe(ino);
  });
});

describe('two who change it', () => {
  test('at the same time lose nothing', async () => {
    const { folder, path, now } = await file();
    const names = Array.from({ length: 20 }, (_, index) => `server-${index}`);
    await Promise.all(
      names.map(name =>
        new ConfigFile(path, join(folder, 'state')).change({
          edit: old => withServer(old, name, { command: name }),
        }),
      ),
    );
    expect(Object.keys(JSON.parse(now().replace('// mine', '')).mcpServers).sort()).toEqual(names.sort());
  });

  test('for a version that is gone get a conflict, with what stands there', async () => {
    const { path, tested, now } = await file();
    const { version } = await tested.read();
    const other = first.replace('mine', 'yours');
    writeFileSync(path, other);
    const late = tested.change({ edit: () => '{ "mcpServers": { } }', version });
    await expect(late).rejects.toMatchObject({ code: 'CONFIG_CONFLICT', status: 409, data: { text: other } });
    expect(now()).toBe(other);
    const { version: known } = await tested.read();
    expect(await tested.change({ edit: () => first, version: known })).toMatchObject({
      changed: true,
      version,
    });
  });

  test('one of whom knows nothing of the other: the change is made to the newer text', async () => {
    const { path, tested, now } = await file();
    let times = 0;
    await tested.change({
      edit: old => {
        if (times++ === 0) writeFileSync(path, first.replace('mine', 'yours'));
        return withServer(old, 'a', { command: 'a' });
      },
    });
    expect(times).toBe(2);
    expect(now()).toMatch(/yours[\s\S]*"a"/);
  });
});

describe('what cannot be used', () => {
  test('is not written', async () => {
    const { tested, now } = await file();
    const wrong = tested.change({ edit: old => withServer(old, 'a', { command: 7 }) });
    await expect(wrong).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(wrong).rejects.toThrow(/:5:18: command is 7; expected a string/);
    expect(now()).toBe(first);
  });

  test('may be mended, and what is wrong elsewhere may stay', async () => {
    const bad = '{\n  "mcpServers": {\n    "bad": { "command": 7 },\n    "worse": { "url": 1 }\n  }\n}\n';
    const { tested, now } = await file(bad);
    await tested.change({ edit: old => withoutServer(old, 'bad') });
    expect(now()).not.toContain('bad');
    await tested.change({ edit: old => withServer(old, 'good', { command: 'x' }) });
    await expect(tested.change({ edit: old => `${old} `, strict: true })).rejects.toThrow('url is 1');
  });

  test('cannot be changed in one place where its syntax is broken', async () => {
    const { tested } = await file('{ "mcpServers": { }');
    const change = tested.change({ edit: old => withServer(old, 'a', { command: 'a' }) });
    await expect(change).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await tested.change({ edit: () => first, strict: true })).toMatchObject({ changed: true });
  });
});

test('the last five texts are kept, privately, as they were', async () => {
  const { folder, path, add } = await file();
  chmodSync(path, 0o644);
  const texts = [];
  for (let index = 0; index < 8; index++) {
    texts.push(readFileSync(path, 'utf8'));
    const { backup } = await add(`s${index}`);
    expect(readFileSync(backup!, 'utf8')).toBe(texts.at(-1));
    expect(statSync(backup!).mode & 0o777).toBe(0o600);
  }
  const kept = await new Backups(path, join(folder, 'state')).list();
  expect(kept.map(name => readFileSync(name, 'utf8'))).toEqual(texts.slice(-5).reverse());
});

describe('servers', () => {
  const listed =
    '{\n  "servers": {\n    "a": { "command": "a", "disabled": true },\n    "b": { "command": "b" }\n  }\n}';

  test('stand where the others stand, and nowhere twice', () => {
    expect(withServer(listed, 'c', { command: 'c' })).toContain(
      '"b": { "command": "b" },\n    "c": { "command": "c" }\n',
    );
    expect(() => withServer(listed, 'a', { command: 'c' })).toThrow('there is a server "a" already.');
    expect(withServer(listed, 'a', { command: 'c' }, true)).toContain('"a": { "command": "c" }');
    expect(() => withoutServer(listed, 'bb')).toThrow('there is no server "bb" in the file.');
  });

  test('are switched in the words of the file', () => {
    const on = withEnabled(listed, 'a', true);
    expect(on).toContain('"a": { "command": "a" }');
    expect(withEnabled(on, 'a', true)).toBe(on);
    expect(withEnabled(listed, 'a', false)).toBe(listed);
    expect(withEnabled(listed, 'b', false)).toContain('{ "command": "b", "enabled": false }');
    expect(withEnabled(listed.replace('true', 'false'), 'a', false)).toBe(listed);
    const off = '{ "mcpServers": { "a": { "command": "a" } }, "defaults": { "enabled": false } }';
    expect(withEnabled(off, 'a', true)).toContain('{ "command": "a", "enabled": true }');
  });
});

describe('tools', () => {
  const text = (tools: object, defaults = {}) =>
    JSON.stringify({ mcpServers: { a: { command: 'a', tools } }, defaults });
  const toolsOf = (changed: string) => JSON.parse(changed).mcpServers.a.tools;

  test('are switched off by a list, and on again by what it takes', () => {
    const off = withToolSwitched(text({}), 'a', 'x', false);
    expect(toolsOf(off)).toEqual({ deny: ['x'] });
    expect(withToolSwitched(off, 'a', 'x', false)).toBe(off);
    expect(toolsOf(withToolSwitched(off, 'a', 'x', true))).toEqual({ deny: [] });
    expect(withToolSwitched(text({ allow: ['y'] }), 'a', 'x', false)).toBe(text({ allow: ['y'] }));
    expect(toolsOf(withToolSwitched(text({ allow: ['y'], deny: ['x'] }), 'a', 'x', true))).toEqual({
      allow: ['y', 'x'],
      deny: [],
    });
  });

  test('lists under defaults are taken over, since a list of its own replaces them', () => {
    const inherited = text({ ask: ['q'] }, { tools: { deny: ['z'] } });
    expect(toolsOf(withToolSwitched(inherited, 'a', 'x', false))).toEqual({ ask: ['q'], deny: ['z', 'x'] });
    expect(toolsOf(withToolSwitched(inherited, 'a', 'z', true))).toEqual({ ask: ['q'], deny: [] });
  });
});
