import { expect, test } from 'vitest';
import { headerParameters, headerParametersOf, paramHeaders } from './param-headers.ts';

const schema = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const marked = (header: unknown, type: unknown = 'string') => ({ type, 'x-mcp-header': header });

test('declared parameters are found at any depth', () => {
  const found = headerParameters(
    schema({
      region: marked('Region'),
      plain: { type: 'string' },
      nested: schema({ dry: marked('Dry', 'boolean') }),
    }),
  );
  expect(found).toEqual([
    { path: ['region'], header: 'Region' },
    { path: ['nested', 'dry'], header: 'Dry' },
  ]);
  for (const none of [undefined, null, true, 'text', [], {}]) expect(headerParameters(none)).toEqual([]);
});

test.each([
  ['on the whole schema', { 'x-mcp-header': 'A', type: 'object' }],
  ['without a name', schema({ a: marked('') })],
  ['with a name that is no text', schema({ a: marked(1) })],
  ['with a name that would split the header', schema({ a: marked('A: b\r\nC') })],
  ['on a number', schema({ a: marked('A', 'number') })],
  ['on an object', schema({ a: marked('A', 'object') })],
  ['on several types', schema({ a: marked('A', ['string', 'null']) })],
  ['twice', schema({ a: marked('Same'), b: marked('sAME') })],
  ['in items', schema({ a: { type: 'array', items: marked('A') } })],
  ['in a choice', schema({}, { anyOf: [schema({ a: marked('A') })] })],
  ['in a definition', schema({}, { $defs: { a: marked('A') } })],
  ['in a pattern', schema({}, { patternProperties: { '^x': marked('A') } })],
])('a declaration %s is refused', (_, inputSchema) => {
  expect(() => headerParameters(inputSchema)).toThrow(/^x-mcp-header /);
  expect(headerParametersOf({ tools: [{ name: 'x', inputSchema }] } as never).size).toBe(0);
});

test.each([
  ['plain', 'plain'],
  ['tab\tand space', 'tab\tand space'],
  ['', '=?base64??='],
  [' padded', `=?base64?${Buffer.from(' padded').toString('base64')}?=`],
  ['Zürich 🎉', `=?base64?${Buffer.from('Zürich 🎉').toString('base64')}?=`],
  ['a\r\nInjected: yes', `=?base64?${Buffer.from('a\r\nInjected: yes').toString('base64')}?=`],
  ['=?base64?eA==?=', `=?base64?${Buffer.from('=?base64?eA==?=').toString('base64')}?=`],
  [42, '42'],
  [-1.5, '-1.5'],
  [true, 'true'],
  [false, 'false'],
  [null, undefined],
  [2 ** 60, undefined],
  [Number.NaN, undefined],
  [{ a: 1 }, undefined],
])('%j travels as %j', (value, header) => {
  const parameters = [{ path: ['a', 'b'], header: 'B' }];
  expect(paramHeaders(parameters, { a: { b: value } })['Mcp-Param-B']).toBe(header);
});

test('what is not given has no header, inherited properties included', () => {
  const parameters = [
    { path: ['constructor', 'name'], header: 'A' },
    { path: ['a', 'b'], header: 'B' },
  ];
  for (const given of [undefined, null, 'text', [], {}, { a: 1 }, { a: null }]) {
    expect(paramHeaders(parameters, given)).toEqual({});
  }
});
