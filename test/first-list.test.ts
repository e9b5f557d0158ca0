import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcpx-first-list-'));
  writeFileSync(join(folder, 'mcpx.json'), '{ "mcpServers": {} }');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the first tools/list loads only what it needs', () => {
  const messages = [
    {
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
    },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/list' },
  ];
  const output = execFileSync(
    process.execPath,
    ['dist/cli/main.js', 'stdio', '--config', join(folder, 'mcpx.json')],
    {
      cwd: root,
      input: messages.map(message => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''),
      env: { ...process.env, XDG_STATE_HOME: folder, NODE_V8_COVERAGE: join(folder, 'loaded') },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  expect(output.toString()).toContain('"name":"resources"');
  expect(packagesLoaded()).toEqual([
    '@modelcontextprotocol/core',
    '@modelcontextprotocol/server',
    'jsonc-parser',
    'mcpx',
    'zod',
  ]);
});

/** The packages in the files of dist/ that Node's coverage says were loaded. */
function packagesLoaded(): string[] {
  const packages: Record<string, string[]> = JSON.parse(
    readFileSync(join(root, 'dist/modules.json'), 'utf8'),
  );
  const loaded = readdirSync(join(folder, 'loaded')).flatMap(name => {
    const { result } = JSON.parse(readFileSync(join(folder, 'loaded', name), 'utf8')) as {
      result: { url: string }[];
    };
    return result
      .filter(({ url }) => url.startsWith('file:'))
      .map(({ url }) => relative(root, fileURLToPath(url)));
  });
  return [...new Set(loaded.flatMap(file => packages[file] ?? []))].sort();
}
