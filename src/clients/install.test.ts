import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fixtureText, placeWith } from './clients.fixture.ts';
import { fileOf } from './find.ts';
import { Installer } from './install.ts';
import { clientNamed } from './table.ts';

const ours = { command: 'node', args: ['main.js', 'stdio'] };

async function installed(id: string, fixture: string) {
  const place = placeWith({ [id]: fixture });
  const file = await fileOf(clientNamed(id), place, false);
  const installer = () => new Installer(file, join(dirname(place.home), 'state'));
  return { installer, file, now: () => readFileSync(file.path, 'utf8'), before: fixtureText(fixture) };
}

const kinds = [
  ['claude-code', 'claude-code.json', 'sentry'],
  ['zed', 'zed.json', 'old'],
  ['codex', 'codex.toml', 'context7'],
] as const;

describe.each(kinds)('%s', (id, fixture, other) => {
  test('uninstall gives back what was there, byte for byte', async () => {
    const { installer, now, before } = await installed(id, fixture);
    await installer().install(ours, [other]);
    expect(now()).toContain('main.js');
    expect(now()).not.toContain(other === 'sentry' ? 'mcp.sentry.dev' : `${other}]`);
    expect(await installer().uninstall()).toMatchObject({ changed: true, restored: true });
    expect(now()).toBe(before);
  });

  test('what changed since stays; only ours is undone, what was moved is back', async () => {
    const { installer, file, now } = await installed(id, fixture);
    await installer().install(ours, [other]);
    const later = id === 'codex' ? ['"gpt-5-codex"', '"gpt-6"'] : ['"', '/* later */ "'];
    writeFileSync(file.path, now().replace(later[0]!, later[1]!));
    expect(await installer().uninstall()).toMatchObject({ restored: false });
    expect(now()).toContain(later[1]);
    expect(now()).toContain(other);
    expect(now()).not.toContain('main.js');
  });

  test('installing twice changes nothing, and is undone at once', async () => {
    const { installer, now, before } = await installed(id, fixture);
    await installer().install(ours);
    expect(await installer().install(ours)).toMatchObject({ changed: false });
    await installer().install({ ...ours, args: ['other.js'] }, [other]);
    await installer().uninstall();
    expect(now()).toBe(before);
    await expect(installer().uninstall()).rejects.toMatchObject({ code: 'NOT_INSTALLED' });
  });
});

test('a server of our name that was there comes back', async () => {
  const { installer, file, now } = await installed('cursor', 'cursor.json');
  const mine = '{ "mcpServers": { "mcpx": { "command": "mine" }, "b": { "command": "b" } } }';
  writeFileSync(file.path, mine);
  await installer().install(ours);
  writeFileSync(file.path, now().replace('"b" }', '"c" }'));
  await installer().uninstall();
  expect(JSON.parse(now())).toEqual({ mcpServers: { mcpx: { command: 'mine' }, b: { command: 'c' } } });
});

test('what somebody has put in our place is not ours to take out', async () => {
  const { installer, file, now } = await installed('cursor', 'cursor.json');
  await installer().install(ours, ['figma']);
  const theirs = now()
    .replace('main.js', 'theirs.js')
    .replace(/\}\s*\}\s*$/, ', "figma": { "command": "new" } } }');
  writeFileSync(file.path, theirs);
  await installer().uninstall();
  expect(now()).toBe(theirs);
});

test('changed by somebody after one install, then installed again: that is what comes back', async () => {
  const { installer, file, now, before } = await installed('cursor', 'cursor.json');
  await installer().install(ours);
  writeFileSync(file.path, now().replace('"debug"', '"info"'));
  await installer().install({ ...ours, args: ['other.js'] }, ['figma']);
  await installer().uninstall();
  expect(now()).toBe(before.replace('"debug"', '"info"'));
});

test('a file that was not there is made, private, and gone again', async () => {
  const place = placeWith();
  const file = await fileOf(clientNamed('vscode'), place, true);
  const installer = new Installer(file, join(dirname(place.home), 'state'));
  await installer.install(ours);
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file.path, 'utf8'))).toEqual({ servers: { mcpx: ours } });
  await installer.uninstall();
  expect(existsSync(file.path)).toBe(false);
});

test('a broken file is not touched, and nothing is remembered', async () => {
  const { installer, file, now } = await installed('cursor', 'cursor.json');
  writeFileSync(file.path, '{ "mcpServers": ');
  await expect(installer().install(ours)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(now()).toBe('{ "mcpServers": ');
  await expect(installer().uninstall()).rejects.toMatchObject({ code: 'NOT_INSTALLED' });
});

test('an install that fails leaves all as it was: the one before can still be undone', async () => {
  const { installer, file, now, before } = await installed('cursor', 'cursor.json');
  await installer().install(ours, ['figma']);
  const installedText = now();
  writeFileSync(file.path, '{ "mcpServers": ["not", "servers"] }');
  await expect(installer().install({ command: 'other' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  writeFileSync(file.path, installedText);
  expect(await installer().uninstall()).toMatchObject({ changed: true, restored: true });
  expect(now()).toBe(before);
});

test.for([
  ['[]', '1:1', 'the file is no object'],
  ['{\n  "mcpServers": [{ "name": "old" }]\n}', '2:17', '"mcpServers" is no object'],
])('what stands where servers should is not written over: %s', async ([text, place, said]) => {
  const { installer, file, now } = await installed('cursor', 'cursor.json');
  writeFileSync(file.path, text!);
  await expect(installer().install(ours)).rejects.toThrow(`${file.path}:${place}: ${said}`);
  expect(now()).toBe(text);
  await expect(installer().uninstall()).rejects.toMatchObject({ code: 'NOT_INSTALLED' });
});

test('the file that exists is meant, where a client may have it in two places', async () => {
  const place = placeWith();
  const [usual, insiders] = clientNamed('vscode').user(place);
  expect((await fileOf(clientNamed('vscode'), place, false)).path).toBe(usual);
  mkdirSync(dirname(insiders!), { recursive: true });
  writeFileSync(insiders!, '{}');
  expect((await fileOf(clientNamed('vscode'), place, false)).path).toBe(insiders);
});
