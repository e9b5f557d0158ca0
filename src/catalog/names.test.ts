import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address } from '../compress/address.ts';
import { McpxError } from '../errors.ts';
import { Catalog } from './catalog.ts';
import { listing, server } from './listing.fixture.ts';
import { candidates, type Named, resolve } from './names.ts';
import type { Snapshot } from './snapshot.ts';

function snapshotOf(servers: Record<string, string[]>): Snapshot {
  const catalog = new Catalog(Object.keys(servers).map(name => server(name)));
  for (const [name, tools] of Object.entries(servers)) catalog.adopt(name, listing(...tools), true);
  return catalog.snapshot;
}

function pair(snapshot: Snapshot, named: Named): [string, string] {
  const found = resolve(snapshot, named);
  return [found.server, found.tool.name];
}

function refusal(snapshot: Snapshot, named: Named, unlisted?: string[]): McpxError {
  try {
    resolve(snapshot, named, unlisted);
  } catch (error) {
    if (error instanceof McpxError) return error;
  }
  throw new Error('was not refused');
}

const piece = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '.',
    'a.b',
    '[',
    ']',
    '"',
    '["a"]',
    '\\',
    ' ',
    '-',
    '🎉',
    '\u200b',
    '\ud800',
    '__proto__',
  ),
  fc.string({ maxLength: 3 }),
);
const name = fc.array(piece, { maxLength: 4 }).map(pieces => pieces.join(''));
const servers = fc.uniqueArray(fc.tuple(name, fc.uniqueArray(name.filter(Boolean), { maxLength: 5 })), {
  maxLength: 6,
  selector: ([server]) => server,
});

test('whatever servers and tools are called, an address leads back to exactly its tool', () => {
  fc.assert(
    fc.property(servers, all => {
      const catalog = new Catalog(all.map(([name]) => server(name)));
      for (const [name, tools] of all) catalog.adopt(name, listing(...tools), true);
      for (const [server, tools] of all) {
        for (const tool of tools) {
          expect(pair(catalog.snapshot, { tool: address(server, tool) })).toEqual([server, tool]);
          expect(pair(catalog.snapshot, { server, tool })).toEqual([server, tool]);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a server that is called like an address of another does not take its calls', () => {
  const snapshot = snapshotOf({ 'a b': ['t'], '["a b"]': ['t'], srv: ['x.y'], 'srv["x': ['y"]'] });
  expect(pair(snapshot, { tool: '["a b"]["t"]' })).toEqual(['a b', 't']);
  expect(pair(snapshot, { tool: 'srv["x.y"]' })).toEqual(['srv', 'x.y']);
});

test('the longest server name wins', () => {
  const snapshot = snapshotOf({ a: ['b.c', 'd'], 'a.b': ['c'] });
  expect(pair(snapshot, { tool: 'a.b.c' })).toEqual(['a.b', 'c']);
  expect(pair(snapshot, { tool: 'a["b.c"]' })).toEqual(['a', 'b.c']);
  expect(pair(snapshot, { tool: 'a.d' })).toEqual(['a', 'd']);
});

test('with its server named, a tool may still come with it', () => {
  const snapshot = snapshotOf({ files: ['read', 'read all', 'files.read'], other: ['read'] });
  expect(pair(snapshot, { server: 'files', tool: 'read' })).toEqual(['files', 'read']);
  expect(pair(snapshot, { server: 'files', tool: 'files.read' })).toEqual(['files', 'files.read']);
  expect(pair(snapshot, { server: 'files', tool: 'files["read all"]' })).toEqual(['files', 'read all']);
  expect(pair(snapshot, { server: 'files', tool: 'files.read all' })).toEqual(['files', 'read all']);
  expect(refusal(snapshot, { server: 'files', tool: 'other.read' }).code).toBe('UNKNOWN_TOOL');
});

test('a name with spaces is understood without its quotes', () => {
  const snapshot = snapshotOf({ 'my files': ['read all'] });
  expect(pair(snapshot, { tool: 'my files.read all' })).toEqual(['my files', 'read all']);
  expect(pair(snapshot, { tool: 'my files["read all"]' })).toEqual(['my files', 'read all']);
});

test('a bare name is enough when one server has it, and not when several have', () => {
  const snapshot = snapshotOf({ a: ['one', 'both'], b: ['both', 'x.y'] });
  expect(pair(snapshot, { tool: 'one' })).toEqual(['a', 'one']);
  expect(pair(snapshot, { tool: 'x.y' })).toEqual(['b', 'x.y']);
  const error = refusal(snapshot, { tool: 'both' });
  expect(error).toMatchObject({ code: 'AMBIGUOUS_TOOL', message: '2 servers have a tool "both": "a", "b"' });
  expect(error.help).toBe('Name the server too: exec({ server: "a", tool: "both" }).');
});

test('an unknown tool is answered with the nearest ones, and who might have it', () => {
  const snapshot = snapshotOf({ github: ['create_issue', 'list_issues'], slow: [] });
  const error = refusal(snapshot, { tool: 'github.createIsue' }, ['slow']);
  expect(error.message).toBe('there is no tool "createIsue" on server "github".');
  expect(error.help).toBe(
    'Nearest: "create_issue". Not listed yet, so it may be there: "slow". See inspect({ server: "github" }) for its tools.',
  );
  const bare = refusal(snapshot, { tool: 'create-issues' });
  expect(bare.help).toContain('"create_issue" on "github"');
});

test('an unknown server is answered with the servers', () => {
  const error = refusal(snapshotOf({ github: [], files: [] }), { server: 'gitub', tool: 'x' });
  expect(error).toMatchObject({ code: 'UNKNOWN_SERVER', help: 'Servers: "github", "files".' });
  expect(error.message).toBe('there is no server "gitub". Did you mean "github"?');
  expect(refusal(snapshotOf({}), { server: 'x', tool: 'y' }).help).toBe('Servers: none is configured.');
});

test('servers whose listing could decide are named before they have listed', () => {
  const catalog = new Catalog([server('a'), server('a.b')]);
  const asked = candidates(catalog.snapshot, { tool: 'a.b.c' });
  expect(asked.slice(0, 2)).toEqual([
    { server: 'a.b', tool: 'c' },
    { server: 'a', tool: 'b.c' },
  ]);
});

test('names in error texts are cut and cannot move the cursor', () => {
  const error = refusal(snapshotOf({ a: [] }), { tool: `\u001b[2J\u202e${'x'.repeat(300)}` });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(error.message.length).toBeLessThan(200);
});
