import { expect, test } from 'vitest';
import { subscribe } from '../telemetry/events.ts';
import { Catalog } from './catalog.ts';
import { listing, server } from './listing.fixture.ts';
import { countTools } from './snapshot.ts';

function watched(...servers: Parameters<typeof server>[]) {
  const catalog = new Catalog(servers.map(args => server(...args)));
  let changes = 0;
  catalog.onchange = () => changes++;
  const tools = (name: string) => [...(catalog.snapshot.servers.get(name)?.tools.keys() ?? [])];
  return { catalog, tools, changes: () => changes };
}

test('a snapshot that somebody holds never changes', () => {
  const { catalog, tools } = watched(['a'], ['b']);
  const empty = catalog.snapshot;
  catalog.adopt('a', listing('one'), true);
  const before = catalog.snapshot;
  catalog.adopt('a', listing('two'), true);
  expect(empty.servers.get('a')).toEqual({
    name: 'a',
    fresh: false,
    tools: new Map(),
    forModel: new Map(),
  });
  expect([...before.servers.get('a')!.tools.keys()]).toEqual(['one']);
  expect(tools('a')).toEqual(['two']);
  expect([empty, before, catalog.snapshot].map(({ version }) => version)).toEqual([0, 1, 2]);
  expect(before.servers.get('b')).toBe(catalog.snapshot.servers.get('b'));
});

test('servers keep the order of the configuration, whoever lists first', () => {
  const { catalog } = watched(['z'], ['a'], ['__proto__']);
  catalog.adopt('__proto__', listing('constructor'), true);
  catalog.adopt('a', listing(), true);
  expect([...catalog.snapshot.servers.keys()]).toEqual(['z', 'a', '__proto__']);
  expect(countTools(catalog.snapshot)).toBe(1);
});

test('what an earlier run saw is served, marked', () => {
  const { catalog, tools } = watched(['a']);
  catalog.adopt('a', listing('old'), false);
  expect(catalog.snapshot.servers.get('a')).toMatchObject({ fresh: false });
  expect(tools('a')).toEqual(['old']);
  catalog.adopt('a', listing('new'), true);
  expect(tools('a')).toEqual(['new']);
  expect(catalog.snapshot.servers.get('a')).toMatchObject({ fresh: true });
});

test('another server under the same name has nothing of what the first one listed', () => {
  const { catalog, tools, changes } = watched(['a']);
  catalog.adopt('a', listing('first'), true);
  catalog.adopt('a', undefined, false);
  expect(tools('a')).toEqual([]);
  expect(changes()).toBe(2);
});

test('clients are told only of what they can see changed', () => {
  const { catalog, changes } = watched(['a']);
  const published: number[] = [];
  const off = subscribe('catalog.changed', ({ tools }) => published.push(tools));
  catalog.adopt('a', listing('one'), false);
  catalog.adopt('a', { ...listing('one'), listedAt: 2 }, true);
  expect(changes()).toBe(1);
  catalog.adopt('a', listing('one', 'two'), true);
  expect(changes()).toBe(2);
  catalog.adopt('nobody', listing('three'), true);
  off();
  expect(changes()).toBe(2);
  expect(published).toEqual([1, 2]);
});

test('tools that are denied, or not allowed, are not there; deny wins', () => {
  const { catalog, tools } = watched(
    ['denying', { tools: { deny: ['b'], ask: [], resultTokens: {}, examples: {} } }],
    ['allowing', { tools: { allow: ['a', 'b'], deny: ['b'], ask: [], resultTokens: {}, examples: {} } }],
    ['closed', { tools: { allow: [], deny: [], ask: [], resultTokens: {}, examples: {} } }],
  );
  for (const name of ['denying', 'allowing', 'closed']) catalog.adopt(name, listing('a', 'b', 'c'), true);
  expect(tools('denying')).toEqual(['a', 'c']);
  expect(tools('allowing')).toEqual(['a']);
  expect(tools('closed')).toEqual([]);
});

test('one malformed tool costs only itself', () => {
  const { catalog, tools } = watched(['a']);
  const raw = listing('good');
  catalog.adopt('a', { ...raw, tools: [null, { description: 'nameless' }, ...raw.tools] }, true);
  expect(tools('a')).toEqual(['good']);
  expect(catalog.snapshot.servers.get('a')?.listing?.warnings).toEqual([
    'Tool 1 is no object and is dropped.',
    'Tool 2 has no name and is dropped.',
  ]);
});

test('servers come and go in the order of the configuration; those that stay are the same objects', () => {
  const { catalog, tools, changes } = watched(['a'], ['b']);
  catalog.adopt('a', listing('x'), true);
  catalog.adopt('b', listing('y'), true);
  const [kept, told] = [catalog.snapshot.servers.get('b'), changes()];
  catalog.configure([server('c'), server('b')]);
  expect([...catalog.snapshot.servers.keys()]).toEqual(['c', 'b']);
  expect(catalog.snapshot.servers.get('b')).toBe(kept);
  expect(changes()).toBe(told + 2); // one has gone, one has come
  catalog.adopt('a', listing('late'), true);
  expect(tools('a')).toEqual([]);
});

const none = { deny: [], ask: [], resultTokens: {}, examples: {} };

test('tools that are denied go and come back without being listed again', () => {
  const { catalog, tools, changes } = watched(['a']);
  catalog.adopt('a', listing('x', 'y'), true);
  const told = changes();
  catalog.configure([server('a', { tools: { ...none, deny: ['y'] } })]);
  expect(tools('a')).toEqual(['x']);
  catalog.configure([server('a')]);
  expect(tools('a')).toEqual(['x', 'y']);
  expect(changes()).toBe(told + 2);
  catalog.configure([server('a', { timeoutMs: 1 })]);
  expect(changes()).toBe(told + 2);
});
