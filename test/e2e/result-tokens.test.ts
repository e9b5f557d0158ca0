// Results of real servers, and the shapes that others send, cost a model no more than they came with: by the real tokenizer.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '@toon-format/toon';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect } from 'vitest';
import { compressResult } from '../../src/compress/results/compress.ts';
import { type McpClient, root, sharedPlace, type ToolResult, test } from './harness.ts';

const script = (name: string) => join(root, 'node_modules/@modelcontextprotocol', name, 'dist/index.js');
const realServer = (name: string, ...args: string[]) => ({
  command: process.execPath,
  args: [script(name), ...args],
  compress: { results: false },
});

let client: McpClient;
let folder: string;

beforeAll(async () => {
  const place = sharedPlace();
  folder = join(place.folder, 'files');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  for (let index = 0; index < 30; index++) writeFileSync(join(folder, 'sub', `report-${index}.txt`), 'text');
  writeFileSync(join(folder, 'data.json'), JSON.stringify(issues, null, 2));
  client = await place.stdio('v2 modern', {
    everything: realServer('server-everything'),
    files: realServer('server-filesystem', folder),
    memory: { ...realServer('server-memory'), env: { MEMORY_FILE_PATH: join(place.folder, 'memory.jsonl') } },
  });
});

const textsOf = ({ content }: Pick<ToolResult, 'content'>) =>
  content.flatMap(({ type, text }) => (type === 'text' ? [text!] : []));
const tokens = (texts: string[]) => texts.reduce((sum, text) => sum + encode(text).length, 0);

/** Compresses a result as it came; checks that it says the same in no more tokens, and tells what part of them is left. */
async function partLeft(result: Record<string, unknown>): Promise<number> {
  const compressed = await compressResult(result);
  const [before, after] = [textsOf(result as never), textsOf(compressed as never)];
  const forms = ((compressed['_meta'] as Record<string, unknown>)?.['mcpx/compressed'] ?? []) as {
    form: string;
  }[];
  const changed = after.flatMap((text, index) =>
    text === before[index] ? [] : [{ text, from: before[index]! }],
  );
  expect(changed).toHaveLength(forms.length);
  for (const [index, { text, from }] of changed.entries()) {
    const value = forms[index]!.form === 'toon' ? decode(text) : JSON.parse(text);
    expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(from)));
  }
  const [cost, was] = [tokens(after), tokens(before)];
  expect(cost).toBeLessThanOrEqual(was);
  return cost / was;
}

describe('of a real server', () => {
  const called = async (tool: string, given: Record<string, unknown> = {}) => {
    const result = await client.exec(tool, given);
    expect(result.isError, textsOf(result)[0]).not.toBe(true);
    return result as unknown as Record<string, unknown>;
  };

  test.for([
    ['everything.get-env', {}],
    ['everything.get-structured-content', { location: 'Chicago' }],
    ['everything.get-annotated-message', { messageType: 'error', includeImage: true }],
    ['everything.get-resource-reference', { resourceType: 'Text', resourceId: 1 }],
    ['files.list_allowed_directories', {}],
  ] as const)('%s', async ([tool, given]) => {
    expect(await partLeft(await called(tool, given))).toBeLessThanOrEqual(1);
  });

  test('a tree of files and a file that is JSON', async () => {
    expect(await partLeft(await called('files.directory_tree', { path: folder }))).toBeLessThan(0.75);
    expect(
      await partLeft(await called('files.read_text_file', { path: join(folder, 'data.json') })),
    ).toBeLessThan(0.75);
    expect(await partLeft(await called('files.list_directory', { path: join(folder, 'sub') }))).toBe(1);
  });

  test('a graph', async () => {
    const entities = Array.from({ length: 20 }, (_, index) => ({
      name: `person ${index}`,
      entityType: 'person',
      observations: [`likes number ${index}`, 'was here'],
    }));
    await called('memory.create_entities', { entities });
    expect(await partLeft(await called('memory.read_graph'))).toBeLessThan(0.8);
  });
});

const issues = Array.from({ length: 30 }, (_, index) => ({
  number: 1000 + index,
  title: `The ${index}th thing is broken`,
  state: index % 2 === 0 ? 'open' : 'closed',
  user: { login: `user${index % 5}`, id: 10_000 + index },
  labels: index % 3 === 0 ? ['bug'] : [],
  created_at: new Date(1.75e12 + index * 1e7).toISOString(),
  body: index % 4 === 0 ? null : `It fails with "error ${index}".\nSteps:\n1. start\n2. wait`,
}));
const shapes: Record<string, unknown> = {
  issues,
  'one object': issues[1],
  'rows of numbers': Array.from({ length: 60 }, (_, index) => ({ t: 1.75e9 + index, v: Math.sqrt(index) })),
  'rows of long texts': Array.from({ length: 10 }, (_, id) => ({
    id,
    text: 'A sentence, with commas. '.repeat(20),
  })),
  'rows with holes': Array.from({ length: 30 }, (_, id) => ({ id, ...(id % 2 && { note: 'odd' }) })),
  'a list of texts': Array.from({ length: 50 }, (_, index) => `src/module-${index}/index.ts`),
  'a matrix': Array.from({ length: 20 }, (_, row) => Array.from({ length: 8 }, (_, column) => row * column)),
  'a tree': {
    name: 'a',
    children: [
      { name: 'b', children: [{ name: 'c', children: [] }] },
      { name: 'd', children: [] },
    ],
  },
  'a map of objects': Object.fromEntries(issues.map(({ number, user }) => [`issue-${number}`, user])),
  'Chinese rows': Array.from({ length: 20 }, (_, id) => ({ id, 名称: `客户${id}`, 城市: '柏林' })),
  'a page': {
    nodes: Array.from({ length: 40 }, (_, ref) => ({
      role: 'link',
      name: `Item ${ref}`,
      ref: `e${ref}`,
      box: { x: ref, y: 0, w: 10, h: 10 },
    })),
  },
};

test.for(
  Object.entries(shapes).flatMap(([name, value]) => [0, 2, 4].map(indent => [name, indent, value] as const)),
)('%s, indented by %d', async ([, indent, value]) => {
  const text = JSON.stringify(value, null, indent);
  const left = await partLeft({ content: [{ type: 'text', text }] });
  // Short texts are left alone; indentation is never worth its tokens in others.
  if (indent > 0 && text.length > 1_000) expect(left).toBeLessThan(0.95);
});
