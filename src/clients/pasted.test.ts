import { expect, test } from 'vitest';
import { pasted } from './pasted.ts';

const read = (text: string, ...taken: string[]) =>
  pasted(text, new Set(taken)).servers.map(({ name, settings }) => [name, settings]);

test.each([
  [
    'uvx mcp-server-git --repository .',
    'git',
    { command: 'uvx', args: ['mcp-server-git', '--repository', '.'] },
  ],
  ['node /opt/my_server.mjs', 'my', { command: 'node', args: ['/opt/my_server.mjs'] }],
  ['/usr/local/bin/thing', 'thing', { command: '/usr/local/bin/thing' }],
  ["x 'a b' c\\ d", 'x', { command: 'x', args: ['a b', 'c d'] }],
  ['https://mcp.linear.app/sse', 'linear', { url: 'https://mcp.linear.app/sse' }],
  [
    '{"command":"npx","args":["-y","@upstash/context7-mcp"]}',
    'context7',
    { command: 'npx', args: ['-y', '@upstash/context7-mcp'] },
  ],
  ['"mine": { "url": "https://h/mcp" }, // mine', 'mine', { url: 'https://h/mcp' }],
  ['{ "mcpServers": { "a": { "command": "x", "disabled": true } } }', 'a', { command: 'x', enabled: false }],
  ['{ "servers": { "a": { "type": "stdio", "command": "x" } } }', 'a', { type: 'stdio', command: 'x' }],
])('%s', (text, name, settings) => {
  expect(read(text)).toEqual([[name, expect.objectContaining(settings)]]);
});

test('several are several, and names that are taken get a number', () => {
  const text = '{ "a": { "command": "x" }, "b": { "url": "https://h" }, "c": 7 }';
  expect(read(text, 'a', 'a-2').map(([name]) => name)).toEqual(['a-3', 'b']);
});

test.each(['', '  ', 'two\nlines', '"open', "x 'open", '{ "a": ', '{}', '[1]', 'A=1', '{"mcpServers":[]}'])(
  '%j is nothing, and said to be',
  text => {
    expect(pasted(text, new Set())).toEqual({
      servers: [],
      problems: [expect.stringContaining('no command')],
    });
  },
);
