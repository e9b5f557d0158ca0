import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { shellFor } from './windows.ts';

async function withFiles(...names: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcpx-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of names) await writeFile(join(folder, name), '');
  return folder;
}

test('elsewhere the command is what it is', () => {
  const args = ['a b', '"', '%PATH%'];
  expect(shellFor('npx', args, {}, 'linux')).toEqual({ command: 'npx', args, verbatim: false });
});

test('a program is started as it is, found on PATH with its ending', async () => {
  const folder = await withFiles('tool.EXE', 'tool.CMD');
  const env = { PATH: `${tmpdir()}:${folder}`, PATHEXT: '.EXE;.CMD' };
  const program = { command: join(folder, 'tool.EXE'), args: ['a b'], verbatim: false };
  expect(shellFor('tool', ['a b'], env, 'win32')).toEqual(program);
  expect(shellFor('missing', [], env, 'win32')).toEqual({ command: 'missing', args: [], verbatim: false });
});

test.each([
  ['plain', '^"plain^"'],
  ['', '^"^"'],
  ['a b', '^"a^ b^"'],
  ['say "hi"', '^"say^ \\^"hi\\^"^"'],
  ['back\\', '^"back\\\\^"'],
  ['back\\"quote', '^"back\\\\\\^"quote^"'],
  ['%PATH%', '^"^%PATH^%^"'],
  ['a&b|c<d>e^f!g', '^"a^&b^|c^<d^>e^^f^!g^"'],
  ['(x);y,z', '^"^(x^)^;y^,z^"'],
])('a batch file runs through cmd.exe, with %j as %j', async (argument, quoted) => {
  const folder = await withFiles('npx.cmd');
  const env = { Path: folder, PATHEXT: '.exe;.cmd', COMSPEC: 'C:\\cmd.exe' };
  const { command, args, verbatim } = shellFor('npx', [argument], env, 'win32');
  expect({ command, verbatim }).toEqual({ command: 'C:\\cmd.exe', verbatim: true });
  expect(args).toEqual(['/d', '/s', '/c', `"^"${join(folder, 'npx.cmd')}^" ${quoted}"`]);
});
