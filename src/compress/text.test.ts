import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describe, isBindable, isIdentifier, isVisible, quote, visible } from './text.ts';

/** Any UTF-16 code unit, halves of pairs among them, and often one that means something. */
const unit = fc.oneof(
  fc.constantFrom(...'aB1 _-.,"\\\n[]\u001b\u0085\u200b\u202e\u2028\u3164'),
  fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
);

test('an identifier has letters, digits, _ and $, and nothing invisible', () => {
  expect(['a', '_x1', '$', 'größe', '数'].every(isIdentifier)).toBe(true);
  expect(['', '1a', 'a-b', 'a b', 'a.b', 'a\u200db', 'a\u3164', 'a\n'].some(isIdentifier)).toBe(false);
});

test('a name can be declared unless it is a word of the language', () => {
  expect(['a', 'from', 'type', 'arguments'].every(isBindable)).toBe(true);
  expect(['default', 'in', 'this', 'x-y', ''].some(isBindable)).toBe(false);
});

test('lines stay lines, without what cannot be seen', () => {
  expect(visible('\n# Title\r\n\n\t- a\u202eb  \n\u001b[31mred\u2028end\n')).toBe(
    '# Title\n\n  - ab\nred\nend',
  );
  expect(['a b', '日本', ''].every(isVisible)).toBe(true);
  expect(['a\n', '\u200b', '\u202ex', '\ud800'].some(isVisible)).toBe(false);
});

test('a quoted text is one visible line that parses back', () => {
  expect(quote('a\u202eb\u2028c\u0085d\u{e0041}')).toBe('"a\\u202eb\\u2028c\\u0085d\\udb40\\udc41"');
  fc.assert(
    fc.property(fc.string({ unit }), text => {
      expect(JSON.parse(quote(text))).toBe(text);
      expect(quote(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('a description becomes one clean line', () => {
  expect(describe('  Reads\n\ta   file.\r\n', 80)).toBe('Reads a file.');
  expect(describe('\u001b[31mRed\u001b[0m \u001b]0;title\u0007text\u0000', 80)).toBe('Red text');
  expect(describe('a\u202eb\u200bc \u{e0041}d\ud800', 80)).toBe('abc d');
  expect(describe(undefined, 80)).toBe('');
  expect(describe({ toString: null }, 80)).toBe('');
});

test('a long description is cut after a sentence that fills a good part of the room', () => {
  expect(describe('Reads a file. Writes nothing. Then it goes on and on.', 35)).toBe(
    'Reads a file. Writes nothing.',
  );
  expect(describe('读取一个文件。然后写入另一个文件', 10)).toBe('读取一个文件。');
});

test('without such a sentence it is cut after a word', () => {
  expect(describe('Reads e.g. one file and then, another', 26)).toBe('Reads e.g. one file and…');
  expect(describe('Go. Reads one file, and then another file', 20)).toBe('Go. Reads one file…');
  expect(describe('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(describe('😀'.repeat(50), 10)).toBe(`${'😀'.repeat(4)}…`);
});

test('a description never outgrows its room, nor shows what cannot be seen', () => {
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (text, max) => {
      const line = describe(text, max);
      expect(line.length).toBeLessThanOrEqual(max);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});
