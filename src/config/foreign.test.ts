import { expect, test } from 'vitest';
import { withPythonKeys } from './foreign.ts';

test('keys of the Python MCPX become defaults, where there are none', () => {
  const root = {
    schema_compression_enabled: false,
    toon_compression_enabled: true,
    include_structured_content: false,
    health_check_enabled: true,
    health_check_interval: 1.5,
    defaults: { timeoutMs: 5, health: { enabled: false, threshold: 2 } },
  };
  expect(withPythonKeys(root)).toEqual({
    timeoutMs: 5,
    compress: { schemas: false, results: true, structuredContent: false },
    health: { enabled: false, threshold: 2, intervalMs: 1500 },
  });
});
