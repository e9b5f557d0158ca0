import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tool } from '../types.ts';
import { SearchIndex, type SearchServer } from './index.ts';
import type { Entry } from './part.ts';

function tool(server: string, name: string, description = '', more: Partial<Tool> = {}): Entry {
  return { server, tool: { name, description, inputSchema: { type: 'object' }, ...more } };
}

function serversOf(entries: Entry[], more: Partial<SearchServer> = {}): SearchServer[] {
  const names = [...new Set(entries.map(({ server }) => server))];
  return names.map(name => {
    const own = entries.filter(({ server }) => server === name);
    return { name, tools: new Map(own.map(({ tool }) => [tool.name, tool])), ...more };
  });
}

function indexOf(entries: Entry[], more?: Partial<SearchServer>): SearchIndex {
  const index = new SearchIndex();
  index.update(serversOf(entries, more));
  return index;
}

const named = (hits: Entry[]) => hits.map(hit => `${hit.server}.${hit.tool.name}`);

/** What is found, as `server.tool`. */
function found(entries: Entry[], queries: string | string[], limit = 10): string[] {
  return named(indexOf(entries).search([queries].flat())).slice(0, limit);
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

test('a hit is the tool as it was listed', () => {
  const [hit] = indexOf(entries).search(['renames']);
  expect(hit).toEqual({ ...entries[3], exact: false });
  expect(hit!.tool).toBe(entries[3]!.tool);
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
    expect(indexOf(all).search([query])[0]!.exact).toBe(true);
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

test('values of enums, and example queries, are found', () => {
  const format = { properties: { format: { enum: ['parquet', 'csv'] } } };
  const pair = [tool('a', 'export', 'Writes it', { inputSchema: format }), tool('a', 'other', 'Writes it')];
  expect(found(pair, 'parquet')).toEqual(['a.export']);
  const examples = { other: ['who is on holiday'] };
  expect(named(indexOf(pair, { examples }).search(['holiday']))).toEqual(['a.other']);
});

test('a server that says what it is about helps its tools', () => {
  const twins = ['a', 'b'].map(server => tool(server, 'get', 'Gets one thing'));
  const index = new SearchIndex();
  const [a, b] = serversOf(twins) as [SearchServer, SearchServer];
  index.update([a, { ...b, about: ['Customer relations'] }]);
  expect(named(index.search(['get a thing about customer relations']))[0]).toBe('b.get');
});

test('words that mean the same find each other, less than the word itself', () => {
  const pair = [tool('a', 'erase_row', ''), tool('b', 'delete_row', '')];
  expect(found(pair, 'delete a row')).toEqual(['b.delete_row', 'a.erase_row']);
  expect(found([...entries, tool('a', 'delete_row')], '删除')).toEqual(['a.delete_row']);
});

test('twenty queries are asked, no more', () => {
  const words = Array.from({ length: 21 }, (_, index) => `w${'abcdefghijklmnopqrstu'[index]}w`);
  const all = words.map(word => tool('s', `x${word}`, word));
  expect(found(all, words, 99)).toHaveLength(20);
});

test('of tools that are named exactly, the better ones by words come first, then those without words', () => {
  const same = ['a', 'b'].map(server => tool(server, 'run'));
  const better = tool('c', 'run', 'run it, run');
  expect(found([...same, better, tool('d', 'of')], ['run', 'of'])).toEqual([
    'c.run',
    'a.run',
    'b.run',
    'd.of',
  ]);
});

test('one server alone can be searched', () => {
  const index = indexOf(entries);
  expect(named(index.search(['issues on disk'], 'files'))).toEqual(['files.read_file']);
  expect(named(index.search(['list_issues'], 'files'))).toEqual([]);
  expect(index.search(['issue'], 'nowhere')).toEqual([]);
});

test('servers that come, go and change are searched as if they had always been so', () => {
  const index = new SearchIndex();
  const servers = serversOf(entries);
  index.update(servers.slice(0, 2));
  index.update(servers);
  index.update([servers[2]!, servers[0]!]);
  const [changed] = serversOf([tool('files', 'read_page', 'Reads a page')]);
  index.update([servers[0]!, changed!, servers[2]!]);
  const anew = indexOf([
    ...entries.filter(({ server }) => server !== 'files'),
    tool('files', 'read_page', 'Reads a page'),
  ]);
  for (const query of ['read a file', 'issues of a repository', 'read_page', '搜索']) {
    expect(index.search([query])).toEqual(anew.search([query]));
  }
});

test('words of servers that are gone mean nothing any more, however many have come and gone', () => {
  const index = new SearchIndex();
  const [lasting] = serversOf([tool('lasting', 'translation')]) as [SearchServer];
  for (let round = 0; round < 20; round++) {
    const word = `translatory${'abcdefghijklmnopqrst'[round]}`;
    index.update([lasting, ...serversOf([tool('passing', word)])]);
    expect(named(index.search([word]))[0]).toBe(`passing.${word}`);
    index.update([lasting]);
    expect(named(index.search([word]))).toEqual(['lasting.translation']);
  }
});

test('searches do not influence each other, nor does the order of servers and tools', () => {
  const index = indexOf(entries);
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
    fc.property(query, text => {
      const all = index.search([text]);
      expect(index.search([text])).toEqual(all);
      expect(indexOf(entries.toReversed()).search([text])).toEqual(all);
      const exact = all.map(hit => hit.exact);
      expect(exact).toEqual(exact.toSorted((a, b) => Number(b) - Number(a)));
    }),
  );
});
