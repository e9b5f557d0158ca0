// What a person does first: `npm start`, and the commands beside it.
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { fixture, freePort, Printing, root, test } from './harness.ts';

test('npm start serves the demo, and prints where, how its servers are, and what to paste', async ({
  place,
}) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const start = new Printing(
    [join(root, 'scripts/start.mjs'), '--port', String(port)],
    place.env(),
    place.folder,
  );
  place.onClose(async () => {
    start.child.kill('SIGTERM');
    await start.exit;
  });
  await start.says(`serves 3 servers at ${url}`);
  for (const line of [
    `claude mcp add --transport http mcpx ${url}`,
    `{"mcpServers":{"mcpx":{"url":"${url}"}}}`,
    `code --add-mcp '{"name":"mcpx","type":"http","url":"${url}"}'`,
  ])
    await start.says(line);
  for (const [server, tools] of [
    ['everything', '1[3-6]'],
    ['files', '14'],
    ['memory', '9'],
  ])
    await start.says(new RegExp(`${server}: ${tools} tools listed in \\d+ ms`));
  const client = await place.http('v2 modern', url);
  expect(await client.text('files.list_directory', { path: join(root, 'examples/files') })).toContain(
    'poem.txt',
  );
  start.child.kill('SIGINT');
  expect((await start.exit).code).toBe(0);
});

describe('the commands', () => {
  const servers = { echo: fixture('echo'), exits: fixture('exits-at-start') };

  test('inspect shows what a model would see', async ({ place }) => {
    const config = ['--config', place.write({ echo: fixture('echo') })];
    expect((await place.run(['inspect', ...config])).out).toMatch(/- echo: ready, 2 tools/);
    expect((await place.run(['inspect', 'echo', ...config])).out).toContain('echo.add(a: number, b: number)');
    expect((await place.run(['inspect', 'echo.add', ...config])).out).toMatch(
      /echo\.add\([\s\S]*sum: number[\s\S]*Adds two numbers/,
    );
    expect((await place.run(['inspect', '--query', 'sum numbers', ...config])).out).toContain('echo.add(');
  });

  test('exec calls a tool, and its exit code tells how it went', async ({ place }) => {
    const config = ['--config', place.write(servers)];
    expect(await place.run(['exec', 'echo.add', '{"a":1,"b":2}', ...config])).toMatchObject({
      code: 0,
      out: '{"sum":3}\n',
    });
    const json = await place.run(['exec', 'echo.add', '{"a":1,"b":2}', '--json', ...config]);
    expect(JSON.parse(json.out)).toMatchObject({ structuredContent: { sum: 3 } });
    expect(await place.run(['exec', 'echo.add', '{"a":1}', ...config])).toMatchObject({ code: 1 });
    expect(await place.run(['exec', 'exits.any', ...config])).toMatchObject({
      code: 1,
      out: expect.stringContaining('exited with code 3'),
    });
    expect(await place.run(['exec', ...config])).toMatchObject({ code: 2 });
  });

  test('read lists resources and reads one', async ({ place }) => {
    const config = ['--config', place.write({ echo: fixture('echo') })];
    expect((await place.run(['read', ...config])).out).toContain('- echo://text text [text/plain]');
    expect((await place.run(['read', 'echo://text', ...config])).out).toBe('A text that nobody described.\n');
    expect((await place.run(['read', 'echo', 'echo://nothing', ...config])).code).toBe(1);
  });

  test('check tells whether every server can be started', async ({ place }) => {
    const good = place.write(servers);
    expect(await place.run(['check', '--config', good])).toMatchObject({ code: 0 });
    const bad = place.write({ echo: { ...fixture('echo'), env: { A: '${env:NOT_SET_ANYWHERE}' } } });
    const checked = await place.run(['check', '--config', bad]);
    expect(checked.code).toBe(1);
    expect(checked.out + checked.err).toMatch(/mcpx-1\.json:\d+:\d+: .*NOT_SET_ANYWHERE/);
    const broken = place.write({ echo: { command: 7 } });
    expect(await place.run(['check', '--config', broken])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/mcpx-2\.json:\d+:\d+: /),
    });
  });

  test('doctor says of each server what is wrong and what to do', async ({ place }) => {
    const config = ['--config', place.write({ ...servers, absent: { command: 'no-such-command' } })];
    const { code, out } = await place.run(['doctor', ...config]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /ok {3}echo: 2 tools, 3 resources, 1 prompts?; MCP 2025-11-25 over stdio, connected in \d+ ms/,
    );
    expect(out).toMatch(/FAIL exits: failed: .*exited with code 3/);
    expect(out).toContain('stderr: fatal: FIXTURE_TOKEN is not set');
    expect(out).toMatch(/FAIL absent: failed: .*"no-such-command" was not found/);
    expect(out).toContain('what to do: ');
    expect((await place.run(['doctor', 'echo', ...config])).code).toBe(0);
  });

  test('without a configuration say where it would be looked for, and exit with 2', async ({ place }) => {
    for (const command of ['serve', 'stdio', 'inspect', 'check', 'doctor']) {
      const { code, err } = await place.run([command]);
      expect(code).toBe(2);
      expect(err).toContain(join(place.folder, 'config/mcpx/mcpx.json'));
      expect(err).toContain('mcpx import');
    }
  });

  test('have --help, refuse what they do not know, and never print a stack', async ({ place }) => {
    for (const command of ['serve', 'stdio', 'inspect', 'exec', 'read', 'check', 'doctor']) {
      expect(await place.run([command, '--help'])).toMatchObject({
        code: 0,
        out: expect.stringContaining(`mcpx ${command}`),
      });
      const { code, err } = await place.run([command, '--no-such-option']);
      expect(code).toBe(2);
      expect(err).not.toMatch(/\n\s+at /);
    }
    expect((await place.run(['nonsense'])).code).toBe(2);
  });
});
