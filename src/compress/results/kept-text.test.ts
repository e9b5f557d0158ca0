import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../exact.ts';
import { estimateTokens } from '../tokens.ts';
import { keptText } from './kept-text.ts';
import { layout } from './layout.ts';
import { endOfPage, lineAt, linesBetween } from './page.ts';
import { shapeOf, sizeOfText } from './shape.ts';

const text = (value: string) => ({ type: 'text', text: value });
const rows = Array.from({ length: 30 }, (_, id) => ({ id, name: `customer ${id}` }));

describe('what is kept', () => {
  test('of JSON is JSON in lines, an entry on each', () => {
    const { text: kept, json } = keptText(
      { content: [text(JSON.stringify({ total: 30, items: rows }, null, 4))] },
      100,
    );
    expect(kept.split('\n').slice(0, 4)).toEqual([
      '{',
      '"total":30,',
      '"items":[',
      '{"id":0,"name":"customer 0"},',
    ]);
    expect(JSON.parse(kept)).toEqual({ total: 30, items: rows });
    expect(json).toMatchObject({ start: 0, end: kept.length });
  });

  test('of a text and structured content is both, once where they say the same', () => {
    const both = keptText({ content: [text('30 were found')], structuredContent: rows }, 100);
    expect(both.text).toBe(`30 were found\n${layout(rows)}`);
    expect(JSON.parse(both.text.slice(both.json!.start, both.json!.end))).toEqual(rows);
    expect(keptText({ content: [text(JSON.stringify(rows))], structuredContent: rows }, 100).text).toBe(
      layout(rows),
    );
  });

  test('of a text that is wrapped as well is that text, as JSON if it is', () => {
    const said = JSON.stringify(rows, null, 2);
    const { text: kept, json } = keptText(
      { content: [text(said)], structuredContent: { content: said } },
      100,
    );
    expect(kept).toBe(layout(rows));
    expect(json?.shape).toBe('[30 × { id: number, name: string }]');
  });

  test('of several texts is all of them, and of JSON that would change the text itself', () => {
    expect(keptText({ content: [text('a'), { type: 'image' }, text('[1]')] }, 100)).toEqual({
      text: 'a\n[1]',
      pageTokens: 100,
    });
    expect(keptText({ content: [text('[ 1.0 ]')] }, 100)).toMatchObject({
      text: '[ 1.0 ]',
      json: { shape: '[1 × number]' },
    });
  });

  test('any JSON stays what it is in lines', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
        expect(JSON.stringify(JSON.parse(layout(value)))).toBe(JSON.stringify(value));
      }),
    );
    const deep = JSON.parse(`${'[1,'.repeat(500)}"${'x'.repeat(300)}"${']'.repeat(500)}`);
    expect(JSON.parse(layout(deep))).toEqual(deep);
    expect(layout(deep).split('\n').length).toBeLessThan(300);
  });
});

describe('pages', () => {
  const anyText = fc.string({
    unit: fc.oneof(fc.constantFrom('\n', 'a ', '{"x":1},', '🎉', '中'), fc.string()),
    maxLength: 3_000,
  });

  test('put together are the text, each of about the tokens asked for', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 50, max: 400 }), (whole, tokens) => {
        const pages: string[] = [];
        for (let start = 0; start < whole.length; ) {
          const end = endOfPage(whole, start, tokens);
          expect(end).toBeGreaterThan(start);
          pages.push(whole.slice(start, end));
          start = end;
        }
        expect(pages.join('')).toBe(whole);
        for (const page of pages) expect(estimateTokens(page)).toBeLessThan(tokens + 300);
        for (const page of pages.slice(1)) expect(page).not.toMatch(/^[\udc00-\udfff]/);
      }),
    );
  });

  test('end behind a line where there is one', () => {
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join('');
    const end = endOfPage(lines, 0, 200);
    expect(lines[end - 1]).toBe('\n');
    expect(endOfPage('x'.repeat(100_000), 0, 200)).toBeLessThan(5_000);
    const odd = `a${'🎉'.repeat(10_000)}`;
    expect(odd.slice(endOfPage(odd, 0, 200)).codePointAt(0)).toBe('🎉'.codePointAt(0));
  });

  test('lines are counted from 1', () => {
    const lines = 'a\nbb\n\nccc';
    const between = (first: number, last: number) => lines.slice(...linesBetween(lines, first, last));
    expect([between(1, 1), between(2, 3), between(4, 4), between(4, 99), between(5, 9)]).toEqual([
      'a\n',
      'bb\n\n',
      'ccc',
      'ccc',
      '',
    ]);
    expect([0, 1, 2, 5, 8].map(offset => lineAt(lines, offset))).toEqual([1, 1, 2, 3, 4]);
    expect(sizeOfText(lines)).toBe('9 characters in 4 lines');
    expect(sizeOfText('a\n')).toBe('2 characters in 1 line');
  });
});

describe('the shape', () => {
  test('of a number that JavaScript would change is a number', () => {
    expect(shapeOf(parseJson('[1.0, 9007199254740993]'))).toBe('[2 × number]');
  });

  test.each([
    [rows, '[30 × { id: number, name: string }]'],
    [{ a: null, 'b c': [true], d: {}, e: [] }, '{ a: null, "b c": [1 × boolean], d: {}, e: [] }'],
    [[{ a: 1 }, { a: 'x', b: 2 }, 3], '[3 × number | { a: number | string, b?: number }]'],
    [[[1], [1, 2]], '[2 × [1 to 2 × number]]'],
    ['x', 'string'],
  ])('of %j', (value, shape) => {
    expect(shapeOf(value)).toBe(shape);
  });

  test('stays short whatever it is of', () => {
    const wide = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`key ${'x'.repeat(500)}${index}`, rows]),
    );
    const deep = JSON.parse(`${'[{"a":'.repeat(2_000)}1${'}]'.repeat(2_000)}`);
    for (const value of [wide, Array(100).fill(wide), deep]) {
      const shape = shapeOf(value);
      expect(shape.length).toBeLessThanOrEqual(2_001);
      expect(shape).toContain('…');
    }
    const level = (inner: unknown) =>
      Object.fromEntries(Array.from({ length: 20 }, (_, key) => [`k${key}`, inner]));
    const started = performance.now();
    shapeOf(level(level(level(level(level(level(1)))))));
    expect(performance.now() - started).toBeLessThan(500);
    expect(shapeOf({ 'a\u202eb\n': 1 })).toBe('{ "a\\u202eb\\n": number }');
  });
});
