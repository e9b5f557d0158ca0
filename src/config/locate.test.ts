import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith } from './loading.fixture.ts';
import { locateConfig, stateFolder } from './locate.ts';

async function setUp() {
  const cwd = await folderWith({ 'mcpx.json': '{}', 'named.json': '{}' });
  const home = await folderWith({});
  const inHome = join(home, '.config/mcpx/mcpx.json');
  const writeInHome = () => {
    mkdirSync(join(home, '.config/mcpx'), { recursive: true });
    writeFileSync(inHome, '{}');
  };
  return { cwd, env: { HOME: home }, inHome, writeInHome };
}

describe('the configuration file', () => {
  test('is the one named', async () => {
    const { cwd, env } = await setUp();
    const MCPX_CONFIG = join(cwd, 'mcpx.json');
    const options = { interactive: true, env: { ...env, MCPX_CONFIG }, cwd };
    expect(locateConfig({ ...options, named: 'named.json' })).toBe(join(cwd, 'named.json'));
    expect(locateConfig(options)).toBe(MCPX_CONFIG);
    expect(() => locateConfig({ ...options, named: 'none.json' })).toThrow(
      `There is no configuration: ${join(cwd, 'none.json')} (named by --config).`,
    );
  });

  test('is in the user’s folder, or else in the current one of a person', async () => {
    const { cwd, env, inHome, writeInHome } = await setUp();
    expect(locateConfig({ interactive: true, env, cwd })).toBe(join(cwd, 'mcpx.json'));
    writeInHome();
    expect(locateConfig({ interactive: true, env, cwd })).toBe(inHome);
  });

  test('is never found in the current folder by a program', async () => {
    const { cwd, env, inHome } = await setUp();
    expect(() => locateConfig({ interactive: false, env, cwd })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_NOT_FOUND',
        message: `There is no configuration: ${inHome} (looked for there).`,
        help: expect.stringContaining('mcpx import'),
      }),
    );
  });
});

test('the state folder follows the XDG rules, on Windows its own', () => {
  expect(stateFolder({ HOME: '/home/me' }, 'linux')).toBe('/home/me/.local/state/mcpx');
  expect(stateFolder({ HOME: '/home/me', XDG_STATE_HOME: '/state' }, 'linux')).toBe('/state/mcpx');
  expect(stateFolder({ HOME: '/home/me', XDG_STATE_HOME: 'relative' }, 'linux')).toBe(
    '/home/me/.local/state/mcpx',
  );
  expect(stateFolder({ HOME: '/home/me', LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'mcpx'));
});
