// Changes in clients' files: golden texts. Whatever is not the one server stays byte for byte.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtureText } from './clients.fixture.ts';
import { clientNamed, clients } from './table.ts';
import { editorOf, serversIn } from './text.ts';

const fixtures: Record<string, string> = {
  'claude-desktop': 'claude-desktop.json',
  'claude-code': 'claude-code.json',
  cursor: 'cursor.json',
  vscode: 'vscode.json',
  windsurf: 'windsurf.json',
  zed: 'zed.json',
  codex: 'codex.toml',
  gemini: 'gemini.json',
};
const entry = {
  command: '/usr/bin/node',
  args: ['/opt/mcpx/main.js', 'stdio', '--config', '/home/me/a "b".json'],
};

const able = clients.filter(({ write }) => write !== undefined).map(({ id }) => id);

test('there is a fixture for each client that MCPX can be put into', () => {
  expect(Object.keys(fixtures)).toEqual(able);
});

describe.each(able)('%s', id => {
  const client = clientNamed(id);
  const text = fixtureText(fixtures[id]!);

  test('MCPX is added, and nothing else changes', async () => {
    const editor = await editorOf(client, 'file');
    const changed = editor.withServer(text, 'mcpx', entry);
    const added = insertion(text, changed);
    expect(added).toContain('mcpx');
    expect(added).not.toContain('CANARY');
    const names = (await serversIn(client, 'file', changed)).map(({ name }) => name);
    expect(names).toContain('mcpx');
    expect(names).toHaveLength((await serversIn(client, 'file', text)).length + 1);
    expect((await serversIn(client, 'file', changed)).find(({ name }) => name === 'mcpx')!.own).toEqual(
      entry,
    );
  });

  test('and taken out again, without a trace', async () => {
    const editor = await editorOf(client, 'file');
    expect(editor.withoutServer(editor.withServer(text, 'mcpx', entry), 'mcpx')).toBe(text);
    expect(editor.withoutServer(text, 'mcpx')).toBe(text);
  });

  test('any other server can be taken out; the rest says what it said', async () => {
    const editor = await editorOf(client, 'file');
    const section = { ...client, sections: [client.sections[0]!] };
    const before = await serversIn(section, 'file', text);
    for (const { name } of before) {
      const changed = editor.withoutServer(text, name);
      const after = await serversIn(section, 'file', changed);
      expect(after).toEqual(before.filter(each => each.name !== name));
      expect(isSubsequence(changed, text)).toBe(true);
    }
  });
});

test('Codex gets a table of its own at the end', async () => {
  const editor = await editorOf(clientNamed('codex'), 'file');
  const text = fixtureText('codex.toml');
  expect(editor.withServer(text, 'mcpx', entry)).toBe(`${text}
[mcp_servers.mcpx]
command = "/usr/bin/node"
args = [ "/opt/mcpx/main.js", "stdio", "--config", "/home/me/a \\"b\\".json" ]
`);
});

test('dates stay as they were written, in lists as well', async () => {
  const editor = await editorOf(clientNamed('codex'), 'file');
  const dates = 'days = [1979-05-27, 07:32:00, 1979-05-27T07:32:00]\nday = 1979-05-27\n';
  const text = `${dates}[mcp_servers.mcpx]\ncommand = "old"\n`;
  expect(editor.withServer(text, 'mcpx', { command: 'x' })).toBe(text.replace('old', 'x'));
  expect(editor.withoutServer(text, 'mcpx')).toBe(dates);
});

test.for([
  ['codex', '', '[mcp_servers.mcpx]\ncommand = "x"\n'],
  ['codex', 'model = "m"', 'model = "m"\n\n[mcp_servers.mcpx]\ncommand = "x"\n'],
  [
    'codex',
    'mcp_servers = { a = { command = "y" } }\n',
    'mcp_servers = { a = { command = "y" }, mcpx = { command = "x" } }\n',
  ],
  ['cursor', '', '{\n  "mcpServers": {\n    "mcpx": {\n      "command": "x"\n    }\n  }\n}\n'],
  [
    'zed',
    '// mine\n{}\n',
    '// mine\n{\n  "context_servers": {\n    "mcpx": {\n      "command": "x"\n    }\n  }\n}\n',
  ],
  ['vscode', '{ "servers": {} }', '{ "servers": { "mcpx": { "command": "x" } } }'],
] as const)('%s, where little or nothing is there: %j', async ([id, text, expected]) => {
  const editor = await editorOf(clientNamed(id), 'file');
  expect(editor.withServer(text, 'mcpx', { command: 'x' })).toBe(expected);
});

test.for([
  ['cursor', '{ "mcpServers": '],
  ['zed', '{ "context_servers": { "a": } }'],
  ['codex', '[mcp_servers'],
] as const)('a broken file of %s is not touched', async ([id, text]) => {
  const editor = await editorOf(clientNamed(id), 'file');
  expect(() => editor.withServer(text, 'mcpx', { command: 'x' })).toThrow();
});

test('TOML with any servers: one is added and taken out, the others say what they said', async () => {
  const editor = await editorOf(clientNamed('codex'), 'file');
  const name = fc.stringMatching(/^[a-z0-9 ."'é\\-]{1,8}$/);
  const table = fc.record({
    command: fc.string({ maxLength: 12 }),
    args: fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
  });
  const servers = fc.dictionary(name, table, { maxKeys: 4, noNullPrototype: true });
  fc.assert(
    fc.property(servers, name, table, (others, ours, value) => {
      fc.pre(!Object.hasOwn(others, ours));
      const before = Object.entries(others).reduce(
        (text, [each, own]) => editor.withServer(text, each, own),
        '# mine\nmodel = "m"\n\n[tui]\nx = 1 # one\n',
      );
      const after = editor.withServer(before, ours, value);
      expect(after.startsWith(before)).toBe(true);
      expect(editor.withoutServer(after, ours)).toBe(before);
    }),
    { numRuns: 100 },
  );
});

/** What is in `after` and not in `before`, when that is one piece. */
function insertion(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  const rest = before.length - start;
  expect(after.slice(after.length - rest)).toBe(before.slice(start));
  return after.slice(start, after.length - rest);
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
