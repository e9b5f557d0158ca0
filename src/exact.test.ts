import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactNumber, exact, markedNumbers, parseJson, plain, withoutMarks, writeJson } from './exact.ts';

const odd = [
  '1.0',
  '-0',
  '-0.0',
  '1e5',
  '1E+2',
  '12345678901234567890',
  '0.1000',
  '1e400',
  '3.14159265358979323846',
  '9007199254740993',
  '0.0000001',
  '65536.00280080003',
];
const ordinary = ['0', '1', '-1', '0.5', '9007199254740991', '123.25', '1e21'.replace('1e21', '100')];

test.each(odd)('%s is written as it came, and is a number to everybody else', text => {
  const value = parseJson(`{"a":[${text}]}`) as { a: [ExactNumber] };
  expect(value.a[0]).toBeInstanceOf(ExactNumber);
  expect(writeJson(value)).toBe(`{"a":[${text}]}`);
  expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(`{"a":[${text}]}`)));
  expect(plain(value)).toEqual(JSON.parse(`{"a":[${text}]}`));
  expect(withoutMarks(JSON.stringify(markedNumbers(value)))).toBe(`{"a":[${text}]}`);
});

test.each(ordinary)('%s is a number', text => {
  expect(parseJson(`[${text}]`)).toEqual(JSON.parse(`[${text}]`));
});

test('what looks like such a number inside a string is left alone', () => {
  const text = String.raw`{"v 1.0":"1.0 \" 12345678901234567890 \\","n":1.50,"e":"\\\"1e5"}`;
  expect(writeJson(parseJson(text))).toBe(text);
  expect((parseJson(text) as { [key: string]: unknown })['v 1.0']).toBe('1.0 " 12345678901234567890 \\');
});

test('what has only ordinary numbers is the same object for those who reckon with it', () => {
  const value = parseJson('{"a":{"b":[1,2.5]},"c":[1.0]}') as { a: object; c: unknown[] };
  const copy = plain(value);
  expect(copy).toEqual({ a: { b: [1, 2.5] }, c: [1] });
  expect(copy.a).toBe(value.a);
  expect(exact(copy)).toBe(value);
  expect(exact(value.a)).toBe(value.a);
});

test('a member called __proto__ stays a member', () => {
  const text = '{"__proto__":{"x":1.0},"y":2.0}';
  const value = parseJson(text) as object;
  expect(writeJson(value)).toBe(text);
  expect(JSON.stringify(plain(value))).toBe('{"__proto__":{"x":1},"y":2}');
  expect(Object.getPrototypeOf(plain(value))).toBe(Object.prototype);
});

test('no JSON is no JSON', () => {
  for (const text of ['{"a":1.0', '1.0.0', '[01.0]', '"1.0', ''])
    expect(() => parseJson(text)).toThrow(SyntaxError);
});

test('any JSON text is read and written as it was', () => {
  const numbers = fc.oneof(
    fc.constantFrom(...odd, ...ordinary),
    fc
      .tuple(fc.integer(), fc.stringMatching(/^(\.\d{1,20})?([eE][-+]?\d{1,3})?$/))
      .map(([whole, rest]) => `${whole}${rest}`),
  );
  const { text } = fc.letrec<{ text: string; leaf: string; list: string; object: string }>(tie => ({
    leaf: fc.oneof(
      numbers,
      fc.string().map(value => JSON.stringify(value)),
      fc.constantFrom('true', 'null'),
    ),
    list: fc.array(tie('text'), { maxLength: 4 }).map(items => `[${items.join(',')}]`),
    object: fc
      .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]+$/), tie('text')), {
        maxLength: 4,
        selector: ([key]) => key,
      })
      .map(all => `{${all.map(([key, value]) => `"${key}":${value}`).join(',')}}`),
    text: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('object')),
  }));
  fc.assert(
    fc.property(text, json => {
      expect(writeJson(parseJson(json))).toBe(json);
      expect(plain(parseJson(json))).toEqual(JSON.parse(json));
    }),
  );
});
