// `mcpx eval` and `mcpx tokens`: what is measured without a model.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { fixture, type Place, test, textOf } from './harness.ts';

function written(place: Place, name: string, lines: unknown[]): string {
  const file = join(place.folder, name);
  writeFileSync(file, lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
}

const tools = [
  { id: 'a1', server: 'files', name: 'read_file', description: 'Reads a text file' },
  { id: 'a2', server: 'files', name: 'move_file', description: 'Moves a file to another folder' },
  { id: 'b1', server: 'web', name: 'search', description: 'Searches the web' },
];

describe('eval', () => {
  test('measures a set of queries with tools of its own', async ({ place }) => {
    written(place, 'small.tools.jsonl', tools);
    const file = written(place, 'small.queries.jsonl', [
      { query: 'read a text', gold: ['a1'] },
      { query: 'search the web', gold: ['b1'] },
      { query: 'read a text', gold: ['a1', 'b1'] },
    ]);
    const { code, out } = await place.run(['eval', file, '--json']);
    expect(code).toBe(0);
    const result = JSON.parse(out);
    expect(result).toMatchObject({ queries: 3, recall: { 1: (1 + 1 + 0.5) / 3 }, mrr: 1 });
    expect(result.missed).toEqual([{ query: 'read a text', missed: ['web.search'] }]);
    expect((await place.run(['eval', file])).out).toMatch(
      /recall@1 +0\.833[\s\S]*Not among the first ten:\n +read a text/,
    );
  });

  test('measures the configured servers, and their example queries', async ({ place }) => {
    const file = written(place, 'own.jsonl', [{ query: 'holiday', gold: ['echo.add'] }]);
    const without = place.write({ echo: fixture('echo') });
    expect(JSON.parse((await place.run(['eval', file, '--json', '--config', without])).out).mrr).toBe(0);
    const examples = { add: ['how many days of holiday are left'] };
    const config = place.write({ echo: { ...fixture('echo'), tools: { examples } } });
    expect(JSON.parse((await place.run(['eval', file, '--json', '--config', config])).out).mrr).toBe(1);
  });

  test.for([
    ['is not there', undefined, 'cannot be read'],
    ['is no JSON', ['{"query": "x"'], '.queries.jsonl:1: expected one JSON object in each line'],
    ['has a query without tools', [{ query: 'x', gold: [] }], '.queries.jsonl:1: expected {"query"'],
    [
      'names a tool that there is not',
      [
        { query: 'x', gold: ['a1'] },
        { query: 'y', gold: ['zz'] },
      ],
      ':2: there is no tool "zz"',
    ],
    ['is empty', [''], 'it has no queries'],
  ] as const)('says what is wrong with a file that %s', async ([, lines, message], { place }) => {
    written(place, 'bad.tools.jsonl', tools);
    const file =
      lines === undefined
        ? join(place.folder, 'no.queries.jsonl')
        : written(place, 'bad.queries.jsonl', [...lines]);
    const { code, err } = await place.run(['eval', file]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).not.toMatch(/\bat .*\.js:/);
  });
});

describe('tokens', () => {
  test('tells what servers cost flat and through MCPX, and which did not list', async ({ place }) => {
    const config = place.write({ echo: fixture('echo'), gone: fixture('exits-at-start') });
    const { code, out, err } = await place.run(['tokens', '--config', config]);
    expect(code).toBe(1);
    expect(out).toMatch(/^echo +2 +\d+ +\d+ +100\.0 % +█+$/m);
    expect(out).toMatch(/Through MCPX it is the menu of three tools: \d+ tokens/);
    expect(err).toContain('server "gone" did not list');
    const { servers, menu, missing } = JSON.parse(
      (await place.run(['tokens', '--json', '--config', config])).out,
    );
    expect(servers[0].flat).toBeGreaterThan(servers[0].signatures);
    expect(menu).toBeLessThanOrEqual(800);
    expect(missing).toEqual(['gone']);
  });

  test('of a running gateway, by client and tool, and to nobody else', async ({ place }) => {
    const servers = {
      echo: fixture('echo'),
      tables: { ...fixture('tables'), compress: { results: 'shadow' } },
    };
    const gateway = await place.serve(servers);
    const client = await place.http('v2 modern', gateway.url, { name: 'counted' });
    await client.tools();
    await client.inspect({ query: ['echo'] });
    await client.exec('echo.echo', { message: 'one two three' });
    const rows = await client.exec('tables.rows', { count: 50 });
    expect(textOf(rows)).toContain('\n'); // as it came
    const { code, out } = await place.run(['tokens', '--live', '--config', join(place.folder, 'mcpx.json')]);
    expect(code).toBe(0);
    expect(out).toMatch(/^counted \(local\)$/m);
    expect(out).toMatch(/menu +\d+ tokens in 1 list; flat \d+/);
    expect(out).toMatch(/discovery +\d+ tokens in 1 reply/);
    expect(out).toMatch(/echo\.echo +1 +\d+ +3 +3 +0\.0 %/);
    expect(out).toMatch(/tables\.rows +1 .* shadow: [3-8]\d\.\d % less/);
    expect((await fetch(`${gateway.base}/api/tokens`, { headers: { connection: 'close' } })).status).toBe(
      401,
    );
  });

  test('--live says when no gateway runs', async ({ place }) => {
    const { code, err } = await place.run([
      'tokens',
      '--live',
      '--config',
      place.write({ echo: fixture('echo') }),
    ]);
    expect(code).not.toBe(0);
    expect(err).toContain('no gateway runs with');
  });
});
