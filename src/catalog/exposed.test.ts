import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RawListing } from '../types.ts';
import { Catalog } from './catalog.ts';
import { Collisions } from './collisions.ts';
import { expose } from './exposed.ts';
import { listing, server } from './listing.fixture.ts';
import type { Snapshot } from './snapshot.ts';

function snapshotOf(servers: Record<string, Partial<RawListing>>): Snapshot {
  const catalog = new Catalog(Object.keys(servers).map(name => server(name)));
  for (const [name, parts] of Object.entries(servers)) catalog.adopt(name, { ...listing(), ...parts }, true);
  return catalog.snapshot;
}

const tools = (...names: string[]) => ({
  tools: names.map(name => ({ name, inputSchema: { type: 'object' } })),
});
const names = (snapshot: Snapshot, collisions = new Collisions(), longest?: number) =>
  [...expose(snapshot, collisions, longest).tools].map(([name, { server, item }]) => [
    name,
    server,
    item.name,
  ]);

test('names are unchanged, in the order of the servers and of their lists', () => {
  expect(names(snapshotOf({ b: tools('z', 'a'), a: tools('m') }))).toEqual([
    ['z', 'b', 'z'],
    ['a', 'b', 'a'],
    ['m', 'a', 'm'],
  ]);
});

test('a name that two servers use has the server in front, that of each', () => {
  expect(names(snapshotOf({ 'my server': tools('search', 'x'), b: tools('search') }))).toEqual([
    ['my_server__search', 'my server', 'search'],
    ['x', 'my server', 'x'],
    ['b__search', 'b', 'search'],
  ]);
});

test('an own name goes before one with a server in front', () => {
  const exposed = names(snapshotOf({ a: tools('t'), b: tools('t', 'a__t') }));
  expect(exposed).toContainEqual(['a__t', 'b', 'a__t']);
  expect(exposed.filter(([, , tool]) => tool === 't').map(([name]) => name)).toEqual([
    expect.stringMatching(/^a__t_[0-9a-f]{6}$/),
    'b__t',
  ]);
});

test('a collision is remembered while one of the two is away, and forgotten by nobody else', () => {
  const collisions = new Collisions();
  names(snapshotOf({ a: tools('search'), b: tools('search') }), collisions);
  expect(names(snapshotOf({ a: tools('search'), b: tools() }), collisions)).toEqual([
    ['a__search', 'a', 'search'],
  ]);
  expect(names(snapshotOf({ a: tools('search'), c: tools() }), collisions)).toEqual([
    ['search', 'a', 'search'],
  ]);
});

test('a client that takes short names only is given them, with a hash', () => {
  const long = 'x'.repeat(70);
  expect(names(snapshotOf({ a: tools(long) }))).toEqual([[long, 'a', long]]);
  const [[short]] = names(snapshotOf({ a: tools(long) }), new Collisions(), 50) as [[string]];
  expect(short).toMatch(/^x{43}_[0-9a-f]{6}$/);
});

test('resources of one address are told apart by an address that names the server', () => {
  const resources = [{ uri: 'file:///a b', name: 'a' }];
  const templates = [{ uriTemplate: 'file:///{path}', name: 't' }];
  const exposure = expose(
    snapshotOf({ 'x/y': { resources, templates }, z: { resources, templates } }),
    new Collisions(),
  );
  expect([...exposure.resources.keys()]).toEqual(['mcpx://at/x%2Fy/file:///a b', 'mcpx://at/z/file:///a b']);
  expect([...exposure.templates.keys()]).toEqual([
    'mcpx://at/x%2Fy/file:///{path}',
    'mcpx://at/z/file:///{path}',
  ]);
});

test('what the tools of two servers name as their interface collides, listed or not', () => {
  const collisions = new Collisions();
  const app = { tools: [{ name: 'chart', inputSchema: {}, _meta: { ui: { resourceUri: 'ui://app' } } }] };
  const older = { tools: [{ name: 'map', inputSchema: {}, _meta: { 'ui/resourceUri': 'ui://app' } }] };
  const snapshot = snapshotOf({ a: app, b: older });
  expose(snapshot, collisions);
  expect(collisions.involves('resources', 'ui://app', 'a', snapshot.servers)).toBe(true);
});

test('every tool is there under one name of its own, and prefixed names are short enough', () => {
  const server = fc.array(
    fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('a', 'b', 'a__b', 'x'.repeat(80))),
  );
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1, maxLength: 80 }), server, { maxKeys: 4 }),
      servers => {
        const snapshot = snapshotOf(
          Object.fromEntries(Object.entries(servers).map(([key, all]) => [key, tools(...all)])),
        );
        const exposed = names(snapshot);
        const all = [...snapshot.servers.values()].flatMap(({ name, tools }) =>
          [...tools.keys()].map(tool => [name, tool]),
        );
        expect(exposed.map(([, ...rest]) => rest)).toEqual(all);
        expect(exposed.every(([name, , tool]) => name === tool || name!.length <= 64)).toBe(true);
      },
    ),
  );
});
