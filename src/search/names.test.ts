import { expect, test } from 'vitest';
import { Names } from './names.ts';
import { createPart } from './part.ts';

/** A server with tools of these names. */
function part(server: string, ...names: string[]) {
  const tools = names.map(name => [name, { name, inputSchema: { type: 'object' } }] as const);
  return createPart({ name: server, tools: new Map(tools) });
}

const names = new Names([
  part('web', 'read', 'a b', 'a.b', 'say "hi"', 'x[0]'),
  part('files.local', 'read', 'Write'),
  part('disk', 'read'),
]);
const found = (...queries: string[]) =>
  names.find(queries).map(({ server, tool }) => `${server}: ${tool.name}`);

test.each<[string, string[]]>([
  ['write', ['files.local: Write']],
  [' ＷＲＩＴＥ ', ['files.local: Write']],
  ['read', ['disk: read', 'files.local: read', 'web: read']],
  ['disk.read', ['disk: read']],
  ['files.local.read', ['files.local: read']],
  ['web.a.b', ['web: a.b']],
  ['web["read"]', ['web: read']],
  ['web["a b"]', ['web: a b']],
  ['Web["Say \\"Hi\\""]', ['web: say "hi"']],
  ['web["x[0]"]', ['web: x[0]']],
  ['', []],
  ['nothing', []],
  ['disk.write', []],
  ['x.disk.read', []],
  ['disk["write"]', []],
  ['web["read"', []],
  ['web["read"].x', []],
  ['web[read]', []],
  ['web["re\\xad"]', []],
  ['web["read", "read"]', []],
  ['the web["read"]', []],
  ['["read"]', []],
])('%s names %j', (query, named) => {
  expect(found(query)).toEqual(named);
});

test('several queries name several tools, each once', () => {
  expect(found('web.read', 'disk.read', 'read')).toEqual(['disk: read', 'files.local: read', 'web: read']);
});

test('a name is compared by its first thousand characters', () => {
  const long = new Names([part('s', 'x'.repeat(1_001))]);
  expect(long.find(['x'.repeat(1_000)])).toHaveLength(1);
  expect(long.find(['x'.repeat(999)])).toHaveLength(0);
});
