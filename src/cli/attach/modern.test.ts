import { describe, expect, test } from 'vitest';
import { envelopeKey, type RpcMessage } from '../../rpc/messages.ts';
import { modernHeaders } from './modern.ts';

function message(method: string, params: object = {}, version: unknown = '2026-07-28'): RpcMessage {
  const _meta = { [envelopeKey.protocolVersion]: version };
  return { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } };
}

describe('the headers of a message', () => {
  test('say its version, its method and what it names', () => {
    const common = { 'mcp-protocol-version': '2026-07-28' };
    const headers = (method: string, params?: object) => modernHeaders(message(method, params));
    expect(headers('tools/list', { name: 'x' })).toEqual({ ...common, 'mcp-method': 'tools/list' });
    for (const [method, field] of [
      ['tools/call', 'name'],
      ['prompts/get', 'name'],
      ['resources/read', 'uri'],
      ['tasks/get', 'taskId'],
    ] as const) {
      const expected = { ...common, 'mcp-method': method, 'mcp-name': 'a b' };
      expect(headers(method, { [field]: 'a b' })).toEqual(expected);
    }
    expect(headers('tools/call', { name: 5 })).not.toHaveProperty('mcp-name');
    expect(headers('constructor')).toEqual({ ...common, 'mcp-method': 'constructor' });
  });

  test('are those that the message claims, whatever they are', () => {
    expect(modernHeaders(message('x', {}, '2199-01-01'))).toMatchObject({
      'mcp-protocol-version': '2199-01-01',
    });
  });

  test.for([
    { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: { progressToken: 1 } } },
    { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: null } },
    { jsonrpc: '2.0', id: 1, method: 'tools/list', params: [] },
    { jsonrpc: '2.0', id: 1, result: {} },
    message('tools/list', {}, 5),
  ])('are none without a claim: %j', value => {
    expect(modernHeaders(value as RpcMessage)).toBeUndefined();
  });

  test.for([
    ['naïve', '=?base64?bmHDr3Zl?='],
    ['', '=?base64??='],
    [' padded', '=?base64?IHBhZGRlZA==?='],
    ['a\r\nb: c', '=?base64?YQ0KYjogYw==?='],
    ['=?base64?eA==?=', '=?base64?PT9iYXNlNjQ/ZUE9PT89?='],
    ['tab\tis plain', 'tab\tis plain'],
  ])('encode what is no plain text: %j', ([name, header]) => {
    expect(modernHeaders(message('tools/call', { name }))).toMatchObject({ 'mcp-name': header });
  });
});
