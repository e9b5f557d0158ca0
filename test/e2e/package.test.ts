// What npm would publish: its size, its types, and that it installs and runs from an empty folder on every Node.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture } from '../fixtures/start.ts';
import { Gateway, root } from './gateway.ts';

const run = promisify(execFile);
const mega = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'mcpx-package-'));
const memory = join(root, 'node_modules/@modelcontextprotocol/server-memory');
const nodes = {
  'the Node that runs the tests': process.execPath,
  'Node 22': join(root, 'test/node22/node_modules/.bin/node'),
  'Node 24': join(root, 'test/node24/node_modules/.bin/node'),
};
let tarball = '';
let files: string[] = [];

beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [packed] = Object.values(JSON.parse(stdout)) as [{ filename: string; files: { path: string }[] }];
  tarball = join(folder, packed.filename);
  files = packed.files.map(({ path }) => path);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

test('it is small', () => {
  const { size } = statSync(tarball);
  console.log(`packed: ${(size / mega).toFixed(2)} MB in ${files.length} files`);
  expect(size).toBeLessThan(3 * mega);
});

test('it holds what is built, what describes it, and nothing else', () => {
  const known =
    /^(dist\/[\w./-]+\.(js|d\.ts|txt)|dist\/ui\/[\w./-]+\.(html|css|svg)|schema\/mcpx\.schema\.json|package\.json|[\w.-]+\.md|LICENSE)$/;
  expect(files.filter(path => !known.test(path))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['dist/cli/main.js', 'dist/index.js', 'dist/index.d.ts']));
});

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pack: { tarball: readFileSync(tarball).buffer } });
  expect(messages.map(message => formatMessage(message, pkg))).toEqual([]);
});

test('its types resolve, whoever imports it', { timeout: 60_000 }, async () => {
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const args = [
    attw,
    tarball,
    '--profile',
    'esm-only',
    '--format',
    'json',
    '--exclude-entrypoints',
    'schema/mcpx.schema.json',
  ];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 16 * mega });
  const { analysis } = JSON.parse(stdout) as { analysis: { types: unknown; problems: unknown[] } };
  expect(analysis.types).toMatchObject({ kind: 'included' });
  const known = [{ kind: 'CJSResolvesToESM', entrypoint: '.', resolutionKind: 'node16-cjs' }]; // it is ESM only
  expect(analysis.problems).toEqual(known);
});

describe.each(Object.entries(nodes))('on %s', (name, node) => {
  const place = join(folder, name.replaceAll(' ', '-'));
  const env = {
    PATH: `${dirname(node)}${delimiter}${process.env['PATH']}`,
    HOME: place,
    XDG_STATE_HOME: join(place, 'state'),
  };
  const main = join(place, 'node_modules/mcpx-gateway/dist/cli/main.js');

  beforeAll(async () => {
    await mkdir(place);
    await writeFile(join(place, 'package.json'), '{}');
    const options = [
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--fetch-timeout=20000', // asked again, where a registry does not answer
      '--fetch-retries=4',
      '--install-links=false',
      '--ignore-scripts',
    ];
    const npm = { ...process.env, PATH: env.PATH };
    await run('npm', ['install', ...options, tarball, memory], { cwd: place, env: npm });
  }, 120_000);

  test('the installed package is small', async () => {
    const size = await sizeOf(join(place, 'node_modules'));
    console.log(`installed on ${name}: ${(size / mega).toFixed(1)} MB`);
    expect(size).toBeLessThan(60 * mega);
  });

  test('it serves, keeps a history, and stops with 0', async () => {
    const config = join(place, 'mcpx.json');
    await writeFile(
      config,
      JSON.stringify({ mcpServers: { echo: fixture('echo') }, gateway: { history: { onDisk: true } } }),
    );
    const gateway = await Gateway.start(['--config', config], env, [node, main]);
    try {
      const { stdout } = await run(node, [main, 'stats', '--config', config, '--json'], { env });
      expect(JSON.parse(stdout)).toMatchObject({ history: { place: 'database' } });
    } finally {
      gateway.child.kill('SIGTERM');
    }
    expect(await gateway.exit).toMatchObject({ code: 0 });
  });

  test('the program of docs/embedding.md runs', { timeout: 120_000 }, async () => {
    const text = readFileSync(join(root, 'docs/embedding.md'), 'utf8');
    await writeFile(join(place, 'program.mjs'), /^```js\n([\s\S]*?)^```$/m.exec(text)![1]!);
    const { stdout } = await run(node, ['program.mjs'], { cwd: place, env, timeout: 100_000 });
    expect(stdout).toMatch(/^done\nmemory\.\w+\(/);
  });
});

/** Bytes of all files below, without what links lead to. */
async function sizeOf(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter(entry => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
