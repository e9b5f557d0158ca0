import { expect, test } from 'vitest';
import { compressResult } from './compress.ts';
import { saidByText, withoutStructured } from './structured.ts';

const text = (value: string) => ({ type: 'text', text: value });
const pretty = JSON.stringify({ items: Array.from({ length: 20 }, (_, id) => ({ id, name: 'x' })) }, null, 2);

test('a result in which nothing is won is the same object', async () => {
  for (const result of [
    { content: [text('plain '.repeat(100))] },
    { content: [text('{ "a": 1 }')] },
    { content: [{ type: 'image', data: pretty }] },
    { content: [{ type: 'resource', resource: { uri: 'a:b', text: pretty } }] },
    { content: pretty },
    { structuredContent: { a: pretty } },
    {},
  ]) {
    expect(await compressResult(result)).toBe(result);
  }
});

test('only the text changes, of the blocks that are JSON', async () => {
  const blocks = [
    text('plain'),
    { ...text(pretty), annotations: { audience: ['user'] } },
    { type: 'odd', text: pretty },
  ];
  const result = { content: blocks, isError: true, structuredContent: { a: 1 }, _meta: { own: 1 }, other: 2 };
  const before = structuredClone(result);
  const compressed = await compressResult(result);
  const { text: changed } = (compressed['content'] as { text: string }[])[1]!;
  expect(changed.length).toBeLessThan(pretty.length / 2);
  const [{ tokens, of }] = (compressed['_meta'] as { 'mcpx/compressed': [{ tokens: number; of: number }] })[
    'mcpx/compressed'
  ];
  expect(tokens).toBeLessThan(of);
  expect(compressed).toEqual({
    ...before,
    content: [blocks[0], { ...blocks[1], text: changed }, blocks[2]],
    _meta: { own: 1, 'mcpx/compressed': [{ form: 'toon', tokens, of }] },
  });
  expect(result).toEqual(before);
});

test('a _meta that is no object stays what it is', async () => {
  expect(await compressResult({ content: [text(pretty)], _meta: 'odd' })).toMatchObject({ _meta: 'odd' });
});

test.each([
  ['its JSON', '{ "a": 1 }', { a: 1 }, true],
  ['the JSON that is wrapped', '[1]', { result: [1] }, true],
  ['the string that is wrapped', 'hello', { result: 'hello' }, true],
  ['the text that is wrapped', '[ 1 ]', { content: '[ 1 ]' }, true],
  ['another value', '{"a":2}', { a: 1 }, false],
  ['a sentence', 'one was found', { a: 1 }, false],
  ['a part of it', '[1]', { result: [1], more: 2 }, false],
])('a text that is %s', (_, said, structuredContent, same) => {
  const result = { content: [text(said)], structuredContent, isError: false };
  expect(saidByText(result)).toBe(same);
  const added = same ? [] : [text(JSON.stringify(structuredContent))];
  expect(withoutStructured(result)).toEqual({ content: [text(said), ...added], isError: false });
});

test('structured content that cannot be written stays', () => {
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
  const result = { content: [], structuredContent: deep };
  expect(withoutStructured(result)).toBe(result);
  const none = { content: [text('a')] };
  expect(withoutStructured(none)).toBe(none);
});
