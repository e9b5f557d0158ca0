import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader, type OversizedLine } from './line-reader.ts';

function reading(max: number) {
  const lines: string[] = [];
  const oversized: OversizedLine[] = [];
  const reader = new LineReader(
    max,
    line => lines.push(line),
    line => oversized.push(line),
  );
  return { reader, lines, oversized };
}

const text = fc.string({ unit: fc.constantFrom('a', 'é', '🎉', ' ', '\n', '\r\n', '{', '"') });

test('wherever the chunks are cut, the lines are the same', () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(200)), (whole, cuts) => {
      const { reader, lines } = reading(1000);
      const places = [...new Set([0, ...cuts.map(cut => Math.min(cut, whole.length)), whole.length])];
      places.sort((a, b) => a - b);
      for (const [index, from] of places.slice(0, -1).entries())
        reader.push(whole.slice(from, places[index + 1]));
      expect(lines).toEqual(whole.split('\n').slice(0, -1));
    }),
  );
});

test('a line that is too long is told by its ends and disturbs no neighbour', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 3000 }), (size, extra) => {
      const { reader, lines, oversized } = reading(1000);
      const long = Array.from({ length: 1001 + extra }, (_, at) => String.fromCharCode(97 + (at % 26))).join(
        '',
      );
      const whole = `before\n${long}\nafter\n`;
      for (let at = 0; at < whole.length; at += size) reader.push(whole.slice(at, at + size));
      expect(lines).toEqual(['before', 'after']);
      expect(oversized).toEqual([{ head: long.slice(0, 512), tail: long.slice(-512), length: long.length }]);
    }),
  );
});

test('a line that is exactly as long as allowed is read', () => {
  const { reader, lines, oversized } = reading(5);
  reader.push('12345\n123456\n12345\n');
  expect(lines).toEqual(['12345', '12345']);
  expect(oversized).toEqual([{ head: '123456', tail: '123456', length: 6 }]);
});

test('a gigabyte without a newline costs no more memory than the longest line', () => {
  const { reader, oversized } = reading(4 * 1024 * 1024);
  const before = process.memoryUsage().rss;
  const chunk = 'x'.repeat(64 * 1024);
  let most = 0;
  for (let count = 0; count < 16 * 1024; count++) {
    reader.push(`${chunk}${count % 10}`); // a string of its own each time
    if (count % 1024 === 0) most = Math.max(most, process.memoryUsage().rss);
  }
  reader.push('\n');
  expect(oversized[0]!.length).toBe(16 * 1024 * (64 * 1024 + 1));
  expect(most - before).toBeLessThan(256 * 1024 * 1024);
});
