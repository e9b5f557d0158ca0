import { describe, expect, test } from 'vitest';
import { filesOf } from './find.ts';
import type { Place } from './place.ts';
import { clientNamed, clients } from './table.ts';

const linux: Place = { platform: 'linux', env: {}, home: '/home/me', folder: '/home/me/shop' };
const mac: Place = { platform: 'darwin', env: {}, home: '/Users/me', folder: '/Users/me/shop' };
const windows: Place = {
  platform: 'win32',
  env: { APPDATA: 'C:\\Users\\me\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' },
  home: 'C:\\Users\\me',
  folder: 'D:\\shop',
};

const paths = (id: string, place: Place) => filesOf(clientNamed(id), place).map(({ path }) => path);

test.for([
  ['claude-desktop', ['/home/me/.config/Claude/claude_desktop_config.json']],
  ['claude-code', ['/home/me/.claude.json', '/home/me/shop/.mcp.json']],
  ['cursor', ['/home/me/.cursor/mcp.json', '/home/me/shop/.cursor/mcp.json']],
  [
    'vscode',
    [
      '/home/me/.config/Code/User/mcp.json',
      '/home/me/.config/Code - Insiders/User/mcp.json',
      '/home/me/shop/.vscode/mcp.json',
    ],
  ],
  ['windsurf', ['/home/me/.codeium/windsurf/mcp_config.json']],
  ['zed', ['/home/me/.config/zed/settings.json', '/home/me/shop/.zed/settings.json']],
  ['codex', ['/home/me/.codex/config.toml', '/home/me/shop/.codex/config.toml']],
  ['gemini', ['/home/me/.gemini/settings.json', '/home/me/shop/.gemini/settings.json']],
  ['python-mcpx', ['/home/me/.config/mcpx-toolkit/mcpx.json', '/home/me/shop/config.json']],
] as const)('files of %s on Linux', ([id, expected]) => {
  expect(paths(id, linux)).toEqual(expected);
});

test.for([
  ['claude-desktop', '/Users/me/Library/Application Support/Claude/claude_desktop_config.json'],
  ['claude-code', '/Users/me/.claude.json'],
  ['cursor', '/Users/me/.cursor/mcp.json'],
  ['vscode', '/Users/me/Library/Application Support/Code/User/mcp.json'],
  ['windsurf', '/Users/me/.codeium/windsurf/mcp_config.json'],
  ['zed', '/Users/me/.config/zed/settings.json'],
  ['codex', '/Users/me/.codex/config.toml'],
  ['gemini', '/Users/me/.gemini/settings.json'],
  ['python-mcpx', '/Users/me/.config/mcpx-toolkit/mcpx.json'],
] as const)('the first file of %s on macOS', ([id, expected]) => {
  expect(paths(id, mac)[0]).toBe(expected);
});

test.for([
  ['claude-desktop', 'C:\\Users\\me\\AppData\\Roaming\\Claude\\claude_desktop_config.json'],
  ['claude-code', 'C:\\Users\\me\\.claude.json'],
  ['cursor', 'C:\\Users\\me\\.cursor\\mcp.json'],
  ['vscode', 'C:\\Users\\me\\AppData\\Roaming\\Code\\User\\mcp.json'],
  ['windsurf', 'C:\\Users\\me\\.codeium\\windsurf\\mcp_config.json'],
  ['zed', 'C:\\Users\\me\\AppData\\Roaming\\Zed\\settings.json'],
  ['codex', 'C:\\Users\\me\\.codex\\config.toml'],
  ['gemini', 'C:\\Users\\me\\.gemini\\settings.json'],
  ['python-mcpx', 'C:\\Users\\me\\.config\\mcpx-toolkit\\mcpx.json'],
] as const)('the first file of %s on Windows', ([id, expected]) => {
  expect(paths(id, windows)[0]).toBe(expected);
});

describe('variables that move them', () => {
  const moved = (id: string, env: Record<string, string>) => paths(id, { ...linux, env })[0];

  test('of the clients themselves', () => {
    expect(moved('claude-code', { CLAUDE_CONFIG_DIR: '/else' })).toBe('/else/.claude.json');
    expect(moved('codex', { CODEX_HOME: '/else' })).toBe('/else/config.toml');
  });

  test('of the desktop, where they are absolute', () => {
    expect(moved('vscode', { XDG_CONFIG_HOME: '/x' })).toBe('/x/Code/User/mcp.json');
    expect(moved('zed', { XDG_CONFIG_HOME: 'x' })).toBe('/home/me/.config/zed/settings.json');
  });

  test('Windows without them', () => {
    expect(paths('claude-desktop', { ...windows, env: {} })).toEqual([
      'C:\\Users\\me\\AppData\\Roaming\\Claude\\claude_desktop_config.json',
      'C:\\Users\\me\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json',
    ]);
  });
});

test('MCPX as each client writes it', () => {
  const command = { command: 'node', args: ['main.js', 'stdio'] };
  const remote = { url: 'http://127.0.0.1:8000/mcp?client=x', keyVariable: 'MCPX_KEY' };
  const written = clients.map(({ id, write }) => [id, write?.(command), write?.(remote)]);
  const bearer = (reference: string) => ({ headers: { Authorization: `Bearer ${reference}` } });
  const { url } = remote;
  expect(written).toEqual([
    ['claude-desktop', command, undefined],
    ['claude-code', { type: 'stdio', ...command }, { type: 'http', url, ...bearer('${MCPX_KEY}') }],
    ['cursor', command, { url, ...bearer('${env:MCPX_KEY}') }],
    ['vscode', { type: 'stdio', ...command }, { type: 'http', url, ...bearer('${env:MCPX_KEY}') }],
    ['windsurf', command, { serverUrl: url, ...bearer('${env:MCPX_KEY}') }],
    ['zed', { source: 'custom', ...command, env: {} }, undefined],
    ['codex', command, { url, bearer_token_env_var: 'MCPX_KEY' }],
    ['gemini', command, { httpUrl: url, ...bearer('$MCPX_KEY') }],
    ['python-mcpx', undefined, undefined],
  ]);
  expect(clientNamed('zed').write!({ url })).toEqual({ source: 'custom', url });
});

test('a wrong name is answered with the right ones', () => {
  expect(() => clientNamed('claudecode')).toThrow('Did you mean claude-code?');
});
