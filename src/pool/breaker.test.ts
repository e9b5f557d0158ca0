import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { Breaker } from './breaker.ts';

/** A breaker that opens at the third failure, for one, two, four… seconds; `clock.now` in milliseconds. */
function breaker() {
  const clock = { now: 0 };
  const states: string[] = [];
  const backoff = new Backoff({ first: 1_000, max: 8_000, random: () => 1 });
  const tested = new Breaker({
    threshold: 3,
    backoff,
    now: () => clock.now,
    onchange: state => states.push(state),
  });
  const fail = (times: number) => {
    for (let n = 0; n < times; n++) tested.failure();
  };
  return { tested, clock, states, fail };
}

test('opens after so many failures in a row, not before', () => {
  const { tested, fail } = breaker();
  fail(2);
  tested.success();
  fail(2);
  expect([tested.state, tested.admits()]).toEqual(['closed', true]);
  fail(1);
  expect([tested.state, tested.admits(), tested.retryInMs]).toEqual(['open', false, 1_000]);
});

test('admits one trial when the time is over, whose success closes it', () => {
  const { tested, clock, states, fail } = breaker();
  fail(3);
  clock.now = 1_000;
  expect([tested.admits(), tested.admits()]).toEqual([true, false]);
  tested.success();
  expect(tested.admits()).toBe(true);
  expect(states).toEqual(['open', 'half-open', 'closed']);
});

test('a trial that fails opens it for longer', () => {
  const { tested, clock, fail } = breaker();
  fail(3);
  for (const ms of [1_000, 2_000, 4_000, 8_000, 8_000]) {
    expect(tested.retryInMs).toBe(ms);
    clock.now += ms;
    expect(tested.admits()).toBe(true);
    tested.failure();
  }
});

test('a trial without a verdict lets the next one try', () => {
  const { tested, clock, fail } = breaker();
  fail(3);
  clock.now = 1_000;
  expect(tested.admits()).toBe(true);
  tested.undecided();
  expect(tested.admits()).toBe(true);
});

test('of many who wait one is the trial, and one more when that has no verdict for ten seconds', () => {
  const { tested, clock, states, fail } = breaker();
  fail(3);
  clock.now = 1_000;
  const admitted = () => Array.from({ length: 50 }, () => tested.admits()).filter(Boolean).length;
  expect(admitted()).toBe(1);
  clock.now += 9_999;
  expect(admitted()).toBe(0);
  clock.now += 1;
  expect([admitted(), admitted()]).toEqual([1, 0]);
  expect(states).toEqual(['open', 'half-open']);
  tested.success();
  expect(admitted()).toBe(50);
});

test('just closed it opens at the first failure and for longer; a minute later all is forgotten', () => {
  const { tested, clock, fail } = breaker();
  fail(3);
  clock.now = 1_000;
  tested.success();
  fail(1);
  expect([tested.state, tested.retryInMs]).toEqual(['open', 2_000]);
  tested.success();
  clock.now += 60_000;
  fail(2);
  expect(tested.state).toBe('closed');
  fail(1);
  expect(tested.retryInMs).toBe(1_000);
});
