import { expect, test } from 'vitest';
import { Memory } from './memory.ts';
import { overTime } from './over-time.ts';
import { callRecord } from './record.fixture.ts';
import { idAt } from './record.ts';

const minute = 60_000;
const since = 1_000 * minute;

/** One call for each: in which minute, of which server, how long. */
function remembered(...calls: [minute: number, server: string, ms: number][]) {
  const memory = new Memory(10_000);
  for (const [at, server, ms] of calls)
    memory.put(
      callRecord({
        id: idAt(since + at * minute + minute / 2),
        server,
        ms,
        outcome: ms > 50 ? 'failed' : 'ok',
      }),
    );
  return (...given: Parameters<Memory['source']>) => memory.source(...given);
}

const filter = { since, until: since + 3 * minute };

test('calls stand in the step in which they ended', async () => {
  const source = remembered([0, 'a', 10], [0, 'a', 10], [2, 'b', 100], [-1, 'a', 1], [3, 'a', 1]);
  const { from, stepMs, series } = await overTime(source, filter, { steps: 3 });
  expect([from, stepMs]).toEqual([since, minute]);
  expect(series).toEqual([
    {
      calls: [2, 0, 1],
      failed: [0, 0, 1],
      medianMs: [expect.closeTo(10, 0), null, expect.closeTo(100, -1)],
      p95Ms: [expect.closeTo(10, 0), null, expect.closeTo(100, -1)],
      resultTokens: [0, 0, 0],
      savedTokens: [0, 0, 0],
    },
  ]);
});

test('there is one series for each, the busiest first, and so many at most', async () => {
  const source = remembered([0, 'a', 1], [1, 'b', 1], [2, 'b', 1]);
  const { series } = await overTime(source, filter, { steps: 3, by: 'server' });
  expect(series.map(({ server, calls }) => [server, calls])).toEqual([
    ['b', [0, 1, 1]],
    ['a', [1, 0, 0]],
  ]);
  const many = remembered(
    ...Array.from({ length: 5_000 }, (_, index): [number, string, number] => [1, `s${index}`, 1]),
  );
  expect((await overTime(many, filter, { steps: 3, by: 'server' })).series).toHaveLength(50);
});
