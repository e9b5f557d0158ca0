import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { McpxError } from '../errors.ts';
import { withoutSecrets } from '../secrets.ts';
import { configIn, loadConfig, readConfig } from './load.ts';
import { failure, folderWith, load, warningsOf } from './loading.fixture.ts';
import type { Problem } from './types.ts';

const server = { command: 'node' };

test('a candidate that is only looked at teaches no secrets', async () => {
  const text = JSON.stringify({ mcpServers: { a: { ...server, env: { T: '${env:WORD}' } } } });
  const { secrets } = await readConfig('/x/mcpx.json', text, { WORD: 'an-ordinary-word' });
  expect(secrets).toContain('an-ordinary-word');
  expect(withoutSecrets('an-ordinary-word')).toBe('an-ordinary-word');
  await configIn('/x/mcpx.json', text, { WORD: 'an-ordinary-word' });
  expect(withoutSecrets('an-ordinary-word')).toBe('[secret]');
});

test('what stands in arguments and is secret by its place is a secret', async () => {
  const args = [
    '-e',
    'API_TOKEN=word-of-the-token',
    '--header',
    'X-Any: word-of-the-header',
    '--mode=word-of-the-mode',
  ];
  const text = JSON.stringify({ mcpServers: { a: { ...server, args } } });
  const { secrets } = await readConfig('/x/mcpx.json', text, {});
  expect(secrets.toSorted()).toEqual(['word-of-the-header', 'word-of-the-token']);
});

describe('a good file', () => {
  test('may have comments, trailing commas and a byte order mark', async () => {
    const config = await load(
      '\uFEFF// mine\n{ "mcpServers": { "a": { "command": "node", /* none */ }, }, }',
    );
    expect(config.servers.map(({ name }) => name)).toEqual(['a']);
    expect(config.warnings).toEqual([]);
  });

  test('has room for as many connections as its isolation makes likely', async () => {
    const isolations = ['call', 'client', 'shared'];
    const own = { ...server, isolation: 'client', pool: { max: 3 } };
    const mcpServers = Object.fromEntries(isolations.map(isolation => [isolation, { ...server, isolation }]));
    const { servers } = await load({ mcpServers: { ...mcpServers, own } });
    expect(servers.map(({ pool }) => pool.max)).toEqual([8, 256, 8, 3]);
  });

  test('is filled up with defaults', async () => {
    const { servers, gateway, folder } = await load({ mcpServers: { a: server } }, { PATH: '/bin' });
    expect(servers).toEqual([
      {
        name: 'a',
        target: { type: 'stdio', command: 'node', args: [], cwd: folder, env: { PATH: '/bin' }, ownEnv: {} },
        isolation: 'client',
        pool: { min: 0, max: 256, idleMs: 300_000 },
        concurrency: 64,
        queue: 256,
        connectTimeoutMs: 30_000,
        timeoutMs: 300_000,
        maxTotalMs: 3_600_000,
        retry: false,
        cache: { ttlMs: 0, tools: [] },
        health: { enabled: true, intervalMs: 30_000, timeoutMs: 5_000, threshold: 3 },
        compress: { schemas: true, results: true, structuredContent: true },
        resultTokens: 10_000,
        tools: { deny: [], ask: [], resultTokens: {}, examples: {} },
        secrets: [],
      },
    ]);
    expect(gateway).toEqual({
      admin: {},
      clients: {},
      host: '127.0.0.1',
      mode: 'tools',
      profiles: {},
      sse: false,
      port: 8000,
      portNamed: false,
      keys: [],
      allowedHosts: [],
      allowedOrigins: [],
      drainMs: 10_000,
      keychain: true,
      menuTokens: 800,
      searchTokens: 600,
      search: { learn: false },
      sessionIdleMs: 1_800_000,
      results: { maxMemoryMb: 32, maxDiskMb: 256, ttlMs: 1_800_000 },
      log: { level: 'info', format: 'auto', maxFileMb: 16, maxFiles: 5, payloads: false },
      metrics: { enabled: true, maxTools: 500 },
      history: { enabled: true, onDisk: false, maxAgeDays: 30, maxMb: 256, payloads: false },
      audit: { enabled: true },
      otel: { enabled: false, headers: {}, traces: true, metrics: true, payloads: false },
    });
  });

  test('files of the gateway are found from its folder, and what is secret is known to be', async () => {
    const { folder, gateway } = await load(
      {
        gateway: {
          keys: { laptop: '${env:KEY}', hashed: `sha256:${'0'.repeat(64)}` },
          log: { file: 'logs/mcpx.log' },
          audit: { file: '/var/audit.jsonl' },
          otel: { endpoint: 'http://127.0.0.1:4318', headers: { 'x-key': '${env:OTLP_KEY}' } },
        },
      },
      {
        KEY: 'key of the laptop',
        OTLP_KEY: 'key of the receiver',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=header%20of%20the%20environment',
      },
    );
    expect(gateway.log.file).toBe(`${folder}/logs/mcpx.log`);
    expect(gateway.audit.file).toBe('/var/audit.jsonl');
    expect(gateway.otel).toMatchObject({ enabled: true, headers: { 'x-key': 'key of the receiver' } });
    const told = withoutSecrets('key of the laptop, key of the receiver, header of the environment');
    expect(told).toBe('[secret], [secret], [secret]');
  });

  test('the public address may be a reference, and is no secret', async () => {
    const settings = { gateway: { publicUrl: 'https://${env:HOST}/' } };
    const { gateway } = await load(settings, { HOST: 'mcpx.example' });
    expect([gateway.publicUrl, withoutSecrets('mcpx.example')]).toEqual([
      'https://mcpx.example/',
      'mcpx.example',
    ]);
    await expect(load(settings, { HOST: ' ' })).rejects.toThrow('is no http or https address once');
    await expect(load(settings, {})).rejects.toThrow('${env:HOST} does not resolve');
  });

  test('an endpoint for embeddings is filled up, its key a secret', async () => {
    const embeddings = { url: 'http://${env:HOST}/v1', model: 'm', apiKey: '${env:EMBEDDINGS_KEY}' };
    const env = { HOST: '127.0.0.1:1', EMBEDDINGS_KEY: 'key of the endpoint' };
    const { gateway } = await load({ gateway: { search: { embeddings } } }, env);
    expect(gateway.search.embeddings).toEqual({
      url: 'http://127.0.0.1:1/v1',
      model: 'm',
      apiKey: 'key of the endpoint',
      timeoutMs: 500,
      queryPrefix: '',
      toolPrefix: '',
    });
    expect(withoutSecrets('key of the endpoint')).toBe('[secret]');
    const elsewhere = load({ gateway: { search: { embeddings } } }, { ...env, HOST: ' ' });
    await expect(elsewhere).rejects.toThrow('is no http or https address once its references are resolved');
  });

  test.for([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SDK_DISABLED: 'true' }, false],
    [{}, false],
  ] as const)('OpenTelemetry is on where the environment says so: %j', async ([env, enabled]) => {
    const { gateway } = await load({}, env);
    expect(gateway.otel.enabled).toBe(enabled);
  });

  test('says what is set for all servers under defaults', async () => {
    const { servers } = await load({
      defaults: { timeoutMs: 5, pool: { idleMs: 7 }, tools: { deny: ['x'] }, cwd: '/tmp' },
      mcpServers: {
        plain: server,
        own: { ...server, timeoutMs: 6, pool: { idleMs: 8 }, tools: { ask: ['y'] }, cwd: '/' },
      },
    });
    expect(
      servers.map(({ timeoutMs, pool, tools, target }) => [timeoutMs, pool.idleMs, tools, target]),
    ).toMatchObject([
      [5, 7, { deny: ['x'], ask: [] }, { cwd: '/tmp' }],
      [6, 8, { deny: ['x'], ask: ['y'] }, { cwd: '/' }],
    ]);
  });

  test('takes nothing but shared settings from defaults', async () => {
    const config = await load({ defaults: { env: { A: 'b' }, command: 'rm' }, mcpServers: { a: server } });
    expect(config.servers[0]?.target).toEqual({
      type: 'stdio',
      command: 'node',
      args: [],
      cwd: config.folder,
      env: {},
      ownEnv: {},
    });
    expect(warningsOf(config)).toMatch(/unknown key "env".*\n.*unknown key "command"/);
  });
});

describe('what is wrong', () => {
  test('is told all at once, in the order of the file', async () => {
    const text = `{
  "mcpServers": {
    "a": { "command": 7, "args": "x", "env": { "K": null }, "timeoutMs": -1 },
    "b": { "url": "ftp://example.com", "isolation": "none", "maxTotalMs": 1e12 },
    "c": {},
    "d": { "command": "x", "url": "http://x", "connectTimeoutMs": 1.5 },
    "e": { "command": "x", "type": "http" },
    "f": { "url": "http://x", "type": "stdio", "enabled": true, "disabled": true, "inheritEnv": "PATH" },
    "": [],
    "a": { "command": "" }
  },
  "servers": { "b": { "command": "x" } },
  "gateway": { "port": 70000, "keys": ["x"], "allowedHosts": ["", 1] },
  "defaults": null
}`;
    expect(await failure(text)).toMatchInlineSnapshot(`
      "3:23: command is 7; expected a string
      3:34: args is a string; expected a list
      3:53: env.K is null; expected a string
      3:74: timeoutMs is -1; expected 1 or more
      4:19: url is no http or https address; expected one such as "https://example.com/mcp"
      4:53: isolation is "none"; expected one of "call", "client", "shared"
      4:75: maxTotalMs is 1000000000000; expected 2147483647 or less
      5:5: neither command nor url is set; expected one of them
      6:5: command and url are both set; expected one of them
      6:67: connectTimeoutMs is 1.5; expected a whole number
      7:5: type is "http", but command is set; expected url
      8:5: type is "stdio", but url is set; expected command
      8:5: enabled and disabled contradict each other; expected one of them
      8:97: inheritEnv is a string; expected true, false or a list of names
      9:5: the name has 0 characters; expected 1 to 300
      10:5: "a" stands twice, first at 3:5; expected it once
      12:16: server "b" stands in both mcpServers and servers; expected it once
      13:24: gateway.port is 70000; expected 65535 or less
      13:39: gateway.keys is a list; expected an object
      13:63: gateway.allowedHosts[0] is empty; expected text
      13:67: gateway.allowedHosts[1] is 1; expected a string
      14:15: defaults is null; expected an object"
    `);
  });

  test('in syntax: one error per line, each with its place', async () => {
    const text =
      '{\n  "mcpServers": {\n    \'a\': {},\n    "b": { "command": "x" "args": [] },\n    "c": tru\n';
    expect(await failure(text)).toMatchInlineSnapshot(`
      "3:5: \`'\` cannot stand here; expected a value, or a name in double quotes
      4:27: \`"\` cannot stand here; expected a comma before it
      5:10: \`t\` cannot stand here; expected a value, or a name in double quotes
      6:1: the end of the file cannot stand here; expected a value"
    `);
  });

  test.each([
    ['', '1:1: the file is empty; expected an object such as { "mcpServers": {} }'],
    [' // nothing\n', '2:1: the end of the file cannot stand here; expected a value'],
    ['{ "a": "x', '1:8: the string does not end on its line; expected a closing double quote'],
    ['{ "a": "\t" }', '1:8: the string has a control character in it; expected an escape such as \\t'],
    ['{ "a": "\\q" }', '1:8: the string has an unknown escape; expected \\\\ for a backslash'],
    ['{ "a": "\\u12" }', '1:8: the string has a broken \\u escape; expected four hexadecimal digits'],
    ['{ "a": 1. }', '1:8: this is no number; expected one such as 8000'],
    ['/* x', '1:1: the comment does not end; expected `*/`'],
    ['{} {}', '1:4: `{` cannot stand here; expected the end of the file'],
    ['[]', '1:1: the configuration is a list; expected an object'],
    ['null', '1:1: the configuration is null; expected an object'],
    ['"mcpServers"', '1:1: the configuration is a string; expected an object'],
    ['{} /*', '1:4: the comment does not end; expected `*/`'],
    ['/*', '1:1: the comment does not end; expected `*/`'],
    ['['.repeat(100_000), '1:101: nested more than 100 deep; expected a configuration'],
  ])('%.20j', async (text, message) => {
    expect(await failure(text)).toBe(message);
  });

  test('is not followed by what broken syntax seems to leave out', async () => {
    expect(await failure('{ "mcpServers": { "a": { "comm')).not.toContain('neither');
  });

  test('is shown up to a hundred problems', async () => {
    const args = Array.from({ length: 103 }, () => null);
    const lines = (await failure({ mcpServers: { a: { command: 'x', args } } })).split('\n');
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('and 3 more');
  });

  test('comes with data for machines', async () => {
    const folder = await folderWith({ 'mcpx.json': '{\n "gateway": []\n}' });
    const file = join(folder, 'mcpx.json');
    await expect(loadConfig(file, {})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `${file}:2:13: gateway is a list; expected an object`,
      data: [{ file, line: 2, column: 13 }],
    });
  });

  test('never repeats a string, which may be secret', async () => {
    expect(
      await failure({ mcpServers: { a: { url: 'sk-123' } }, gateway: { keys: 'sk-123' } }),
    ).not.toContain('sk-');
  });
});

describe('a file that cannot be read', () => {
  test('a folder', async () => {
    const folder = await folderWith({});
    await mkdir(join(folder, 'mcpx.json'));
    await expect(loadConfig(join(folder, 'mcpx.json'), {})).rejects.toThrow(
      'mcpx.json:1:1: the configuration is a folder; expected a file',
    );
  });

  test('no file', async () => {
    await expect(loadConfig('/nowhere/mcpx.json', {})).rejects.toThrow(
      'the configuration does not exist; expected a file',
    );
  });

  test('more than 8 MiB', async () => {
    expect(await failure(`{}${' '.repeat(8 * 1024 * 1024)}`)).toBe(
      '1:1: the configuration has 8388610 bytes; expected 8388608 at most',
    );
  });

  // Stryker alone runs tests in threads, which may not change who they are.
  test.skipIf(!isMainThread)('no permission', async () => {
    const folder = await folderWith({ 'mcpx.json': '{}' });
    await chmod(join(folder, 'mcpx.json'), 0o000);
    const loading = withoutPrivileges(() => loadConfig(join(folder, 'mcpx.json'), {}));
    await expect(loading).rejects.toThrow('may not be read; expected permission');
  });

  test('another encoding', async () => {
    const folder = await folderWith({ 'mcpx.json': Buffer.from('\uFEFF{}', 'utf16le') });
    await expect(loadConfig(join(folder, 'mcpx.json'), {})).rejects.toThrow('is not UTF-8 text');
  });
});

describe('warnings', () => {
  test('name unknown keys with the nearest known one, and settings without effect', async () => {
    const config = await load(`{
  "mcpServer": {},
  "mcpServers": {
    "a": { "command": "x", "timeoutMS": 1, "nonsense": { "deep": 1 }, "pool": { "max": 2, "idleMs": 1, "idle": 3 } },
    "b": { "command": "x", "isolation": "call", "tools": { "examples": { "echo": ["say it"] } } },
    "c": { "command": "x", "isolation": "client", "constructor": 1, "__proto__": 2 }
  },
  "defaults": { "isolation": "shared", "concurrency": 3, "cache": { "ttlMs": 5 }, "health": { "enabled": false } }
}`);
    expect(warningsOf(config)).toMatchInlineSnapshot(`
      "2:3: unknown key "mcpServer", ignored; did you mean mcpServers?
      4:28: unknown key "timeoutMS", ignored; did you mean timeoutMs?
      4:44: unknown key "nonsense", ignored; expected one of type, command, args, env, envFile, url, headers, auth, enabled, isolation, pool, concurrency, queue, connectTimeoutMs, timeoutMs, maxTotalMs, retry, cache, health, compress, resultTokens, inheritEnv, cwd, tools
      4:104: unknown key "idle", ignored; did you mean idleMs?
      6:51: unknown key "constructor", ignored; expected one of type, command, args, env, envFile, url, headers, auth, enabled, isolation, pool, concurrency, queue, connectTimeoutMs, timeoutMs, maxTotalMs, retry, cache, health, compress, resultTokens, inheritEnv, cwd, tools
      6:69: unknown key "__proto__", ignored; expected one of type, command, args, env, envFile, url, headers, auth, enabled, isolation, pool, concurrency, queue, connectTimeoutMs, timeoutMs, maxTotalMs, retry, cache, health, compress, resultTokens, inheritEnv, cwd, tools"
    `);
  });

  test('say that there are no servers', async () => {
    expect(warningsOf(await load('{}'))).toBe('1:1: there are no servers; expected mcpServers');
    expect(warningsOf(await load({ mcpServers: {} }))).toBe('');
  });
});

describe('any name', () => {
  const strange = [
    '__proto__',
    'constructor',
    'toString',
    'a.b',
    'a b',
    '👋',
    '\0__proto__',
    'x'.repeat(300),
  ];

  test.each(strange)('%j names a server, a variable and a key', async name => {
    const config = await load(
      `{ "mcpServers": { ${JSON.stringify(name)}: { "command": "x", "env": { ${JSON.stringify(name)}: "v" } } },
         "gateway": { "keys": { ${JSON.stringify(name)}: "\${KEY}" } } }`,
      { KEY: 'secret' },
    );
    expect(config.warnings).toEqual([]);
    expect(config.servers[0]?.name).toBe(name);
    expect(config.gateway.keys[0]?.name).toBe(name);
    const target = config.servers[0]?.target;
    expect(target?.type === 'stdio' && Object.entries(target.ownEnv)).toEqual([[name, 'v']]);
  });

  test('errors inside have their place', async () => {
    expect(
      await failure('{ "mcpServers": {\n "__proto__": { "command": 1 }, "constructor": {} } }'),
    ).toMatchInlineSnapshot(`
      "2:28: command is 1; expected a string
      2:33: neither command nor url is set; expected one of them"
    `);
  });

  test('but not a longer one', async () => {
    expect(await failure({ mcpServers: { ['x'.repeat(301)]: server } })).toMatchInlineSnapshot(
      `"3:5: the name has 301 characters; expected 1 to 300"`,
    );
  });
});

describe('whatever stands in the file', () => {
  const jsonish = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .jsonValue()
      .map(value => JSON.stringify({ mcpServers: { a: value }, gateway: value, defaults: value })),
    fc
      .array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"mcpServers"', '1', '//', '\n', "'", '\\'))
      .map(parts => parts.join('')),
  );

  test('it loads, or every problem has a place in the text and a message', async () => {
    const folder = await folderWith({});
    const file = join(folder, 'mcpx.json');
    await fc.assert(
      fc.asyncProperty(jsonish, async text => {
        await writeFile(file, text);
        const problems = await loadConfig(file, {}).then(
          ({ warnings }) => warnings,
          (error: McpxError) => {
            if (!(error instanceof McpxError) || error.code !== 'CONFIG_INVALID') throw error;
            return error.data as Problem[];
          },
        );
        const lines = text.replace(/^\uFEFF/, '').split('\n');
        for (const { line, column, message } of problems) {
          expect(lines.length).toBeGreaterThanOrEqual(line);
          expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
          expect(message).toMatch(/; |is ignored|no effect|runs as|is read as/);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Runs `work` as nobody where the tests run as root, who may read everything. */
async function withoutPrivileges<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.('nobody');
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
