import { expect, test } from 'vitest';
import type { RawResponse } from '../types.ts';
import { messageOf, outcomeOfResponse } from './outcome.ts';

const failing = (error: object) => ({ jsonrpc: '2.0', id: 1, error }) as unknown as RawResponse;

test.each([
  [-32_000, { outcome: 'rpc_error', code: -32_000 }],
  ['\u001b[31mred', { outcome: 'rpc_error' }],
  [{ a: 1 }, { outcome: 'rpc_error' }],
  [1.5, { outcome: 'rpc_error' }],
  [null, { outcome: 'rpc_error' }],
])('a server may give any code: %j', (code, ending) => {
  expect(outcomeOfResponse(failing({ code, message: 'x' }))).toEqual(ending);
});

test.each([[null], [7], [{ text: 'x' }], [undefined]])('and what it calls a message: %j', message => {
  expect(messageOf({ message })).toBe('');
  expect(messageOf({ message: 'said' })).toBe('said');
});
