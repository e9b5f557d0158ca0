import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type HttpFixture, startHttp } from '../../test/fixtures/start.ts';
import type { Entry } from '../search/index.ts';
import { type Events, subscribe } from '../telemetry/events.ts';
import type { Tool } from '../types.ts';
import { Embeddings } from './embeddings.ts';

let endpoint: HttpFixture;
beforeEach(async () => {
  endpoint = await startHttp('embeddings');
});
afterEach(() => endpoint.stop());

const entry = (name: string, description: string): Entry => ({
  server: 's',
  tool: { name, description, inputSchema: {} } as Tool,
});
const entries = [
  entry('one', 'books a holiday'),
  entry('two', 'reads a file'),
  entry('three', 'sends a mail'),
];

/** An instance, its clock, and how to go on for ten seconds. */
function opened(model = 'm', { folder, ...more }: { folder?: string; [setting: string]: unknown } = {}) {
  const clock = { now: 1 };
  const embeddings = new Embeddings({
    settings: { url: endpoint.url, model, timeoutMs: 5_000, queryPrefix: '', toolPrefix: '', ...more },
    proxy: { http: '', https: '', no: '' },
    folder,
    now: () => clock.now,
  });
  onTestFinished(() => embeddings.close());
  return { embeddings, clock };
}

const heard = async () => (await fetch(`${endpoint.url}/heard`)).json() as Promise<Record<string, unknown>>;
const answerAs = (model: string | null) =>
  fetch(`${endpoint.url}/as`, { method: 'POST', body: JSON.stringify({ model }) });
/** The nearest to each query. */
const best = (near: Entry[][] | undefined) => near?.map(([first]) => first!.tool.name);

/** What was told since. */
function told(): string[] {
  const events: string[] = [];
  const ends = [
    subscribe('embeddings.failed', ({ reason }: Events['embeddings.failed']) => events.push(reason)),
    subscribe('embeddings.recovered', () => events.push('recovered')),
  ];
  onTestFinished(() => {
    for (const end of ends) end();
  });
  return events;
}

test('tools are found by meaning, once their vectors are there', async () => {
  const { embeddings } = opened();
  expect(await embeddings.near(['a vacation'], entries)).toBeUndefined();
  await embeddings.prepare(entries);
  expect(best(await embeddings.near(['vacation', 'mail'], entries))).toEqual(['one', 'three']);
  expect(embeddings.report).toEqual({ state: 'working', vectors: 3, waiting: 0 });
});

test('each tool is asked for once, also by the next run and after others have changed, and each query', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-embeddings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = opened('m', { folder });
  await first.embeddings.prepare(entries);
  await first.embeddings.close();
  const { embeddings } = opened('m', { folder });
  const changed = [...entries.slice(1), entry('four', 'draws a chart')];
  await embeddings.prepare(changed);
  expect(await heard()).toMatchObject({ requests: 2, texts: ['s four: draws a chart\n'] });
  await embeddings.near(['chart'], changed);
  await embeddings.near(['chart'], changed);
  expect(await heard()).toMatchObject({ requests: 3, texts: ['chart'] });
});

test('key, dimensions and prefixes go along', async () => {
  const { embeddings } = opened('m', {
    apiKey: 'sk-1',
    dimensions: 64,
    queryPrefix: 'query: ',
    toolPrefix: 'passage: ',
  });
  await embeddings.prepare(entries.slice(0, 1));
  expect(await heard()).toMatchObject({
    authorization: 'Bearer sk-1',
    texts: ['passage: s one: books a holiday\n'],
  });
  await embeddings.near(['x'], entries.slice(0, 1));
  expect(await heard()).toMatchObject({ texts: ['query: x'] });
});

test.each([
  ['broken', 'HTTP status 500: {"error":{"message":"out of memory"}}'],
  ['odd', 'it did not answer with a vector for each text: {"data":[{"embedding":["a"]}]}'],
])(
  'an endpoint that is %s is told of once, left alone for a while, and tried again',
  async (model, reason) => {
    const events = told();
    const { embeddings, clock } = opened();
    await answerAs(model);
    for (let search = 0; search < 5; search++) {
      expect(await embeddings.near(['mail'], entries)).toBeUndefined();
      await embeddings.prepare(entries);
    }
    expect(events).toEqual([expect.stringContaining(reason)]);
    expect(embeddings.report).toMatchObject({ state: 'failing', waiting: 3 });
    expect(await heard()).toMatchObject({ requests: 1 });
    clock.now += 10_000;
    await embeddings.prepare(entries);
    expect(events).toHaveLength(1);
    clock.now += 19_999; // twice as long as before
    await answerAs(null);
    await embeddings.prepare(entries);
    expect(await heard()).toMatchObject({ requests: 2 });
    clock.now += 1;
    await embeddings.prepare(entries);
    expect(events).toEqual([expect.anything(), 'recovered']);
    expect(best(await embeddings.near(['mail'], entries))).toEqual(['three']);
  },
);

test('one that is gone is told of as well', async () => {
  const events = told();
  const { embeddings } = opened();
  await endpoint.stop();
  await embeddings.prepare(entries);
  expect(events).toEqual([expect.stringMatching(/ECONNREFUSED/)]);
});

test('the key follows no redirect, and an answer without end is not read to its end', async () => {
  const events = told();
  const moved = opened('moved', { apiKey: 'sk-1' });
  await moved.embeddings.prepare(entries);
  expect(await heard()).not.toHaveProperty('elsewhere');
  const endless = opened('endless');
  await endless.embeddings.prepare(entries);
  expect(events).toEqual([expect.stringContaining('redirect'), 'its answer is too large']);
});

test('one that is slow is waited for as long as is said', async () => {
  const events = told();
  const { embeddings } = opened('m', { timeoutMs: 100 });
  await embeddings.prepare(entries);
  await answerAs('slow');
  const started = performance.now();
  expect(await embeddings.near(['mail'], entries)).toBeUndefined();
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(events).toEqual(['no answer within 100 ms']);
});

test('texts that it does not take are left out, unless it takes none', async () => {
  const events = told();
  const { embeddings } = opened('picky');
  const some = [...entries, entry('bad', 'refuse it')];
  await embeddings.prepare(some);
  expect((await embeddings.near(['mail'], some))![0]).toHaveLength(3);
  expect(await embeddings.near(['refuse'], some)).toBeUndefined();
  expect(events).toEqual([]);
  const { embeddings: other } = opened('picky', { toolPrefix: 'refuse ' });
  await other.prepare(entries);
  expect(events).toEqual(['HTTP status 400: {"error":{"message":"that text is too much"}}']);
});

test('a model that has become another one is begun with anew', async () => {
  const { embeddings } = opened();
  await embeddings.prepare(entries);
  await answerAs('wide');
  expect(await embeddings.near(['mail'], entries)).toBeUndefined();
  await embeddings.prepare(entries);
  expect(best(await embeddings.near(['mail'], entries))).toEqual(['three']);
});

test('what is under way ends with it', async () => {
  const { embeddings } = opened();
  await answerAs('slow');
  const events = told();
  const preparing = embeddings.prepare(entries);
  await expect.poll(heard).toMatchObject({ requests: 1 });
  await embeddings.close();
  await preparing;
  expect(events).toEqual([]);
  expect(await embeddings.near(['x'], entries)).toBeUndefined();
});

test('one that takes nothing any more counts as failing, and what it says is shown without the key', async () => {
  const { embeddings } = opened('m', { apiKey: 'an-endpoint-key' });
  const events = told();
  await embeddings.prepare(entries);
  await answerAs('sulky');
  for (let query = 0; query < 60; query++) await embeddings.near([`query ${query}`], entries);
  expect(events).toHaveLength(1);
  expect(events[0]).toContain('HTTP status 400');
  expect(events[0]).not.toContain('an-endpoint-key');
  expect(events[0]).not.toContain('\u001b');
  expect(embeddings.report).toMatchObject({ state: 'failing', reason: events[0] });
});

test('nothing is written while nothing is new', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-embeddings-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { embeddings } = opened('m', { folder });
  await embeddings.prepare(entries);
  const file = join(folder, readdirSync(folder)[0]!);
  const { ino } = statSync(file);
  await answerAs('broken');
  const more = [...entries, entry('four', 'paints a wall')];
  for (let search = 0; search < 3; search++) {
    await embeddings.near(['anything'], more);
    await embeddings.prepare(more);
  }
  expect(statSync(file).ino).toBe(ino);
});

test('one that cannot even be opened closes', async () => {
  const settings = { url: endpoint.url, model: 'm', timeoutMs: 1_000, queryPrefix: '', toolPrefix: '' };
  const proxy = { http: 'proxy-without-scheme:3128', https: '', no: '' };
  const embeddings = new Embeddings({ settings, proxy });
  const events = told();
  await embeddings.prepare(entries);
  expect(events).toHaveLength(1);
  await expect(embeddings.close()).resolves.toBeUndefined();
});
