import { expect, test } from 'vitest';
import { Demand } from './demand.ts';

/** Asked for `perSecond` times a second for `seconds`; a start takes `startMs`. */
function asked(perSecond: number, seconds: number, startMs: number) {
  const clock = { now: 0 };
  const demand = new Demand(() => clock.now);
  demand.started(startMs);
  for (let n = 0; n < perSecond * seconds; n++) {
    clock.now += 1_000 / perSecond;
    demand.arrived();
  }
  return { demand, clock };
}

test('nothing is expected before anything was asked for', () => {
  const demand = new Demand(() => 0);
  expect([demand.ahead, demand.quietMs]).toEqual([0, Number.POSITIVE_INFINITY]);
});

test('a steady rate asks for what is being started at any moment, and some more', () => {
  const { demand } = asked(10, 60, 500);
  expect(demand.ahead).toBeGreaterThanOrEqual(8); // 5 are starting, ±√5
  expect(demand.ahead).toBeLessThanOrEqual(12);
});

test('slower starts and higher rates ask for more', () => {
  expect(asked(10, 30, 1_000).demand.ahead).toBeGreaterThan(asked(10, 30, 100).demand.ahead);
  expect(asked(20, 30, 500).demand.ahead).toBeGreaterThan(asked(2, 30, 500).demand.ahead);
});

test('a step in the rate is believed within seconds, and forgotten when it has gone', () => {
  const { demand, clock } = asked(10, 3, 500);
  expect(demand.ahead).toBeGreaterThanOrEqual(6);
  clock.now += 120_000;
  expect(demand.ahead).toBe(0);
  expect(demand.quietMs).toBe(120_000);
});

test('what came at once is expected to come at once again, for a minute or so', () => {
  const clock = { now: 100_000 };
  const demand = new Demand(() => clock.now);
  demand.started(50);
  for (let n = 0; n < 6; n++) demand.arrived();
  clock.now += 10_000;
  demand.arrived();
  expect(demand.ahead).toBeGreaterThanOrEqual(5);
  clock.now += 200_000;
  demand.arrived();
  expect(demand.ahead).toBeLessThanOrEqual(1);
});

test('start times are averaged, the latest counting most', () => {
  const demand = new Demand(() => 0);
  demand.started(100);
  demand.started(200);
  expect(demand.startMs).toBeCloseTo(130);
});
