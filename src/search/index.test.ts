import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tool } from '../types.ts';
import { createIndex, type SearchEntry } from './index.ts';

function tool(server: string, name: string, description = '', more: Partial<Tool> = {}): SearchEntry {
  return { server, tool: { name, description, inputSchema: { type: 'object' }, ...more } };
}

/** What is found, as `server.tool`. */
function found(entries: SearchEntry[], queries: string | string[], limit = 10): string[] {
  const hits = createIndex(entries).search([queries].flat(), limit);
  return hits.map(hit => `${hit.server}.${hit.tool.name}`);
}

const entries = [
  tool('github', 'create_issue', 'Open a new issue in a repository'),
  tool('github', 'list_issues', 'List the issues of a repository'),
  tool('files', 'read_file', 'Reads a text file from disk', {
    inputSchema: {
      type: 'object',
      properties: { path: { type: 'string', description: 'where the document lies' } },
    },
  }),
  tool('files', 'move', 'Renames something', { title: 'Relocate' }),
  tool('search', 'web', '使用必应搜索指定的关键词'),
];

test.each([
  ['open a new issue in the repository', 'github.create_issue'],
  ['creating issues', 'github.create_issue'],
  ['GitHub list', 'github.list_issues'],
  ['READ FILES', 'files.read_file'],
  ['relocate', 'files.move'],
  ['path', 'files.read_file'],
  ['documents', 'files.read_file'],
  ['搜索关键词', 'search.web'],
])('%s finds it first', (query, name) => {
  expect(found(entries, query)[0]).toBe(name);
});

test('a hit is the entry with its score', () => {
  const [hit] = createIndex(entries).search(['renames'], 5);
  expect(hit).toEqual({ ...entries[3], score: expect.any(Number), exact: false });
  expect(hit!.tool).toBe(entries[3]!.tool);
  expect(hit!.score).toBeGreaterThan(0);
});

test('what matches nothing finds nothing', () => {
  expect(found(entries, 'zebra')).toEqual([]);
  expect(found(entries, '')).toEqual([]);
  expect(found(entries, [])).toEqual([]);
  expect(found(entries, 'file', 0)).toEqual([]);
  expect(found([], 'file')).toEqual([]);
});

test('a word in the name counts more than one in the description', () => {
  const pair = [tool('a', 'export', 'convert'), tool('b', 'convert_or_change', 'Formats')];
  expect(found(pair, 'convert')).toEqual(['b.convert_or_change', 'a.export']);
});

test('a rare word counts more than a common one', () => {
  const many = ['p', 'q', 'r'].map(server => tool(server, 'x', 'common'));
  expect(found([...many, tool('z', 'x', 'rare')], 'common rare')[0]).toBe('z.x');
});

test('exact names come first, in any case and form', () => {
  const all = [...entries, tool('x', 'of'), tool('y', 'issue', ''), tool('z', 'a b', '')];
  expect(found(all, 'github.list_issues')[0]).toBe('github.list_issues');
  expect(found(all, ' List_Issues ')[0]).toBe('github.list_issues');
  expect(found(all, 'of')).toEqual(['x.of']);
  expect(found(all, 'z["a b"]')[0]).toBe('z.a b');
  expect(found(all, ['create a new issue', 'move'], 1)).toEqual(['files.move']);
  for (const query of ['move', ' MOVE ', 'ｍｏｖｅ', 'files.move']) {
    expect(createIndex(all).search([query], 1)[0]!.exact).toBe(true);
  }
});

test('several queries each bring their best, and agreement decides between equals', () => {
  expect(found(entries, ['relocate', 'bing 搜索'], 2).sort()).toEqual(['files.move', 'search.web']);
  const three = [tool('a', 'x', 'red green'), tool('b', 'x', 'red'), tool('c', 'x', 'green')];
  expect(found(three, ['red', 'green'])[2]).toBe('a.x');
});

test('equals are ordered by name, whatever order they came in', () => {
  const twins = ['b', 'a', 'c'].map(server => tool(server, 'same', 'the same words'));
  expect(found(twins, 'words')).toEqual(['a.same', 'b.same', 'c.same']);
  expect(found(twins.toReversed(), 'words', 2)).toEqual(['a.same', 'b.same']);
  const siblings = ['y', 'x'].map(name => tool('a', name, 'the same words'));
  expect(found(siblings, 'words')).toEqual(['a.x', 'a.y']);
});

test('names of every kind are words like any other', () => {
  const odd = ['__proto__', 'constructor', 'toString', 'a.b c', '🦊', 'x'.repeat(1000)].map(name =>
    tool('s', name),
  );
  for (const { tool } of odd) expect(found(odd, tool.name)[0]).toBe(`s.${tool.name}`);
  expect(found(entries, ['__proto__', 'constructor'])).toEqual([]);
});

test('nested parameters are found, circular and malformed schemas do no harm', () => {
  const circle: Record<string, unknown> = {};
  circle['properties'] = { again: circle, deep: { items: { properties: { needle: {} } } } };
  const odd = [null, true, { properties: 7 }, { properties: { a: null } }, circle].map(
    (inputSchema, index) => {
      return {
        server: 's',
        tool: { name: `t${index}`, inputSchema, description: 7, annotations: null } as unknown as Tool,
      };
    },
  );
  expect(found(odd, 'needle')).toEqual(['s.t4']);
});

test('searches do not influence each other, and limits only cut', () => {
  const index = createIndex(entries);
  const word = fc.constantFrom(
    'issue',
    'file',
    'list',
    'repository',
    'text',
    'new',
    'a',
    '搜索',
    'move',
    'web',
  );
  const query = fc.array(word, { maxLength: 4 }).map(words => words.join(' '));
  fc.assert(
    fc.property(query, fc.integer({ min: 1, max: 6 }), (text, limit) => {
      const all = index.search([text], 100);
      expect(index.search([text], limit)).toEqual(all.slice(0, limit));
      expect(createIndex(entries.toReversed()).search([text], 100)).toEqual(all);
      const scores = all.filter(hit => !hit.exact).map(hit => hit.score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }),
  );
});
