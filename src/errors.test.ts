import { expect, test } from 'vitest';
import { errorCodes, McpxError } from './errors.ts';

test('a number of our own means one error', () => {
  const codes = new Map<number, string>();
  for (const code of errorCodes) {
    const { rpcCode } = new McpxError(code, '');
    if (rpcCode < -32_000) continue;
    expect(`${rpcCode}: ${codes.get(rpcCode) ?? code}`).toBe(`${rpcCode}: ${code}`);
    codes.set(rpcCode, code);
  }
  expect(codes.size).toBeGreaterThan(20);
});
