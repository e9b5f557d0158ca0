import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { compressResult } from '../../src/compress/results/compress.ts';
import type { JsonObject } from '../../src/types.ts';
import { JsonLines } from '../lib/json-lines.ts';
import { printTable } from '../lib/report.ts';
import { quantile } from '../lib/statistics.ts';
import { realServer, root } from '../lib/subjects.ts';

/** A call whose result is looked at. */
type Call = [tool: string, given: JsonObject];

/** Calls real servers, and prints what compression makes of each result: tokens before, after, and the change. */
export async function resultsCorpus(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-bench-'));
  fill(folder);
  const rows = [
    ...(await changes('server-filesystem', [folder], filesystemCalls(folder))),
    ...(await changes('server-memory', [], memoryCalls, { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') })),
    ...(await changes('server-everything', ['stdio'], everythingCalls)),
    ...(await snapshots(folder)),
  ];
  const change = rows.map(({ before, after }) => (100 * (after - before)) / before);
  console.log('results of real servers: tokens (o200k_base) as they came, and as the model gets them');
  printTable([
    ['tool', 'as it came', 'given', 'change'],
    ...rows.map(({ tool, before, after }, index) => [
      tool,
      `${before}`,
      `${after}`,
      `${change[index]!.toFixed(0)} %`,
    ]),
  ]);
  const spread = [0, 0.25, 0.5, 0.75, 1].map(share => `${quantile(change, share).toFixed(0)} %`);
  console.log(`change, from the best to the worst by quarters: ${spread.join(', ')}\n`);
  if (change.some(percent => percent > 0)) throw new Error('a result has become larger');
}

/** What a browser shows of a page, where there is one. */
async function snapshots(folder: string) {
  const server = join(root, 'test/servers/node_modules/@playwright/mcp/cli.js');
  const browser = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(path => existsSync(path));
  if (browser === undefined || !existsSync(server)) {
    console.log('no snapshots of pages: they need Chromium, and `npm ci` in test/servers');
    return [];
  }
  const site = createServer((_, response) => response.end(shop)).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const { port } = site.address() as AddressInfo;
  const args = ['--headless', '--isolated', '--no-sandbox', '--output-dir', folder];
  const command = [server, ...args, '--executable-path', browser];
  const rows = await changesBy('playwright', command, [
    ['browser_navigate', { url: `http://127.0.0.1:${port}/` }],
    ['browser_snapshot', {}],
  ]);
  site.close();
  return rows;
}

/** A page with what pages have: links, a form, a table. */
const shop = `<!doctype html><html lang="en"><title>Orders</title><nav>${['Home', 'Orders', 'Help']
  .map(name => `<a href="/${name}">${name}</a>`)
  .join(
    ' ',
  )}</nav><h1>Orders</h1><form><label>Customer <input name="customer"></label><button>Search</button></form>
<table><tr><th>Id</th><th>Customer</th><th>Total</th></tr>${Array.from(
  { length: 40 },
  (_, index) =>
    `<tr><td>${1_000 + index}</td><td>Customer ${index % 7}</td><td>${(index * 7_919) % 1_000}</td></tr>`,
).join('')}</table></html>`;

function changes(server: string, args: string[], calls: Call[], env: Record<string, string> = {}) {
  return changesBy(server, [...realServer(server).args!, ...args], calls, env);
}

async function changesBy(
  server: string,
  command: string[],
  calls: Call[],
  env: Record<string, string> = {},
): Promise<{ tool: string; before: number; after: number }[]> {
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const client = new JsonLines(child);
  await client.initialize();
  const rows: { tool: string; before: number; after: number }[] = [];
  for (const [index, [name, given]] of calls.entries()) {
    client.send({ id: index + 2, method: 'tools/call', params: { name, arguments: given } });
    const { result } = await client.answer(index + 2);
    if (result === undefined || result.isError) throw new Error(`${name} failed: ${JSON.stringify(result)}`);
    const before = tokensOf(result as JsonObject);
    rows.push({
      tool: `${server}.${name}`,
      before,
      after: tokensOf(await compressResult(result as JsonObject)),
    });
  }
  child.kill('SIGTERM');
  await once(child, 'exit');
  return rows;
}

function tokensOf({ content }: JsonObject): number {
  const texts = (content as { type: string; text?: string }[]).map(({ text = '' }) => text);
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

function fill(folder: string): void {
  mkdirSync(join(folder, 'reports/2026'), { recursive: true });
  for (let index = 0; index < 40; index++)
    writeFileSync(join(folder, `reports/2026/report-${index}.txt`), 'a report\n');
  const orders = Array.from({ length: 50 }, (_, index) => ({
    id: 1_000 + index,
    customer: `Customer ${index % 7}`,
    country: ['DE', 'FR', 'CN'][index % 3],
    total: (index * 7_919) % 1_000,
    paid: index % 4 !== 0,
  }));
  writeFileSync(join(folder, 'orders.json'), JSON.stringify(orders, null, 2));
  writeFileSync(
    join(folder, 'settings.json'),
    JSON.stringify({ server: { port: 8_000, tls: { on: false } }, tags: ['a', 'b'] }, null, 2),
  );
  writeFileSync(join(folder, 'README.md'), '# A project\n\nIt does things.\n');
}

function filesystemCalls(folder: string): Call[] {
  return [
    ['list_directory', { path: join(folder, 'reports/2026') }],
    ['list_directory_with_sizes', { path: join(folder, 'reports/2026') }],
    ['directory_tree', { path: folder }],
    ['search_files', { path: folder, pattern: '**/*.txt' }],
    ['get_file_info', { path: join(folder, 'orders.json') }],
    ['read_text_file', { path: join(folder, 'orders.json') }],
    ['read_text_file', { path: join(folder, 'settings.json') }],
    ['read_text_file', { path: join(folder, 'README.md') }],
    ['read_multiple_files', { paths: [join(folder, 'README.md'), join(folder, 'settings.json')] }],
  ];
}

const people = Array.from({ length: 25 }, (_, index) => ({
  name: `person ${index}`,
  entityType: 'person',
  observations: [`likes number ${index}`, 'works in Berlin'],
}));
const knows = people.slice(1).map(({ name }) => ({ from: name, to: 'person 0', relationType: 'knows' }));

const memoryCalls: Call[] = [
  ['create_entities', { entities: people }],
  ['create_relations', { relations: knows }],
  ['search_nodes', { query: 'number 1' }],
  ['read_graph', {}],
];

const everythingCalls: Call[] = [
  ['echo', { message: 'hello' }],
  ['get-sum', { a: 1, b: 2 }],
  ['get-structured-content', { location: 'Chicago' }],
  ['get-env', {}],
  ['get-tiny-image', {}],
];
