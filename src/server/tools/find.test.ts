import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { listings } from '../../../test/fixtures/listings.ts';
import { emptySnapshot, withListing } from '../../catalog/snapshot.ts';
import { languages } from '../../compress/languages.fixture.ts';
import { randomWords, scripts } from '../../compress/scripts.fixture.ts';
import type { CallContext, Listing, Tool } from '../../types.ts';
import type { View } from '../../view.ts';
import { find as findFor } from './find.ts';

interface Listed {
  server: string;
  tools: Tool[];
}

/** As much of a gateway as a search needs. */
function gatewayOf(listed: Listed[], searchTokens = 600): View {
  let snapshot = emptySnapshot(listed.map(({ server }) => server));
  for (const { server, tools } of listed) {
    const listing = { tools, resources: [], templates: [], prompts: [] } as unknown as Listing;
    snapshot = withListing(snapshot, server, listing, { deny: [] }, true);
  }
  const config = { servers: [], gateway: { searchTokens } };
  return { snapshot, config, configOf: () => undefined } as unknown as View;
}

function tool(name: string, description: string, properties: object = { id: { type: 'string' } }): Tool {
  return {
    name,
    description,
    inputSchema: { type: 'object', properties, required: Object.keys(properties) },
  };
}

const find = (gateway: View, queries: string[], server?: string, limit?: number) =>
  findFor(gateway, { queries, server, limit }, {} as CallContext);

const real = gatewayOf(listings());
const queries = [
  'create an issue',
  'read a file',
  'draw a chart of the sales',
  'take a screenshot of the page',
  '查询数据库里的订单',
  'who commented on the page and when, in which thread, and what did they say about the design of the button',
  'browser_click',
  'x',
];

describe('a reply costs no more than it may', () => {
  test.each(queries)('%s', async query => {
    const text = await find(real, [query]);
    expect(countTokens(text)).toBeLessThanOrEqual(600);
    expect(text.length).toBeGreaterThan(10);
  });

  test('whatever that is, and with several queries', async () => {
    const small = gatewayOf(listings(), 200);
    expect(countTokens(await find(small, queries))).toBeLessThanOrEqual(200);
    expect(countTokens(await find(real, queries))).toBeLessThanOrEqual(600);
  });

  test('also of tools that are hard to shorten', async () => {
    const huge = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`参数名称${index}`, { type: 'string' }]),
    );
    const names = ['检索全部客户订单记录', `q${'Zx9'.repeat(60)}`, '🚀'.repeat(30)];
    const odd = gatewayOf([
      {
        server: 's',
        tools: Array.from({ length: 40 }, (_, index) =>
          tool(`${names[index % 3]}${index}`, '检索 '.repeat(300), huge),
        ),
      },
    ]);
    expect(countTokens(await find(odd, ['检索']))).toBeLessThanOrEqual(600);
  });
});

describe('a reply costs no more than it may in every language', () => {
  test.each(Object.entries(languages))('%s', async (_, text) => {
    const tools = Array.from({ length: 60 }, (_, index) => {
      const words = text.split(' ');
      return tool(`${words[index % words.length]}_${index}`, `needle ${words.slice(index % 3).join(' ')}`);
    });
    const reply = await find(
      gatewayOf([{ server: text.slice(0, 8), tools }]),
      ['needle'],
      undefined,
      undefined,
    );
    expect(countTokens(reply)).toBeLessThanOrEqual(600);
    expect(countTokens(reply)).toBeGreaterThan(150);
  });
});

describe('a reply costs no more than it may whatever the letters', () => {
  // Ideographs are left out: most of those there are, nobody uses, and they may cost a fifth more.
  test.each(scripts)('%s', async script => {
    const word = randomWords(script);
    const tools = Array.from({ length: 60 }, (_, index) =>
      tool(`${word()}_${index}`, `needle ${Array.from({ length: 30 }, word).join(' ')}`, {
        [word()]: { type: 'string' },
      }),
    );
    const reply = await find(gatewayOf([{ server: word(), tools }]), ['needle']);
    expect(countTokens(reply)).toBeLessThanOrEqual(600);
    expect(countTokens(reply)).toBeGreaterThan(250);
  });
});

test('the best are shown ready to be called, those further down in fewer words, before fewer are shown', async () => {
  const lines = (await find(real, ['take a screenshot of a page in the browser'])).split('\n');
  expect(lines[0]).toMatch(/^[\w-]+\.[\w-]*screenshot[\w-]*\(.*\) — /);
  expect(lines.length).toBeGreaterThan(10);
});

test('the last line says how to see more, and a higher limit shows it', async () => {
  const text = await find(real, ['list']);
  const left = Number(/… (\d+) more: narrower words, or a higher `limit`/.exec(text)?.[1]);
  expect(left).toBeGreaterThan(5);
  const more = (await find(real, ['list'], undefined, 60)).split('\n');
  expect(more.length).toBeGreaterThan(text.split('\n').length + 10);
  expect((await find(real, ['create_issue'], undefined, 1)).split('\n')[0]).toMatch(
    /^github\.create_issue\(/,
  );
});

test('what is nearly the same is one line, in which every name can be called', async () => {
  const versions = ['v1', 'v2', 'v3'].map(version =>
    tool(`get_user_${version}`, 'Gets one user of the directory by its id'),
  );
  const others = [
    tool('delete_user', 'Deletes one user of the directory by its id'),
    tool('get_group', 'Gets one user of the directory by its id', { group: { type: 'number' } }),
  ];
  const text = await find(
    gatewayOf([{ server: 's', tools: [...versions, ...others] }]),
    ['get user'],
    undefined,
    undefined,
  );
  expect(text).toMatch(/^s\.get_user_v1\(id: string\) — .*; likewise s\.get_user_v2, s\.get_user_v3$/m);
  expect(text).toMatch(/^s\.delete_user\(id: string\)/m);
  expect(text).toMatch(/^s\.get_group\(group: number\)/m);
});

test('one server alone, and nothing', async () => {
  expect(await find(real, ['create'], 'github', undefined)).not.toMatch(/^(?!github|…| )/m);
  expect(await find(real, ['qqqqzz'])).toMatch(/^No tool found/);
});
