import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StderrTail } from './stderr.ts';

test('however the text is cut, the lines are the same', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', ' ', 'x'.repeat(300)) });
  fc.assert(
    fc.property(text, fc.nat(20), (whole, size) => {
      const [pieces, once] = [new StderrTail(), new StderrTail()];
      for (let at = 0; at < whole.length; at += size + 1) pieces.push(whole.slice(at, at + size + 1));
      once.push(whole);
      expect(pieces.lines).toEqual(once.lines);
    }),
  );
});

test('lines are bounded in number and length; blank ones do not count', () => {
  const tail = new StderrTail();
  tail.push(
    `${Array.from({ length: 200 }, (_, index) => `line ${index}\r\n\n`).join('')}${'é'.repeat(2_000)}`,
  );
  expect(tail.lines).toHaveLength(51);
  expect(tail.lines[0]).toBe('line 150');
  expect(tail.lines.at(-1)).toBe('é'.repeat(500));
});
