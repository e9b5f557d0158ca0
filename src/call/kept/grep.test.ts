import { expect, test } from 'vitest';
import { Cancellation } from '../../cancellation.ts';
import { McpxError } from '../../errors.ts';
import { grep } from './grep.ts';

const search = (
  text: string,
  pattern: string,
  more: { first?: number; from?: number; tokens?: number } = {},
) => grep(text, { pattern, first: 1, from: 0, tokens: 1_000, ...more }, new Cancellation());

test('lines are given with their numbers', async () => {
  expect(await search('one\ntwo\n\nthree', 't')).toEqual({ lines: ['2:two', '4:three'] });
  expect(await search('one\ntwo', '(?i)ONE$', { first: 7 })).toEqual({ lines: ['7:one'] });
  expect(await search('a\n\nb', '^$')).toEqual({ lines: ['2:'] });
  expect(await search('', 'x')).toEqual({ lines: [] });
});

test('as many as asked for, and then from there on', async () => {
  const text = Array.from({ length: 100 }, (_, index) => `line ${index + 1}`).join('\n');
  const found: string[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const { lines, next } = await search(text, '5', { from, tokens: 20 });
    expect(lines.length).toBeLessThan(8);
    found.push(...lines);
    from = next;
  }
  expect(found).toEqual(
    [...text.split('\n').entries()]
      .filter(([, line]) => line.includes('5'))
      .map(([index, line]) => `${index + 1}:${line}`),
  );
});

test('of a long line, what stands around the find', async () => {
  const { lines } = await search(`${'a'.repeat(59_000)}needle${'b'.repeat(50_000)}\nneedle`, 'needle');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^1:…a+needleb+…$/);
  expect(lines[0]!.length).toBeLessThan(600);
});

test.each(['(', 'a(?=b)', '(a)\\1', 'x'.repeat(501), '(a{1000}){1000}'])(
  '%s is refused, with what may stand there',
  async pattern => {
    const error = await search('text', pattern).catch(thrown => thrown);
    expect(error).toBeInstanceOf(McpxError);
    expect(error).toMatchObject({ code: 'BAD_ARGUMENTS', help: expect.stringContaining('RE2') });
  },
);

test('a hostile pattern takes no longer than another, and others get their turn', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const started = performance.now();
  await search(`${'a'.repeat(200)}!\n`.repeat(20_000), '^(a+)+$');
  clearInterval(timer);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(turns).toBeGreaterThan(2);
});

test('a search that nobody waits for ends', async () => {
  const cancellation = new Cancellation();
  const text = 'ab\n'.repeat(2_000_000);
  const searching = grep(text, { pattern: '(a|b)+c', first: 1, from: 0, tokens: 10 }, cancellation);
  setTimeout(() => cancellation.cancel(new McpxError('CALL_CANCELLED', 'enough')), 50);
  await expect(searching).rejects.toThrow('enough');
});
