import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { emptySnapshot, type Snapshot, withListing } from '../../catalog/snapshot.ts';
import { languages } from '../../compress/languages.fixture.ts';
import type { Listing, Tool } from '../../types.ts';
import { definitions } from './definitions.ts';

const budget = 800;

function tool(name: string, properties: object = { path: { type: 'string' } }): Tool {
  const inputSchema = { type: 'object', properties, required: Object.keys(properties) };
  const outputSchema = { type: 'object', properties: { found: { type: 'boolean' } } };
  return { name, description: `Does ${name}`, inputSchema, outputSchema };
}

/** `count` tools whose names are made by `name`. */
function tools(count: number, name = (index: number) => `list_things_${index}`): Tool[] {
  return Array.from({ length: count }, (_, index) => tool(name(index)));
}

function snapshot(servers: Record<string, Tool[]>, instructions?: string): Snapshot {
  let made = emptySnapshot(Object.keys(servers));
  for (const [name, listed] of Object.entries(servers)) {
    const listing = { tools: listed, resources: [], templates: [], prompts: [], instructions };
    made = withListing(made, name, listing as unknown as Listing, { deny: [] }, true);
  }
  return made;
}

const manyServers = (count: number, each: number, name?: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`server-${index}`, tools(each, name)]));

const cost = (tools: unknown) => encode(JSON.stringify({ tools })).length;
const inspectText = (of: Snapshot, tokens = budget) => String(definitions(of, tokens)[0]!['description']);

describe('the menu stays within its budget', () => {
  test.each<[string, Snapshot]>([
    ['no server', snapshot({})],
    ['three small ones', snapshot(manyServers(3, 5))],
    ['ten of twenty', snapshot(manyServers(10, 20))],
    ['fifty of twenty', snapshot(manyServers(50, 20), 'Use it well. And then some more, at length.')],
    ['one of ten thousand', snapshot(manyServers(1, 10_000))],
    ['a thousand of ten', snapshot(manyServers(1_000, 10))],
    ['Chinese names', snapshot(manyServers(20, 10, index => `读取第${index}个文件的全部内容`))],
    ['Thai names', snapshot(manyServers(20, 10, index => `อ่านไฟล์ทั้งหมด${index}`))],
    ['emoji', snapshot(manyServers(20, 10, index => `🚀🧪👩‍🔬${index}`))],
    ['hashes', snapshot(manyServers(20, 10, index => `x${(index * 2654435761).toString(36)}QzJ9`))],
    ['control characters', snapshot(manyServers(5, 3, index => `\u0000\u202e"\\${index}\n`))],
    [
      'a name of 10 kB',
      snapshot({ ['n'.repeat(10_000)]: tools(2, index => `${'t'.repeat(10_000)}${index}`) }),
    ],
    ['long instructions', snapshot(manyServers(30, 3), 'Very important. '.repeat(2_000))],
  ])('%s', (_, of) => {
    const menu = definitions(of, budget);
    expect(cost(menu)).toBeLessThanOrEqual(budget);
    expect(inspectText(of).length).toBeLessThanOrEqual(2_048);
  });

  test('which can be set', () => {
    const servers = manyServers(30, 20);
    expect(cost(definitions(snapshot(servers), 2_000))).toBeGreaterThan(1_000);
    expect(cost(definitions(snapshot(servers), 2_000))).toBeLessThanOrEqual(2_000);
    expect(cost(definitions(snapshot(servers), 500))).toBeLessThanOrEqual(500);
    const changed = snapshot(servers);
    expect(cost(definitions(changed, 2_000))).toBeGreaterThan(1_000);
    expect(cost(definitions(changed, 500))).toBeLessThanOrEqual(500);
  });
});

describe('the menu stays within its budget in every language', () => {
  test.each(Object.entries(languages))('%s', (_, text) => {
    const words = text.split(/[ .。。]+/).filter(Boolean);
    const name = (index: number) =>
      `${words[index % words.length]}_${words[(index * 3 + 1) % words.length]}${index}`;
    const servers = Array.from({ length: 40 }, (_, index) => [
      `${name(index)}`,
      tools(1 + (index % 12), name),
    ]);
    for (const count of [1, 8, 40]) {
      expect(
        cost(definitions(snapshot(Object.fromEntries(servers.slice(-count)), text), budget)),
      ).toBeLessThanOrEqual(budget);
    }
  });
});

test('however many tools there are, the menu is no larger', () => {
  const sizes = [1, 500, 10_000].map(count => cost(definitions(snapshot({ one: tools(count) }), budget)));
  expect(sizes[2]).toBeLessThanOrEqual(sizes[1]! + 2);
  const many = [50, 1_000].map(count => cost(definitions(snapshot(manyServers(count, 10)), budget)));
  expect(many[1]).toBeLessThanOrEqual(many[0]! + 10);
});

describe('the menu shows as much as fits', () => {
  test('signatures of few tools', () => {
    const text = inspectText(snapshot({ files: [tool('read'), tool('write')], 'a b': [tool('c d')] }));
    expect(text).toContain('files.read(path: string)\nfiles.write(path: string)');
    expect(text).toContain('["a b"]["c d"](path: string)');
  });

  test('names where signatures are too many, and small servers in full beside large ones', () => {
    const text = inspectText(snapshot({ large: tools(60, index => `tool${index}`), small: [tool('one')] }));
    expect(text).toContain('large: tool0, tool1,');
    expect(text).toContain('tool59');
    expect(text).toContain('small.one(path: string)');
  });

  test('a count, and what the server says, where names are too many', () => {
    const said = snapshot(
      { large: tools(2_000) },
      'Keeps things.  Call list_things_0 first, always and everywhere.',
    );
    expect(inspectText(said)).toContain('large (2000): Keeps things.');
    expect(inspectText(snapshot({ large: tools(2_000) }))).toContain(
      'large (2000): list_things_0, list_things_1,',
    );
  });

  test('every server, while there is room, and how many more there are', () => {
    const text = inspectText(snapshot(manyServers(1_000, 10)));
    expect(text).toContain('10000 tools of 1000 servers:');
    expect(text).toContain('\nserver-0 (10)');
    const left = /and (\d+) more servers$/.exec(text)?.[1];
    expect(text.split('\n').filter(line => line.startsWith('server-'))).toHaveLength(1_000 - Number(left));
  });

  test('a server that has not listed by its name alone', () => {
    expect(inspectText(emptySnapshot(['slow']))).toMatch(/\nslow$/);
  });
});

test('the same listings give the same menu, in whatever order they came', () => {
  const one = snapshot({ a: tools(3), b: tools(40), c: tools(9) });
  let other = emptySnapshot(['a', 'b', 'c']);
  for (const name of ['c', 'a', 'b']) {
    const { listing } = one.servers.get(name)!;
    other = withListing(other, name, listing!, { deny: [] }, false);
  }
  expect(JSON.stringify(definitions(other, budget))).toBe(JSON.stringify(definitions(one, budget)));
});
