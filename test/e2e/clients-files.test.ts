// Servers of other clients taken over, MCPX put into clients and out again: by commands, in real files.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect } from 'vitest';
import { fixture, type Place, test } from './harness.ts';
import { onTerminal } from './terminal.ts';

const fixtures = resolve(import.meta.dirname, '../fixtures/clients');

/** The file of a client in the home folder of `place`, with what its fixture has, or what is given. */
function put(place: Place, path: string, from: string): { path: string; now: () => string; before: string } {
  const file = join(place.folder, path);
  mkdirSync(dirname(file), { recursive: true });
  if (from.startsWith('{')) writeFileSync(file, from);
  else copyFileSync(join(fixtures, from), file);
  const now = () => readFileSync(file, 'utf8');
  return { path: file, now, before: now() };
}

const ours = (place: Place) => join(place.folder, 'config', 'mcpx', 'mcpx.json');
const servers = (place: Place) => JSON.parse(readFileSync(ours(place), 'utf8')).mcpServers;

describe('mcpx import', () => {
  test('shows what clients have, without secrets, and changes nothing', async ({ place }) => {
    put(place, '.claude.json', 'claude-code.json');
    put(place, '.cursor/mcp.json', 'cursor.json');
    const { code, out } = await place.run(['import']);
    expect(code).toBe(0);
    expect(out).toMatch(/^sentry +new +Claude Code +https:\/\/mcp\.sentry\.dev\/mcp$/m);
    expect(out).toMatch(/^db +new +Claude Code \(\/home\/me\/shop\) +uvx postgres-mcp$/m);
    const { out: json } = await place.run(['import', '--json', '--from', 'cursor']);
    expect(JSON.parse(json).servers.map(({ name }: { name: string }) => name)).toContain('figma');
    expect(out + json).not.toContain('CANARY');
    expect(existsSync(ours(place))).toBe(false);
  });

  test('takes over what is named, switched off, and all with --all --yes', async ({ place }) => {
    put(place, '.codeium/windsurf/mcp_config.json', 'windsurf.json');
    put(place, '.gemini/settings.json', 'gemini.json');
    const named = await place.run(['import', 'devin']);
    expect(named).toMatchObject({ code: 0, err: '' });
    expect(named.out).toContain('took over devin, switched off');
    expect(servers(place)).toEqual({ devin: expect.objectContaining({ enabled: false }) });
    expect(await place.run(['import', '--all', '--yes', '--json'])).toMatchObject({ code: 0 });
    const { devin, postgres, http } = servers(place);
    expect([devin.enabled, postgres.enabled, http.enabled]).toEqual([false, false, undefined]);
    expect((await place.run(['import', 'http'])).err).toContain('"http" cannot be taken over: configured.');
    expect((await place.run(['import', 'none'])).err).toContain('no client has a server "none".');
    expect((await place.run(['import', '--from', 'cursr'])).err).toContain('Did you mean cursor?');
    expect((await place.run(['import', '--from', 'cursor'])).out).toContain(
      'no servers were found with Cursor',
    );
  });

  test('moves secrets into references, and says what to set', async ({ place }) => {
    put(place, '.cursor/mcp.json', 'cursor.json');
    const { out } = await place.run(['import', '--all', '--secrets-to-env']);
    const text = readFileSync(ours(place), 'utf8');
    expect(out + text).not.toContain('CANARY');
    expect(text).toContain('"Authorization": "Bearer ${env:GITHUB_AUTHORIZATION}"');
    expect(out).toContain(
      `  GITHUB_AUTHORIZATION   (its value is in ${join(place.folder, '.cursor/mcp.json')})`,
    );
    expect((await place.run(['import', '--all'])).out).toContain('nothing to take over');
    expect((await place.run(['check'])).err).toBe('');
  });

  test('asks on a terminal', async ({ place }) => {
    put(place, '.cursor/mcp.json', '{ "mcpServers": { "a": { "command": "a" }, "b": { "command": "b" } } }');
    const { code } = await onTerminal(
      place,
      ['import'],
      [
        ['Which servers', ' \r'], // takes the tick from the first
        ['Switch it on now? 1 command will run.', 'y'],
      ],
    );
    expect(code).toBe(0);
    expect(servers(place)).toEqual({ b: { command: 'b' } });
    const stopped = await onTerminal(place, ['import'], [['Which servers', '\u0003']]);
    expect(stopped.code).toBe(1);
    expect(stopped.shown).toContain('nothing was changed');
    expect(servers(place)).toEqual({ b: { command: 'b' } });
  });
});

describe('mcpx install', () => {
  test('a client starts what was written, and works with its old servers through it', async ({ place }) => {
    const memo = fixture('stateful');
    const { path, now, before } = put(
      place,
      '.cursor/mcp.json',
      JSON.stringify({
        mcpServers: { memo: { ...memo, env: { TOKEN: 'sk-CANARY-1' } }, odd: { url: 'ftp://x' } },
      }),
    );
    const needsYes = await place.run(['install', 'cursor', '--move']);
    expect(needsYes).toMatchObject({ code: 2, out: '' });
    expect(now()).toBe(before);

    const { out, code, err } = await place.run(['install', 'cursor', '--move', '--yes']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`moved behind MCPX: memo (${ours(place)})`);
    expect(out).toContain('stays with Cursor: odd (unusable: url ');
    const { mcpx, memo: gone, odd } = JSON.parse(now()).mcpServers;
    expect([gone, odd]).toEqual([undefined, { url: 'ftp://x' }]);
    const client = await place.stdioTo('v1', { command: mcpx.command, args: mcpx.args, env: place.env() });
    expect(await client.text('memo.get')).toBe('null');
    await client.close();

    expect((await place.run(['uninstall', 'cursor'])).out).toBe(`${path} is what it was before\n`);
    expect(now()).toBe(before);
    expect((await place.run(['uninstall', 'cursor'])).err).toContain('MCPX was not put into');
  });

  test('over HTTP: the address of the gateway that runs, with the name of the client', async ({ place }) => {
    const gateway = await place.serve({});
    const { now } = put(place, '.codex/config.toml', 'codex.toml');
    const config = ['--config', join(place.folder, 'mcpx.json')];
    expect(await place.run(['install', 'codex', '--http', ...config])).toMatchObject({ code: 0 });
    expect(now()).toContain(`url = "${gateway.base}/mcp?client=codex"`);
    expect((await place.run(['install', 'zed', '--http', '--key-variable', 'K', ...config])).err).toContain(
      'Zed cannot reach the gateway in that way.',
    );
  });

  test('a gateway with keys: the name of a variable, never a key', async ({ place }) => {
    const { now } = put(place, '.claude.json', 'claude-code.json');
    const config = ['--config', place.write({}, { gateway: { keys: { me: 'sk-CANARY-key' } } })];
    const without = await place.run(['install', 'claude-code', '--http', ...config]);
    expect(without).toMatchObject({ code: 2 });
    expect(without.err).toContain('the gateway has keys, and the client needs one.');
    await place.run(['install', 'claude-code', '--http', '--key-variable', 'MY_KEY', ...config]);
    expect(JSON.parse(now()).mcpServers.mcpx).toEqual({
      type: 'http',
      url: 'http://127.0.0.1:8000/mcp?client=claude-code',
      headers: { Authorization: 'Bearer ${MY_KEY}' },
    });
  });

  test('into the file of the project', async ({ place }) => {
    const config = ['--config', place.write({})];
    const { out, code } = await place.run([
      'install',
      'vscode',
      '--project',
      '--attach',
      '--json',
      ...config,
    ]);
    expect(code).toBe(0);
    const { file } = JSON.parse(out);
    const { servers } = JSON.parse(readFileSync(file, 'utf8'));
    expect(servers.mcpx.args.slice(1, 4)).toEqual(['stdio', '--attach', '--start']);
    expect(await place.run(['uninstall', 'vscode', '--project'])).toMatchObject({ code: 0 });
    expect(existsSync(file)).toBe(false);
  });

  test('asks on a terminal, and takes no for an answer', async ({ place }) => {
    const { now, before } = put(place, 'config/zed/settings.json', 'zed.json');
    const config = ['--config', place.write({})];
    const { code } = await onTerminal(place, ['install', 'zed', ...config], [['Do this?', 'n']]);
    expect(code).toBe(1);
    expect(now()).toBe(before);
  });
});
