import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packagesLoaded } from './loaded.ts';

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
  expect(packagesLoaded(join(folder, 'loaded'))).toEqual([
    '@modelcontextprotocol/core',
    '@modelcontextprotocol/server',
    'jsonc-parser',
    'mcpx',
    'zod',
  ]);
});
