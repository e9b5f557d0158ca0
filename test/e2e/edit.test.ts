// Commands that change the configuration, and the gateway that runs with it.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { errorOf, fixture, main, type Place, test } from './harness.ts';

const written = `{
  // my servers
  "mcpServers": {
    "memo": { "command": "node", "args": ["memo.js"], "env": { "TOKEN": "\${env:TOKEN}" } } // the first
  }
}
`;

function owned(place: Place, text = written) {
  const file = join(place.folder, 'own.json');
  writeFileSync(file, text);
  const run = (...args: string[]) => {
    const end = args.includes('--') ? args.indexOf('--') : args.length;
    return place.run([...args.slice(0, end), '--config', file, ...args.slice(end)]);
  };
  return { file, run, now: () => readFileSync(file, 'utf8') };
}

describe('mcpx add', () => {
  test('adds a command or an address, and keeps everything else', async ({ place }) => {
    const { file, run, now } = owned(place);
    const added = await run(
      'add',
      'files',
      '--env',
      'KEY=${env:KEY}',
      '--',
      'npx',
      '-y',
      'server',
      '--flag',
      '/x y',
    );
    expect(added).toEqual({ code: 0, signal: null, out: `added "files": ${file}\n`, err: '' });
    const remote = ['add', 'docs', 'https://example.com/mcp', '--header', 'Authorization: Bearer ${env:T}'];
    expect(await run(...remote, '--isolation', 'shared')).toMatchObject({ code: 0 });
    expect(now()).toBe(
      written.replace(
        ' // the first\n',
        `, // the first
    "files": { "command": "npx", "args": ["-y", "server", "--flag", "/x y"], "env": { "KEY": "\${env:KEY}" } },
    "docs": {
      "url": "https://example.com/mcp",
      "headers": {
        "Authorization": "Bearer \${env:T}"
      },
      "isolation": "shared"
    }
`,
      ),
    );
  });

  test('says what is wrong, and changes nothing', async ({ place }) => {
    const { run, now } = owned(place);
    const exists = await run('add', 'memo', 'https://example.com/mcp');
    expect(exists).toMatchObject({ code: 1, out: '' });
    expect(exists.err).toContain('there is a server "memo" already.');
    expect((await run('add', 'only-a-name')).code).toBe(2);
    expect((await run('add', 'x', '-y')).err).toContain("Unknown option '-y'");
    expect((await run('add', 'x', 'https://e.example/', '--env', 'A=1')).err).toContain('--env is of no use');
    expect((await run('add', 'x', '--isolation', 'nobody', '--', 'y')).err).toContain(
      'isolation is "nobody"',
    );
    expect(now()).toBe(written);
    expect(await run('add', 'memo', 'https://example.com/mcp', '--replace')).toMatchObject({ code: 0 });
    expect(now()).toMatch(/"memo": \{ "url": "https:\/\/example.com\/mcp" \} \/\/ the first/);
  });

  test('makes a configuration where there is none, which only its user can read', async ({ place }) => {
    const added = await place.run([
      'add',
      'memo',
      '--',
      fixture('stateful').command,
      ...fixture('stateful').args,
    ]);
    const file = join(place.folder, 'config', 'mcpx', 'mcpx.json');
    expect(added.out).toBe(`added "memo": ${file}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await place.run(['exec', 'memo.get'])).toMatchObject({ code: 0, out: 'null\n' });
  });

  test('writes in place where it may write the file but not its folder', async ({ place }) => {
    if (process.getuid?.() !== 0) return;
    const nobody = 65_534;
    const { file, now } = owned(place);
    mkdirSync(place.state);
    for (const path of [place.state, file]) chownSync(path, nobody, nobody);
    chmodSync(place.folder, 0o755);
    const { ino } = statSync(file);
    execFileSync(process.execPath, [main, 'add', 'x', '--config', file, '--', 'y'], {
      env: place.env(),
      uid: nobody,
      gid: nobody,
      cwd: place.folder,
    });
    expect(now()).toContain('"x": {');
    expect(statSync(file).ino).toBe(ino);
  });
});

test('mcpx disable, enable and remove', async ({ place }) => {
  const { run, now } = owned(place);
  expect(await run('disable', 'memo')).toMatchObject({ code: 0 });
  expect(now()).toContain('"TOKEN": "${env:TOKEN}" }, "enabled": false } // the first');
  expect((await run('disable', 'memo')).out).toMatch(/^nothing to change: /);
  expect(await run('enable', 'memo')).toMatchObject({ code: 0 });
  expect(now()).toBe(written);
  const wrong = await run('remove', 'memo', 'nome');
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('there is no server "nome" in the file.');
  expect(now()).toBe(written);
  const removed = await run('remove', 'memo', '--json');
  const { backup } = JSON.parse(removed.out);
  expect(now()).toBe('{\n  // my servers\n  "mcpServers": {\n  }\n}\n');
  expect(readFileSync(backup, 'utf8')).toBe(written);
  expect((await run('remove')).code).toBe(2);
});

test('mcpx config shows what holds, and no secret', async ({ place }) => {
  const { run, file } = owned(
    place,
    written.replace('"TOKEN": "${env:TOKEN}"', '"TOKEN": "${env:TOKEN}", "KEY": "sk-CANARY-1"'),
  );
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(
      /\}\n\}\n$/,
      '},\n  "defaults": { "retry": true },\n  "gateway": { "keys": { "me": "sk-CANARY-2" } }\n}\n',
    ),
  );
  const { out, code } = await run('config');
  expect(code).toBe(0);
  expect(out).not.toContain('CANARY');
  expect(JSON.parse(out)).toMatchObject({
    mcpServers: {
      memo: { env: { TOKEN: '${env:TOKEN}', KEY: '***' }, retry: true, timeoutMs: 300_000, enabled: true },
    },
    gateway: { port: 8_000, keys: { me: '***' } },
  });
  expect(JSON.parse((await run('config', 'memo')).out)).toMatchObject({ isolation: 'client' });
  expect((await run('config', 'memo', '--secrets')).out).toContain('sk-CANARY-1');
  expect((await run('config', 'none')).err).toContain('Servers: memo.');
});

test('the gateway that runs takes a change over at once, and says so', async ({ place }) => {
  const memo = fixture('stateful');
  const gateway = await place.serve({ memo });
  const client = await place.http('v1', gateway.url);
  const pid = await client.text('memo.whoami');
  const config = ['--config', join(place.folder, 'mcpx.json')];
  const added = await place.run(['add', 'other', ...config, '--', memo.command, ...memo.args]);
  expect(added.out).toMatch(
    /^added "other": .*\nrunning gateway: (.* ms: added other|it has taken this over)\n$/,
  );
  expect(await client.text('other.get')).toBe('null');
  const disabled = await place.run(['disable', 'other', ...config]);
  expect(disabled.out).toMatch(/gateway: (.*removed other|it has)/);
  expect(errorOf(await client.exec('other.get'))?.['code']).toBe('UNKNOWN_TOOL');
  expect(await client.text('memo.whoami')).toBe(pid);
  expect(existsSync(join(place.state, 'mcpx', 'backups'))).toBe(true);
});
