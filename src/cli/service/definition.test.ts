import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Definition, definitionFor, type Wanted } from './definition.ts';

const odd = `/home/ann "q" 100% $HOME <&>/mcpx.json`;

function definition(platform: NodeJS.Platform, more: Partial<Wanted> = {}): Definition {
  return definitionFor({
    platform,
    env: { PATH: '/opt/node/bin:/usr/bin' },
    home: platform === 'win32' ? 'C:\\Users\\ann' : '/home/ann',
    uid: 501,
    stateFolder:
      platform === 'win32' ? 'C:\\Users\\ann\\AppData\\Local\\mcpx' : '/home/ann/.local/state/mcpx',
    command: [process.execPath, '/opt/mcpx/main.js', 'serve', '--config', odd],
    ...more,
  });
}

describe('systemd', () => {
  test('has a unit of the user, which gets PATH and is not restarted for what cannot be used', () => {
    const { file, text } = definition('linux');
    expect(file).toBe('/home/ann/.config/systemd/user/mcpx.service');
    expect(text).toContain('Environment="PATH=/opt/node/bin:/usr/bin"\n');
    expect(text).toContain('RestartPreventExitStatus=2\n');
    expect(definition('linux', { env: { XDG_CONFIG_HOME: '/etc/ann' } }).file).toBe(
      '/etc/ann/systemd/user/mcpx.service',
    );
  });

  test('is given words that it leaves as they are', () => {
    expect(definition('linux').text).toContain(
      String.raw`"--config" "/home/ann \"q\" 100%% $$HOME <&>/mcpx.json"`,
    );
  });

  test.skipIf(spawnSync('systemd-analyze', ['--version']).error !== undefined)(
    'finds nothing wrong with it',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'mcpx-unit-'));
      const file = join(folder, 'mcpx.service');
      writeFileSync(file, definition('linux').text);
      const env = { ...process.env, XDG_RUNTIME_DIR: folder };
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--user', file], { encoding: 'utf8', env });
      rmSync(folder, { recursive: true });
      expect(stderr.split('\n').filter(line => line.includes('mcpx.service'))).toEqual([]);
    },
  );
});

describe('launchd', () => {
  test('has an agent that starts at login, and again when it fails', () => {
    const { file, text, install } = definition('darwin');
    expect(file).toBe('/home/ann/Library/LaunchAgents/mcpx.plist');
    expect(text).toContain('<key>RunAtLoad</key><true/>');
    expect(text).toContain('<key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>');
    expect(text).toContain('<string>/home/ann/.local/state/mcpx/service.log</string>');
    expect(install.at(-1)).toEqual({ command: ['launchctl', 'bootstrap', 'gui/501', file] });
  });

  test('is given words that it leaves as they are', () => {
    expect(definition('darwin').text).toContain(
      '<string>/home/ann &quot;q&quot; 100% $HOME &lt;&amp;&gt;/mcpx.json</string>',
    );
  });
});

describe('the Windows task scheduler', () => {
  test('has a task at logon without a time limit, in the encoding that it reads', () => {
    const { file, text, encoding, install } = definition('win32');
    expect(file).toBe('C:\\Users\\ann\\AppData\\Local\\mcpx\\service.xml');
    expect(encoding).toBe('utf16le');
    expect(text).toMatch(/^\ufeff<\?xml version="1.0" encoding="UTF-16"\?>/);
    expect(text).toContain('<LogonTrigger><Enabled>true</Enabled></LogonTrigger>');
    expect(text).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
    expect(install[0]!.command).toEqual(['schtasks', '/Create', '/TN', 'mcpx', '/XML', file, '/F']);
  });

  test('is given words that a program takes apart as they were', () => {
    const { text } = definition('win32', { command: ['C:\\node.exe', 'C:\\a b\\', 'say "\\"'] });
    expect(text).toContain('<Command>C:\\node.exe</Command>');
    expect(text).toContain(
      '<Arguments>&quot;C:\\a b\\\\&quot; &quot;say \\&quot;\\\\\\&quot;&quot;</Arguments>',
    );
  });
});

test.each(['linux', 'darwin', 'win32'] as const)(
  'on %s what is installed can be taken out again',
  platform => {
    const { uninstall, status } = definition(platform);
    expect(uninstall.length).toBeGreaterThan(0);
    expect(uninstall.every(({ may }) => may === 'fail')).toBe(true); // the file goes whatever the system says
    expect(status.join(' ')).toContain('mcpx');
  },
);

test('other systems are told so', () => {
  expect(() => definition('freebsd')).toThrow('freebsd');
});
