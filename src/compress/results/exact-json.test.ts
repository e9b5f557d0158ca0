import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readExactly } from './exact-json.ts';

test.each([
  ['blanks', ' {"a" : [ 1,\r\n\t2 ] }\n', '{"a":[1,2]}'],
  ['needless escapes', '["\\u0061\\/b\\u00e9"]', '["a/bé"]'],
  ['blanks, braces and quotes in strings', '["a  b", "{\\"c\\" : 1}"]', '["a  b","{\\"c\\" : 1}"]'],
  ['a key that is __proto__', '{"__proto__": {"a": 1}}', '{"__proto__":{"a":1}}'],
  ['half a surrogate pair', '["\\ud800"]', '["\\ud800"]'],
  [
    'numbers as JavaScript writes them',
    '[0, -1, 0.1, 1e+21, 9007199254740991]',
    '[0,-1,0.1,1e+21,9007199254740991]',
  ],
])('%s survive', (_, text, compact) => {
  expect(readExactly(text)).toEqual({ value: JSON.parse(text), compact });
});

test.each([
  ['1.0', '[1.0]'],
  ['1e5', '[1e5]'],
  ['-0', '[-0]'],
  ['a number beyond 2^53', '[9007199254740993]'],
  ['more digits than a double has', '[0.1000000000000000055]'],
  ['a number that becomes infinite', '[1e999]'],
  ['a key that stands twice', '{"a":1,"a":2}'],
  ['a key that stands twice, escaped', '{"a":1,"\\u0061":2}'],
  ['keys that JavaScript would put in order', '{"b":1,"1":2}'],
  ['half of it', '{"a":'],
  ['more than it', '{"a":1} {"b":2}'],
  ['a number', '12'],
  ['a string', '"{}"'],
  ['nothing', ''],
  ['prose', '[see below]'],
  ['what is nested too deeply', '['.repeat(100_000) + ']'.repeat(100_000)],
])('%s does not', (_, text) => {
  expect(readExactly(text)).toBeUndefined();
});

test('any JSON, however it is indented, gives its value and nothing else', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), (value, indent) => {
      const text = JSON.stringify([value], null, indent);
      const exact = readExactly(text);
      const { compact } = exact ?? { compact: JSON.stringify([value]) };
      expect(compact).toBe(JSON.stringify(JSON.parse(text)));
      // Only -0 and keys out of order are lost, and both of them show when the text is written once more.
      if (exact === undefined) expect(JSON.stringify(JSON.parse(compact), null, indent)).toBe(text);
    }),
  );
});

test('a number is accepted only as it would be written again', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789.eE+-'), minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(digits, number => {
      const accepted = readExactly(`[ ${number} ]`);
      if (accepted !== undefined) expect(accepted.compact).toBe(`[${number}]`);
    }),
    { numRuns: 2_000 },
  );
});
