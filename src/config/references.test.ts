import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failure, folderWith, load, warningsOf } from './loading.fixture.ts';
import { expand } from './references.ts';

const env = { NAME: 'value', EMPTY: '', INNER: '${env:NAME}', HOME: '/home/me' };

describe('expand', () => {
  test.each([
    ['${env:NAME}', 'value'],
    ['${NAME}', 'value'],
    ['a ${NAME} b ${env:NAME} c', 'a value b value c'],
    ['${env:NONE:-default}', 'default'],
    ['${NONE:-}', ''],
    ['${NONE:-a:-b:c}', 'a:-b:c'],
    ['${env:EMPTY}', ''],
    ['${EMPTY:-default}', 'default'],
    ['${INNER}', '${env:NAME}'],
    ['${workspaceFolder}/x', '/folder/x'],
    ['${userHome}/x', '/home/me/x'],
    ['$NAME $$ ${ } ${} ${a.b} ${1} $', '$NAME $$ ${ } ${} ${a.b} ${1} $'],
    ['$${NAME}', '$value'],
    ['${constructor:-own}', 'own'],
  ])('%s is %s', async (text, expected) => {
    expect(await expand(text, { env, folder: '/folder' })).toMatchObject({ text: expected, missing: [] });
  });

  test.each([
    ['${env:NONE}', 'NONE is not set; expected it in the environment'],
    ['${NONE}', 'NONE is not set; expected it in the environment'],
    ['${env:}', 'a variable without a name is not set; expected it in the environment'],
    ['${toString}', 'toString is not set; expected it in the environment'],
    ['${input:token}', 'input "token" would be asked of a person; expected a reference of kind env or file'],
    [
      '${command:x}',
      'references of kind "command" are not understood; expected a reference of kind env or file',
    ],
    ['${NONE:-${NAME}}', 'a reference stands inside another; expected a plain default'],
    ['${file:none}', 'file "none" does not exist; expected a file'],
    ['${file:.}', 'file "." is a folder; expected a file'],
    ['${file:/dev/zero}', 'file "/dev/zero" is a device or a pipe; expected a file'],
  ])('%s does not resolve', async (text, message) => {
    const { missing } = await expand(text, { env, folder: await folderWith({}) });
    expect(missing.map(entry => entry.message)).toEqual([message]);
  });

  test('takes a file without the newline at its end', async () => {
    const folder = await folderWith({ unix: 'a\n\n', windows: 'b\r\n', big: 'x'.repeat(1024 * 1024 + 1) });
    const { text, found, missing } = await expand('${file:unix}|${file:windows}|${file:big}', {
      env,
      folder,
    });
    expect(text).toBe('a\n|b|${file:big}');
    expect(found).toEqual(['a\n', 'b']);
    expect(missing[0]?.message).toBe('file "big" has 1048577 bytes; expected 1048576 at most');
  });

  test('leaves any text without a reference as it is', async () => {
    const plain = fc.string().filter(text => !text.includes('${'));
    await fc.assert(
      fc.asyncProperty(plain, async text => {
        expect(await expand(text, { env, folder: '/' })).toEqual({ text, found: [], missing: [] });
      }),
    );
  });
});

describe('in a configuration', () => {
  test('references are resolved everywhere they may stand', async () => {
    const { servers, folder } = await load(
      {
        mcpServers: {
          local: {
            command: '${C}',
            args: ['${A}', 3],
            env: { E: '${env:E}', PORT: 80 },
            envFile: '${F}',
            cwd: '${D}',
          },
          remote: { url: 'https://${HOST}/mcp', headers: { Authorization: 'Bearer ${T}' } },
        },
        defaults: { inheritEnv: ['MORE'] },
      },
      {
        C: 'cmd',
        A: 'argument',
        E: 'env-secret',
        F: 'extra.env',
        D: 'sub',
        HOST: 'example.com',
        T: 'token',
        MORE: '1',
      },
      { 'extra.env': 'FROM_FILE="file secret"\nE=weaker\n' },
    );
    expect(servers.map(({ target }) => target)).toEqual([
      {
        type: 'stdio',
        command: 'cmd',
        args: ['argument', '3'],
        cwd: join(folder, 'sub'),
        env: { MORE: '1', FROM_FILE: 'file secret', E: 'env-secret', PORT: '80' },
        ownEnv: { FROM_FILE: 'file secret', E: 'env-secret', PORT: '80' },
      },
      { type: 'http', url: 'https://example.com/mcp', headers: { Authorization: 'Bearer token' } },
    ]);
    expect(servers.map(({ secrets }) => secrets)).toEqual([
      ['argument', 'extra.env', 'weaker', 'file secret', 'env-secret'],
      ['example.com', 'token', 'Bearer token'],
    ]);
  });

  test('a default that stands in the file is no secret', async () => {
    const { servers } = await load({
      mcpServers: { a: { command: 'x', args: ['${NONE:-default}', '${workspaceFolder}'] } },
    });
    expect(servers[0]?.secrets).toEqual([]);
  });

  test('what stands in the file and is secret by its place is known as a secret', async () => {
    const url = 'https://me:pass-word@example.com/mcp?api_key=query-value&v=visible-value';
    const { servers } = await load({
      mcpServers: {
        a: { command: 'x', args: ['--token', 'after-token', '--password=in-option', '--name', 'visible'] },
        b: { url },
      },
    });
    expect(servers.map(({ secrets }) => secrets)).toEqual([
      ['after-token', 'in-option'],
      ['pass-word', 'query-value'],
    ]);
  });

  test('one that does not resolve stops its server alone', async () => {
    const config = await load(`{
  "mcpServers": {
    "good": { "command": "x", "cwd": "." },
    "bad": {
      "command": "x", "args": ["y", "--token=\${env:TOKEN}"],
      "env": { "K": "\${input:key}" }, "envFile": "none.env"
    },
    "gone": { "url": "\${ADDRESS}" },
    "lost": { "url": "\${SCHEME:-ftp}://x" },
    "off": { "command": "\${NONE}", "disabled": true },
    "moved": { "command": "x" }
  },
  "defaults": { "cwd": "\${FOLDER}" }
}`);
    expect(
      config.servers.map(({ name, target, problem }) => [name, !!target, problem?.line]),
    ).toMatchInlineSnapshot(`
      [
        [
          "good",
          true,
          undefined,
        ],
        [
          "bad",
          false,
          5,
        ],
        [
          "gone",
          false,
          8,
        ],
        [
          "lost",
          false,
          9,
        ],
        [
          "moved",
          false,
          13,
        ],
      ]
    `);
    expect(warningsOf(config)).toMatchInlineSnapshot(`
      "5:46: server "bad" is not started: \${env:TOKEN} does not resolve: TOKEN is not set; expected it in the environment
      6:22: server "bad" is not started: \${input:key} does not resolve: input "key" would be asked of a person; expected a reference of kind env or file
      6:50: server "bad" is not started: envFile "none.env" does not exist; expected a file
      8:23: server "gone" is not started: \${ADDRESS} does not resolve: ADDRESS is not set; expected it in the environment
      9:22: server "lost" is not started: url does not resolve to an http or https address; expected one
      13:25: server "bad" is not started: \${FOLDER} does not resolve: FOLDER is not set; expected it in the environment
      13:25: server "moved" is not started: \${FOLDER} does not resolve: FOLDER is not set; expected it in the environment"
    `);
  });
});

describe('keys of the gateway', () => {
  const sha256 = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';

  test('are hashed', async () => {
    const { gateway, warnings } = await load(
      {
        mcpServers: {},
        gateway: { keys: { env: '${KEY}', file: '${file:key}', hash: `sha256:${'AB'.repeat(32)}` } },
      },
      { KEY: 'secret' },
      { key: 'other\n' },
    );
    expect(gateway.keys).toEqual([
      { name: 'env', sha256 },
      { name: 'file', sha256: 'd9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa' },
      { name: 'hash', sha256: 'ab'.repeat(32) },
    ]);
    expect(warnings).toEqual([]);
  });

  test('in clear are taken, with a warning', async () => {
    const config = await load({ mcpServers: {}, gateway: { keys: { a: 'secret', b: '${NONE:-default}' } } });
    expect(config.gateway.keys[0]).toEqual({ name: 'a', sha256 });
    expect(warningsOf(config)).toMatchInlineSnapshot(`
      "5:12: key "a" stands here in clear; expected a reference such as \${env:MCPX_KEY}, or "sha256:" and its hash
      6:12: key "b" stands here in clear; expected a reference such as \${env:MCPX_KEY}, or "sha256:" and its hash"
    `);
  });

  test('that cannot be had keep the gateway from starting', async () => {
    const keys = { a: '${NONE}', b: '', c: 'sha256:1234', d: '${EMPTY}', e: '${KEY}', f: 'secret' };
    expect(await failure({ gateway: { keys } }, { EMPTY: '', KEY: 'secret' })).toMatchInlineSnapshot(`
      "4:13: \${NONE} does not resolve: NONE is not set; expected it in the environment
      5:12: key "b" is empty; expected a value
      6:12: key "c" is no whole hash; expected "sha256:" and 64 hexadecimal digits
      7:12: key "d" is empty; expected a value
      9:12: key "f" is the same as another; expected each to have its own"
    `);
  });
});
