import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../exact.ts';
import type { JsonObject } from '../types.ts';
import { compileSelect, select } from './select.ts';

const image = { type: 'image', data: 'aGk=', mimeType: 'image/png' };
const structuredContent = {
  items: [
    { name: 'a', size: 1 },
    { name: 'b', size: 2 },
  ],
  total: 2,
};
const result = {
  content: [{ type: 'text', text: 'two items' }, image],
  structuredContent,
  _meta: { 'x/y': 1 },
};

/** The text that is selected. */
async function selected(expression: string, from: JsonObject = result): Promise<unknown> {
  const { content } = await select(expression, from);
  return (content as { text: string }[])[0]!.text;
}

function textResult(text: string): JsonObject {
  return { content: [{ type: 'text', text }] };
}

test('a selection takes the place of text and structuredContent; all else stays', async () => {
  const before = structuredClone(result);
  expect(await select('items[*].name', { ...result, isError: false, 'x-new': 1 })).toEqual({
    content: [{ type: 'text', text: '["a","b"]' }, image],
    _meta: { 'x/y': 1 },
    isError: false,
    'x-new': 1,
  });
  expect(result).toEqual(before);
});

test('strings come as they are, the rest as compact JSON', async () => {
  expect(await selected('items[0].name')).toBe('a');
  expect(await selected('total')).toBe('2');
  expect(await selected('items[?size > `1`] | [0]')).toBe('{"name":"b","size":2}');
  expect(await selected('items[?size > `9`]')).toBe('[]');
});

test('a number that is kept as it came is no way around the bound', async () => {
  const text = JSON.stringify({ n: 0, long: 'x'.repeat(900_000) }).replace('"n":0', '"n":1.0');
  const copies = `[${Array.from({ length: 256 }, () => '@').join(',')}]`;
  const before = process.memoryUsage.rss();
  await expect(select(copies, { content: [{ type: 'text', text }] })).rejects.toMatchObject({
    code: 'BAD_SELECT',
  });
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
});

test.each([
  ['[0].id', '9007199254740993'],
  ['[*].ratio', '[1.0,2.50]'],
  ['[?ratio == `1`].id', '[9007199254740992]'],
  ['[?ratio > `1`] | [0].{id: id, ratio: ratio}', '{"id":-0,"ratio":2.50}'],
  ['sum([*].ratio)', '3.5'],
  ['max_by(@, &ratio).ratio', '2.50'],
  ['sort_by(@, &ratio)[0].id', '9007199254740993'],
  ['to_string([0].ratio)', '1'],
])('numbers stay what they are: %s', async (expression, text) => {
  const json = '[{"id":9007199254740993,"ratio":1.0},{"id":-0,"ratio":2.50}]';
  expect(await selected(expression, textResult(json))).toBe(text);
  expect(await selected(expression, { content: [], structuredContent: parseJson(json) })).toBe(text);
});

test('without structuredContent the only text is read as JSON', async () => {
  expect(await selected('a', textResult('{"a":[1]}'))).toBe('[1]');
  expect(await selected('[1]', textResult('[1, 2]'))).toBe('2');
});

test.each([
  [textResult('plain')],
  [
    {
      content: [
        { type: 'text', text: '1' },
        { type: 'text', text: '2' },
      ],
    },
  ],
  [{ content: [image] }],
  [{}],
])('where there is nothing to select from, it says so', async from => {
  await expect(select('a', from)).rejects.toMatchObject({
    code: 'BAD_SELECT',
    message: expect.stringContaining('neither structuredContent nor a single text that is JSON'),
  });
});

test('an error result is not touched, whatever the expression', async () => {
  const failed = { content: [{ type: 'text', text: 'no' }], isError: true };
  expect(await select('a..b', failed)).toBe(failed);
  expect((await compileSelect('a'))(failed)).toBe(failed);
});

test('a selection of nothing says what there is', async () => {
  expect(await selected('itms')).toBe('null\nNothing there: the result is an object with "items", "total".');
  expect(await selected('constructor')).toMatch(/^null\n/);
  expect(await selected('a', textResult('[1, 2]'))).toBe('null\nNothing there: the result is an array of 2.');
  expect(await selected('a', textResult('7'))).toBe(
    'null\nNothing there: the result is neither object nor array.',
  );
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}\u202e`, 1]));
  expect(await selected('a', textResult(JSON.stringify(many)))).toMatch(/"k19\\u202e", …\.$/);
});

test.each(['', 'a..b', 'foo(@)', '[', 'sum(items)', 'length(`1`)'])('%j is refused', async expression => {
  await expect(select(expression, result)).rejects.toMatchObject({
    code: 'BAD_SELECT',
    message: expect.stringContaining(`select ${JSON.stringify(expression)} failed: `),
  });
});

test('a bad expression can be refused before anything has run', async () => {
  await expect(compileSelect('a..b')).rejects.toMatchObject({ code: 'BAD_SELECT' });
  await expect(compileSelect('a'.repeat(1001))).rejects.toMatchObject({
    message: expect.stringContaining('longer'),
  });
});

test('an expression cannot multiply the result beyond reason', async () => {
  const refused = [`${'[@,@]|'.repeat(100)}@`, `${'{a:@,b:@}.*[]|'.repeat(60)}@`];
  const quoting = `${'to_string(['.repeat(60)}@${'])'.repeat(60)}`;
  for (const expression of [...refused, quoting]) {
    await expect(select(expression, result)).rejects.toMatchObject({
      message: expect.stringContaining('too often'),
    });
  }
  const fields = Array.from({ length: 30 }, (_, i) => `f${i}: {a: name, b: size}`).join(', ');
  expect(await selected(`items[*].{${fields}}`)).toContain('"f29":{"a":"a","b":1}');
});

test.each([
  ['repeats a large result 200 times', Array.from({ length: 200 }, () => '@'), 'too often'],
  ['repeats it 20 times', Array.from({ length: 20 }, () => '@'), 'too much'],
])('an expression that %s is refused soon', async (_, parts, message) => {
  const large = textResult(JSON.stringify(Array.from({ length: 5_000 }, () => 'x'.repeat(1_000))));
  const started = performance.now();
  await expect(select(`[${parts}]`, large)).rejects.toMatchObject({
    code: 'BAD_SELECT',
    message: expect.stringContaining(message),
  });
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(await selected('@', large)).toHaveLength(5_015_001);
});

test('identity gives back any JSON, and no expression does worse than BAD_SELECT', async () => {
  const identity = await compileSelect('@');
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const json = JSON.stringify(value);
      fc.pre(typeof value !== 'string' && value !== null);
      expect(identity(textResult(json)).content).toEqual([{ type: 'text', text: json }]);
    }),
  );
  const token = fc.constantFrom(
    ...'a @ . [ ] * { } ( ) , : | & ! ` \' " 0 -1 < == ? sort_by length items'.split(' '),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(token, { maxLength: 12 }), async tokens => {
      const outcome = await select(tokens.join(''), result).catch(error => error);
      expect(outcome.code ?? outcome.content[0].type).toMatch(/^(BAD_SELECT|text)$/);
    }),
    { numRuns: 500 },
  );
});
