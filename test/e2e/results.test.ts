// What the model is given of results: JSON in fewer tokens, and of large results the beginning and an address.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '@toon-format/toon';
import { describe, expect } from 'vitest';
import { estimateTokens } from '../../src/compress/tokens.ts';
import {
  type Block,
  errorOf,
  fixture,
  kinds,
  type McpClient,
  main,
  type Place,
  type ToolResult,
  test,
} from './harness.ts';

const servers = { tables: fixture('tables') };
const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    name: `customer ${index + 1}`,
    city: ['Berlin', 'London', 'Tokyo'][index % 3],
    active: index % 2 === 0,
  }));
const whole = (count: number) => ({ total: count, items: rowsOf(count) });

interface Kept {
  uri: string;
  tokens: number;
}

const keptAt = ({ _meta }: ToolResult) => (_meta?.['mcpx/kept'] as Kept | undefined)?.uri;
const first = ({ content }: ToolResult) => content[0]!.text!;
const last = ({ content }: ToolResult) => content.at(-1)!.text!;

/** The call that the text of a result proposes for going on. */
function proposed(text: string): Record<string, unknown> | undefined {
  const call = /resources\((\{"uri".*?"cursor".*?\})\)/.exec(text)?.[1];
  return call === undefined ? undefined : JSON.parse(call);
}

/** All of a kept result, read page by page as each page says. */
async function readOn(client: McpClient, result: ToolResult): Promise<{ text: string; pages: ToolResult[] }> {
  const pages: ToolResult[] = [];
  let text = first(result);
  for (let next = proposed(result.content[1]!.text!); next !== undefined; ) {
    const page = await client.resources(next);
    expect(page.isError, first(page)).not.toBe(true);
    pages.push(page);
    text += first(page);
    next = proposed(last(page));
  }
  return { text, pages };
}

const callsMade = (client: McpClient) => client.text('tables.calls');

describe('JSON in fewer tokens', () => {
  test('a table becomes TOON, which says the same', async ({ place }) => {
    const client = await place.stdio('v2 modern', servers);
    const result = await client.exec('tables.rows', { count: 20 });
    expect(decode(first(result))).toEqual(whole(20));
    expect(result._meta?.['mcpx/compressed']).toMatchObject([{ form: 'toon' }]);
    expect(estimateTokens(first(result))).toBeLessThan(
      0.5 * estimateTokens(JSON.stringify(whole(20), null, 2)),
    );
  });

  test('structuredContent stays as it is beside it', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const result = await client.exec('tables.structured', { count: 20 });
    expect(result.structuredContent).toEqual(whole(20));
    expect(decode(first(result))).toEqual(whole(20));
  });

  test('what would lose something, plain text and small texts arrive unchanged', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    expect(first(await client.exec('tables.odd', { count: 20 }))).toContain('"id": 20.0');
    expect(first(await client.exec('tables.lines', { count: 20 }))).toContain(
      '\n20 customer 20 lives in London',
    );
    expect(first(await client.exec('tables.rows', { count: 1 }))).toBe(JSON.stringify(whole(1), null, 2));
  });

  test('is a setting of the server', async ({ place }) => {
    const plain = { ...fixture('tables'), compress: { results: false } };
    const client = await place.stdio('v1', { plain });
    expect(first(await client.exec('plain.rows', { count: 20 }))).toBe(JSON.stringify(whole(20), null, 2));
  });

  test('structuredContent can be left out, and is a text then where none says the same', async ({
    place,
  }) => {
    const once = { ...fixture('tables'), compress: { structuredContent: false } };
    const client = await place.stdio('v1', { once });
    const same = await client.exec('once.structured', { count: 20 });
    expect(same.structuredContent).toBeUndefined();
    expect(same.content.map(({ text }) => decode(text!))).toEqual([whole(20)]);
    const other = await client.exec('once.summary', { count: 20 });
    expect(other.structuredContent).toBeUndefined();
    expect(first(other)).toBe('20 customers were found.');
    expect(decode(last(other))).toEqual(whole(20));
  });
});

describe('a large result', () => {
  test.for(kinds)('is kept whole and read in pages by a client of %s', async (kind, { place }) => {
    const client =
      kind === 'v1'
        ? await place.stdio(kind, servers)
        : await place.http(kind, (await place.serve(servers)).url);
    const result = await client.exec('tables.structured', { count: 1000 });
    expect(result.structuredContent).toBeUndefined();
    expect(result.isError).not.toBe(true);
    const notice = result.content[1]!.text!;
    expect(notice).toContain('Its JSON: { total: number, items: [1000 × { id: number, name: string,');
    expect(notice).toContain('about ');
    expect(result.content.reduce((sum, { text }) => sum + estimateTokens(text!), 0)).toBeLessThan(2_500);
    const { text, pages } = await readOn(client, result);
    expect(JSON.parse(text)).toEqual(whole(1000));
    expect(pages.length).toBeGreaterThan(2);
    for (const page of pages) expect(estimateTokens(first(page))).toBeLessThan(6_000);
    expect(last(pages.at(-1)!)).toMatch(/the end\.$/);
    expect(await callsMade(client)).toBe('1');
  });

  test('is selected from, searched and read by lines', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const uri = keptAt(await client.exec('tables.rows', { count: 2000 }))!;
    const part = async (query: string) => first(await client.resources({ uri: `${uri}?${query}` }));
    expect(await part("select=items[?city=='Tokyo' && id<`10`].name")).toBe(
      '["customer 3","customer 6","customer 9"]',
    );
    expect(await part(`select=${encodeURIComponent('total')}`)).toBe('2000');
    expect(decode(await part('select=items[:20]'))).toEqual(rowsOf(20));
    expect(await part('grep=customer 1999"')).toMatch(/^\d+:\{"id":1999,"name":"customer 1999".*\},$/);
    expect(await part('grep=customer 5000')).toMatch(/^No line fits, of .* lines\.$/);
    expect(await part('lines=4-5')).toBe(
      `${rowsOf(2)
        .map(row => `${JSON.stringify(row)},\n`)
        .join('')}`,
    );
    expect(await part('lines=4-5&grep=customer 2"')).toMatch(/^5:/);
    expect(await part('select=items[*].name&grep=customer 1500')).toMatch(/^\d+:"customer 1500",$/);
    expect(await callsMade(client)).toBe('1');
  });

  test('plain text is read on where it was cut, and found in', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const result = await client.exec('tables.lines', { count: 3000 });
    expect(result.content[1]!.text).toContain('in 3000 lines');
    const { text } = await readOn(client, result);
    expect(text.split('\n')).toHaveLength(3000);
    expect(text).toMatch(/3000 customer 3000 lives in Tokyo$/);
    const all = await readOn(client, {
      content: [
        { type: 'text', text: '' },
        { type: 'text', text: `resources({"uri":"${keptAt(result)}?grep=Berlin","cursor":"1"})` },
      ],
    });
    expect(all.pages.length).toBeGreaterThan(1);
    const found = all.pages.flatMap(page => first(page).split('\n'));
    expect(found).toHaveLength(1000);
    expect(found[0]).toBe('1:1 customer 1 lives in Berlin');
    const wrong = await client.resources({ uri: `${keptAt(result)}?select=items` });
    expect(errorOf(wrong)?.['code']).toBe('BAD_SELECT');
  });

  test('keeps blocks of other kinds, isError and _meta in its answer', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const picture = await client.exec('tables.picture', { count: 1000 });
    expect(picture.content.map(({ type }: Block) => type)).toEqual(['text', 'text', 'image']);
    expect(picture.content[2]!['data']).toHaveLength(120_000);
    expect(picture._meta?.['example/by']).toBe('tables');
    const small = await client.exec('tables.picture', { count: 1 });
    expect(keptAt(small), 'base64 does not count').toBeUndefined();
    const failed = await client.exec('tables.fails', { count: 5000 });
    expect(failed.isError).toBe(true);
    expect(keptAt(failed)).toMatch(/^mcpx:\/\/results\//);
  });

  test('select comes before, on the whole', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const few = await client.call('exec', {
      tool: 'tables.rows',
      arguments: { count: 3000 },
      select: 'items[-1].name',
    });
    expect(first(few)).toBe('customer 3000');
    expect(keptAt(few)).toBeUndefined();
    const many = await client.call('exec', {
      tool: 'tables.rows',
      arguments: { count: 3000 },
      select: 'items[*].name',
    });
    const { text } = await readOn(client, many);
    expect(JSON.parse(text)).toEqual(rowsOf(3000).map(({ name }) => name));
  });

  test('how large that is can be set for a server and a tool, and 0 is never', async ({ place }) => {
    const table = fixture('tables');
    const client = await place.stdio('v1', {
      small: { ...table, resultTokens: 500, tools: { resultTokens: { lines: 0 } } },
      never: { ...table, resultTokens: 0 },
    });
    expect(keptAt(await client.exec('small.rows', { count: 100 }))).toBeDefined();
    expect(keptAt(await client.exec('small.lines', { count: 5000 }))).toBeUndefined();
    const all = await client.exec('never.structured', { count: 3000 });
    expect(all.structuredContent).toEqual(whole(3000));
    expect(JSON.parse(first(all))).toEqual(whole(3000));
  });

  test('belongs to the key that was answered', async ({ place }) => {
    const keys = { one: '${env:ONE}', two: '${env:TWO}' };
    const { url } = await place.serve(servers, { gateway: { keys }, env: { ONE: 'sk-1', TWO: 'sk-2' } });
    const by = (key: string) => place.http('v1', url, { headers: { authorization: `Bearer ${key}` } });
    const owner = await by('sk-1');
    const uri = keptAt(await owner.exec('tables.rows', { count: 1000 }))!;
    expect((await (await by('sk-1')).resources({ uri })).isError).not.toBe(true);
    const stranger = await by('sk-2');
    const refused = await stranger.resources({ uri });
    const unknown = await stranger.resources({ uri: `${uri.slice(0, -4)}none` });
    expect(errorOf(refused)).toMatchObject({ code: 'UNKNOWN_RESULT' });
    expect(first(refused).replace(uri, '')).toBe(first(unknown).replace(`${uri.slice(0, -4)}none`, ''));
  });

  test('ends after its time', async ({ place }) => {
    const client = await place.stdio('v1', servers, { gateway: { results: { ttlMs: 300 } } });
    const uri = keptAt(await client.exec('tables.rows', { count: 1000 }))!;
    const text = async () => first(await client.resources({ uri }));
    await expect.poll(text, { timeout: 5_000 }).toContain('there is no kept result');
  });

  test('wrong parameters are told with what would be right', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const uri = keptAt(await client.exec('tables.rows', { count: 1000 }))!;
    const codeOf = async (given: Record<string, unknown>) => errorOf(await client.resources(given))?.['code'];
    for (const query of [
      'lines=x',
      'lines=5-2',
      'lines=0',
      'lines=999999',
      'grep=(',
      'limit=3',
      'lines=',
      'lines=1&lines=2',
    ])
      expect(await codeOf({ uri: `${uri}?${query}` }), query).toBe('BAD_ARGUMENTS');
    expect(await codeOf({ uri: `${uri}?select=[` })).toBe('BAD_SELECT');
    for (const cursor of ['x', '-1', '99999999'])
      expect(await codeOf({ uri, cursor }), cursor).toBe('BAD_CURSOR');
  });

  test('is found under its own address alone', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const uri = keptAt(await client.exec('tables.rows', { count: 1000 }))!;
    const id = uri.slice('mcpx://results/'.length);
    const others = [
      '',
      '.',
      '..',
      `../${id}`,
      `./${id}`,
      `${id}/`,
      `${id}%00`,
      `${id}#x`,
      id.toLowerCase(),
      '__proto__',
      'constructor',
      'x'.repeat(100_000),
    ];
    for (const other of others) {
      const refused = await client.resources({ uri: `mcpx://results/${other}` });
      expect(errorOf(refused)?.['code'], other.slice(0, 50)).toBe('UNKNOWN_RESULT');
      expect(first(refused).length).toBeLessThan(1_000);
    }
    expect((await client.resources({ uri })).isError).not.toBe(true);
  });

  test('is selected from with its numbers as they came', async ({ place }) => {
    const client = await place.stdio('v1', servers);
    const uri = keptAt(await client.exec('tables.odd', { count: 1000 }))!;
    expect(first(await client.resources({ uri: `${uri}?select=[-2:].id` }))).toBe('[999.0,1000.0]');
    const repeated = Array.from({ length: 250 }, () => '@').join(',');
    const page = await client.resources({ uri: `${uri}?select=[${repeated}]` });
    expect(estimateTokens(first(page))).toBeLessThan(6_000);
    expect(last(page)).toContain('More: resources(');
  });

  test('on the command line is complete', async ({ place }) => {
    const file = place.write(servers);
    const { out, code } = await place.run(['exec', 'tables.rows', '{"count":1000}', '--config', file]);
    expect(code).toBe(0);
    expect(out.trimEnd()).toBe(JSON.stringify(whole(1000), null, 2));
  });
});

describe('on disk', () => {
  const onDisk = { gateway: { results: { maxMemoryMb: 0 } } };
  const folder = (place: Place) => join(place.state, 'mcpx', 'results');
  const files = (place: Place) =>
    readdirSync(folder(place), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());

  test('a result is private, can be read, and goes with the gateway', async ({ place }) => {
    const gateway = await place.serve(servers, onDisk);
    const client = await place.http('v1', gateway.url);
    const result = await client.exec('tables.structured', { count: 1000 });
    const [file, ...others] = files(place);
    expect(others).toEqual([]);
    expect(statSync(join(file!.parentPath, file!.name)).mode & 0o777).toBe(0o600);
    expect(statSync(file!.parentPath).mode & 0o777).toBe(0o700);
    expect(JSON.parse((await readOn(client, result)).text)).toEqual(whole(1000));
    await gateway.stop();
    expect(readdirSync(folder(place))).toEqual([]);
  });

  test('what a killed gateway left is removed by the next, which does not know it', async ({ place }) => {
    const killed = await place.serve(servers, onDisk);
    const uri = keptAt(await (await place.http('v1', killed.url)).exec('tables.rows', { count: 1000 }))!;
    expect(files(place)).toHaveLength(1);
    killed.child.kill('SIGKILL');
    await killed.exit;
    const next = await place.serve(servers, onDisk);
    await expect.poll(() => readdirSync(folder(place)), { timeout: 5_000 }).toEqual([]);
    const client = await place.http('v1', next.url);
    expect(errorOf(await client.resources({ uri }))?.['code']).toBe('UNKNOWN_RESULT');
  });

  test('where writing fails, as on a full disk, the beginning says so and nothing is left', async ({
    place,
  }) => {
    // No file may become larger than 64 blocks, which is 32 or 64 KB.
    const limited = ['/bin/sh', '-c', 'ulimit -f 64; exec "$@"', 'sh', process.execPath, main];
    const gateway = await place.serve(
      { tables: { ...fixture('tables'), resultTokens: 1_000 } },
      { ...onDisk, command: limited },
    );
    const client = await place.http('v1', gateway.url);
    const large = await client.exec('tables.rows', { count: 2000 });
    expect(large.isError).not.toBe(true);
    expect(keptAt(large)).toBeUndefined();
    expect(large.content[1]!.text).toContain('too large to be kept');
    expect(files(place)).toEqual([]);
    const small = await client.exec('tables.structured', { count: 150 });
    expect(JSON.parse((await readOn(client, small)).text)).toEqual(whole(150));
  });

  test('where there is no room, the beginning says so', async ({ place }) => {
    const client = await place.stdio('v1', servers, {
      gateway: { results: { maxMemoryMb: 0, maxDiskMb: 0 } },
    });
    const result = await client.exec('tables.rows', { count: 1000 });
    expect(result.isError).not.toBe(true);
    expect(keptAt(result)).toBeUndefined();
    expect(result.content[1]!.text).toContain('too large to be kept');
  });
});
