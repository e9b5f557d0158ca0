import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { callRecord } from './record.fixture.ts';
import { Sum, Tally } from './tally.ts';

test('half of the calls take no longer than the median, within 3 %', () => {
  const durations = fc.array(fc.double({ min: 0.01, max: 3_600_000, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(durations, fc.constantFrom('medianMs', 'p95Ms'), (all, which) => {
      const sum = new Sum();
      for (const ms of all) sum.add(callRecord({ ms }));
      const share = which === 'medianMs' ? 0.5 : 0.95;
      const exact = [...all].sort((a, b) => a - b)[Math.ceil(all.length * share) - 1]!;
      expect(Math.abs(sum.figures[which] - exact)).toBeLessThanOrEqual(0.03 * exact + 0.005);
    }),
  );
});

test('what failed is told by its code, or by how it ended', () => {
  const sum = new Sum();
  sum.add(callRecord());
  sum.add(callRecord({ outcome: 'cancelled', code: 'CALL_CANCELLED' }));
  sum.add(callRecord({ outcome: 'tool_error' }));
  for (let i = 0; i < 2; i++) sum.add(callRecord({ outcome: 'rpc_error', code: -32_000 }));
  expect(sum.figures).toMatchObject({
    calls: 5,
    failed: 3,
    errors: [
      { code: '-32000', calls: 2 },
      { code: 'tool_error', calls: 1 },
    ],
  });
});

test('however many names there are, the list is short and no call is lost', () => {
  const tally = new Tally(3, ({ server, tool = '' }) => [server, tool]);
  for (let i = 0; i < 1_000; i++) tally.add(callRecord({ tool: `tool ${i}` }));
  tally.add(callRecord({ tool: 'tool 1' }));
  expect(tally.rows.map(({ key, figures }) => [...key, figures.calls])).toEqual([
    ['other', 'other', 997],
    ['files', 'tool 1', 2],
    ['files', 'tool 0', 1],
    ['files', 'tool 2', 1],
  ]);
});

test('nothing adds up to nothing', () => {
  expect(new Sum().figures).toMatchObject({ calls: 0, medianMs: 0, p95Ms: 0, maxMs: 0, meanMs: 0 });
});
