import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const gateway = join(root, 'dist/cli/main.js');
export const probe = join(root, 'bench/soak/probe.mjs');
export const bareRelay = join(root, 'bench/lib/bare-relay.mjs');
const fixtures = join(root, 'test/fixtures/servers');

export interface ServerEntry {
  command?: string;
  args?: string[];
  url?: string;
  [setting: string]: unknown;
}

/** A folder with a configuration in it, and a state folder that nobody else uses. */
export function workplace(
  servers: Record<string, ServerEntry>,
  settings: object = {},
): { folder: string; config: string; env: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-bench-'));
  const config = join(folder, 'mcpx.json');
  writeFileSync(config, JSON.stringify({ mcpServers: servers, ...settings }));
  return {
    folder,
    config,
    env: { ...(process.env as Record<string, string>), XDG_STATE_HOME: join(folder, 'state') },
  };
}

/** A fixture, which ends by itself after half an hour. */
export function fixture(name: string, ...args: string[]): ServerEntry {
  const env = { FIXTURE_TTL_MS: '1800000' };
  return { command: process.execPath, args: [join(fixtures, `${name}.mjs`), ...args], env };
}

export function everything(): ServerEntry {
  return realServer('server-everything', 'stdio');
}

/** One of the official servers, such as `server-memory`. */
export function realServer(name: string, ...args: string[]): ServerEntry {
  const file = join(root, 'node_modules/@modelcontextprotocol', name, 'dist/index.js');
  return { command: process.execPath, args: [file, ...args] };
}
