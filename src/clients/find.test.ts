import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { candidatesOf } from './candidates.ts';
import { fixtureText, placeWith } from './clients.fixture.ts';
import { findServers } from './find.ts';

/** Servers by name, as we write them. */
async function entriesIn(files: Record<string, string>): Promise<Record<string, unknown>> {
  const { found, problems } = await findServers(placeWith(files));
  expect(problems).toEqual([]);
  return Object.fromEntries(found.map(({ name, entry }) => [name, entry]));
}

describe('the servers of', () => {
  test('Claude Desktop', async () => {
    expect(await entriesIn({ 'claude-desktop': 'claude-desktop.json' })).toEqual({
      filesystem: {
        command: 'npx',
        args: ['-y', '@modelcontextprotocol/server-filesystem', '/Users/me/Desktop'],
      },
      github: {
        command: 'docker',
        args: ['run', '-i', '--rm', '-e', 'GITHUB_PERSONAL_ACCESS_TOKEN', 'ghcr.io/github/github-mcp-server'],
        env: { GITHUB_PERSONAL_ACCESS_TOKEN: 'ghp_CANARY0123456789abcdef' },
      },
    });
  });

  test('Claude Code: of the user, of every project, and in the project', async () => {
    const place = placeWith({
      'claude-code': 'claude-code.json',
      'claude-code:project': 'claude-code-project.json',
    });
    const { found } = await findServers(place);
    expect(found.map(({ name, folder }) => [name, folder])).toEqual([
      ['sentry', undefined],
      ['linear', undefined],
      ['api', undefined],
      ['filesystem', undefined],
      ['db', '/home/me/shop'],
      ['shared', place.folder],
    ]);
    expect(found[2]!.entry).toEqual({
      type: 'http',
      url: '${API_BASE_URL:-https://api.example.com}/mcp',
      headers: { Authorization: 'Bearer ${API_KEY}' },
    });
    expect(found[4]!.entry).toMatchObject({ command: 'uvx', cwd: '/home/me/shop' });
  });

  test('Cursor', async () => {
    const entries = await entriesIn({ 'cursor:project': 'cursor.json' });
    const { args, cwd } = entries['notes'] as { args: string[]; cwd: string };
    expect(args[0]).toBe(`${cwd}/tools/notes.py`);
    expect(entries).toMatchObject({
      figma: { url: 'http://127.0.0.1:3845/mcp' },
      crm: { auth: { CLIENT_ID: 'mcpx', scopes: ['read'] } },
    });
    expect(entries['notes']).not.toHaveProperty('autoApprove');
  });

  test('VS Code: what it would ask for comes from the environment', async () => {
    const { found } = await findServers(placeWith({ vscode: 'vscode.json' }));
    const [perplexity, playwright] = found;
    expect(perplexity!.entry['env']).toEqual({ PERPLEXITY_API_KEY: '${env:PERPLEXITY_KEY}' });
    expect(perplexity!.notes).toEqual([
      'PERPLEXITY_KEY: set in the environment of MCPX what VS Code asked for',
    ]);
    expect(playwright).toMatchObject({ name: 'microsoft/playwright-mcp', notes: [] });
  });

  test('Windsurf: what is off stays off', async () => {
    expect(await entriesIn({ windsurf: 'windsurf.json' })).toMatchObject({
      devin: { url: 'https://mcp.devin.ai/mcp' },
      postgres: { enabled: false, tools: { deny: ['execute_sql'] } },
    });
  });

  test('Zed: both shapes of a command; what an extension brings along cannot be taken over', async () => {
    const { found } = await findServers(placeWith({ zed: 'zed.json' }));
    expect(found.map(({ name, entry }) => [name, entry['command'], entry['args'], entry['enabled']])).toEqual(
      [
        ['mcp-server-context7', undefined, undefined, true],
        ['local', '/usr/local/bin/local-mcp', ['--stdio'], false],
        ['old', 'node', ['old.js'], undefined],
        ['remote', undefined, undefined, undefined],
      ],
    );
    const [extension] = candidatesOf(found, new Map());
    expect(extension).toMatchObject({
      state: 'unusable',
      because: ['neither command nor url is set; expected one of them'],
    });
  });

  test('Codex', async () => {
    expect(await entriesIn({ codex: 'codex.toml' })).toEqual({
      context7: {
        command: 'npx',
        args: ['-y', '@upstash/context7-mcp'],
        inheritEnv: ['CONTEXT7_API_KEY'],
        connectTimeoutMs: 20_000,
        timeoutMs: 45_500,
        tools: { allow: ['get-library-docs'] },
        env: { LEVEL: 'debug' },
      },
      figma: {
        url: 'https://mcp.figma.com/mcp',
        headers: {
          Authorization: 'Bearer ${env:FIGMA_OAUTH_TOKEN}',
          'X-Figma-Region': 'us-east-1',
          'X-Team': '${env:FIGMA_TEAM}',
        },
        enabled: false,
      },
    });
  });

  test('Gemini CLI: its references, its words for time and tools, SSE without a type', async () => {
    expect(await entriesIn({ gemini: 'gemini.json' })).toMatchObject({
      'python-tools': {
        env: { DATABASE_URL: '${env:DB_CONNECTION_STRING}', API_KEY: '${EXTERNAL_API_KEY}' },
        timeoutMs: 15_000,
        tools: { allow: ['safe_tool'], deny: ['drop'] },
      },
      events: { type: 'sse', url: 'https://events.example.com/stream' },
      http: { url: 'https://http.example.com/mcp' },
    });
  });

  test('MCPX in Python, both shapes', async () => {
    expect(Object.keys(await entriesIn({ 'python-mcpx': 'python-mcpx.json' }))).toEqual([
      'filesystem',
      'events',
    ]);
    const older = await entriesIn({ 'python-mcpx': 'python-mcpx-list.json' });
    expect(older['http-server']).toMatchObject({ type: 'http', url: 'http://localhost:3000/mcp' });
  });
});

test('every fixture can be used as it is, but for the extension of Zed', async () => {
  const all = {
    'claude-desktop': 'claude-desktop.json',
    'claude-code': 'claude-code.json',
    'claude-code:project': 'claude-code-project.json',
    cursor: 'cursor.json',
    vscode: 'vscode.json',
    windsurf: 'windsurf.json',
    zed: 'zed.json',
    codex: 'codex.toml',
    gemini: 'gemini.json',
    'python-mcpx': 'python-mcpx.json',
  };
  const { found } = await findServers(placeWith(all));
  const candidates = candidatesOf(found, new Map());
  expect(candidates.filter(({ state }) => state !== 'new').map(({ name }) => name)).toEqual([
    'mcp-server-context7',
  ]);
  const filesystem = candidates.find(({ name }) => name === 'filesystem')!;
  expect(filesystem.from.map(({ client }) => client.id)).toEqual([
    'claude-desktop',
    'claude-code',
    'python-mcpx',
  ]);
  expect(candidates.filter(({ name }) => name.startsWith('github')).map(({ name }) => name)).toEqual([
    'github',
    'github-cursor',
    'github-vscode',
  ]);
});

test('what is configured already is told from what only has the same name', async () => {
  const { found } = await findServers(placeWith({ windsurf: 'windsurf.json' }));
  const devin = { url: 'https://mcp.devin.ai/mcp', headers: { Authorization: 'Bearer ${env:DEVIN_KEY}' } };
  const present = new Map([
    ['devin', { ...devin, args: [], enabled: false }],
    ['postgres', { command: 'uvx' }],
  ]);
  expect(candidatesOf(found, present).map(({ state, because }) => [state, because])).toEqual([
    ['same', []],
    ['different', ['args', 'env', 'tools']],
  ]);
});

test('MCPX itself is no server, whatever it is called; a folder of its name is something else', async () => {
  const place = placeWith();
  const file = place.path('cursor');
  mkdirSync(dirname(file), { recursive: true });
  const mcpServers = {
    mcpx: { url: 'http://127.0.0.1:8000/mcp' },
    gate: { command: 'npx', args: ['-y', 'mcpx-gateway@1', 'stdio'] },
    old: { command: '/usr/bin/mcpx-toolkit' },
    files: { command: 'npx', args: ['server-filesystem', '/home/me/mcpx'] },
  };
  writeFileSync(file, JSON.stringify({ mcpServers }));
  expect((await findServers(place)).found.map(({ name }) => name)).toEqual(['files']);
});

test.for([
  ['cursor', '{ "mcpServers": { ', /Cursor: .*mcp\.json:1:19: the end of the file cannot stand here/],
  ['codex', 'a = \n', /Codex: .*config\.toml:1:1: is no TOML: /],
  ['zed', '\xff', /Zed: .* is not UTF-8 text/],
] as const)('a broken file of %s is named, and the others are read', async ([id, text, said]) => {
  const place = placeWith({ gemini: 'gemini.json' });
  mkdirSync(dirname(place.path(id)), { recursive: true });
  writeFileSync(place.path(id), text, 'latin1');
  const { found, problems } = await findServers(place);
  expect(found).toHaveLength(3);
  expect(problems).toEqual([expect.stringMatching(said)]);
});

test.for([
  'null',
  '[]',
  '{"mcpServers": []}',
  '{"mcpServers": {"a": 1, "b": null, "c": "x"}}',
  '{"mcpServers": {"__proto__": {"command": "x"}, "constructor": {"command": ["y"], "args": "z"}}}',
  '',
])('whatever stands there does no harm: %s', async text => {
  const place = placeWith();
  mkdirSync(dirname(place.path('cursor')), { recursive: true });
  writeFileSync(place.path('cursor'), text);
  const { found, problems } = await findServers(place);
  expect(problems).toEqual([]);
  const names = text.includes('__proto__') ? ['__proto__', 'constructor'] : [];
  expect(candidatesOf(found, new Map()).map(({ name }) => name)).toEqual(names);
});

test('a file of Claude Code of tens of megabytes', { timeout: 60_000 }, async () => {
  const place = placeWith();
  const { projects, ...rest } = JSON.parse(fixtureText('claude-code.json'));
  const history = Array.from({ length: 300_000 }, (_, index) => ({
    display: `say "hello" {${index}} \\ [${'x'.repeat(80)}]`,
    pastedContents: {},
  }));
  projects['/home/me/shop'].history = history;
  mkdirSync(dirname(place.path('claude-code')), { recursive: true });
  writeFileSync(place.path('claude-code'), JSON.stringify({ projects, ...rest }, null, 2));
  const { found, problems } = await findServers(place);
  expect(problems).toEqual([]);
  expect(found.map(({ name }) => name)).toEqual(['sentry', 'linear', 'api', 'filesystem', 'db']);
});
