import * as fc from 'fast-check';
import { Counter, type Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Count, Family, Spread } from './series.ts';
import { buckets } from './table.ts';

const label = fc.constantFrom('a', 'b "quoted"\\', 'c\nd');

test('a scrape says what prom-client would have said', async () => {
  const observations = fc.array(fc.tuple(label, label, fc.double({ min: 0, max: 400, noNaN: true })));
  await fc.assert(
    fc.asyncProperty(observations, async all => {
      const [theirs, ours] = [new Registry(), new Registry()];
      const labels = ['server', 'tool'];
      const counter = { name: 'calls', help: 'Calls.', labelNames: labels, registers: [theirs] };
      const [count, time] = [new Counter(counter), new Histogram({ ...counter, name: 'time', buckets })];
      const common = { help: 'Calls.', labels };
      const counts = new Family({ ...common, name: 'calls', type: 'counter', make: () => new Count() });
      const times = new Family({ ...common, name: 'time', type: 'histogram', make: () => new Spread() });
      for (const family of [counts, times]) ours.registerMetric(family as unknown as Gauge);
      for (const [server, tool, seconds] of all) {
        count.inc({ server, tool }, seconds);
        counts.of(server, tool).add(seconds);
        time.observe({ server, tool }, seconds);
        times.of(server, tool).observe(seconds);
      }
      expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
    }),
    { numRuns: 50 },
  );
});

/** In an order that does not depend on that of labels. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort()}}`))
    .sort();
}
