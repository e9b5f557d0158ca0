import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Deadlines } from './deadlines.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** Something that is due in `ms`, and when it expired. */
function due(ms: number) {
  const began = performance.now();
  const one = { dueAt: began + ms, expired: [] as number[], expire: () => {} };
  one.expire = () => one.expired.push(Math.round(performance.now() - began));
  return one;
}

const later = (ms: number) => vi.advanceTimersByTime(ms);

test('each expires when it is due, once, in whatever order they came', () => {
  const deadlines = new Deadlines();
  const all = [due(300), due(100), due(200)];
  for (const one of all) deadlines.watch(one);
  later(1_000);
  expect(all.map(({ expired }) => expired)).toEqual([[300], [100], [200]]);
});

test('there is one timer, however much is watched, and none when nothing is', () => {
  const deadlines = new Deadlines();
  for (let ms = 1_000; ms > 0; ms--) deadlines.watch(due(ms));
  expect(vi.getTimerCount()).toBe(1);
  later(1_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('what is over does not expire, and does not bring the timer back', () => {
  const deadlines = new Deadlines();
  const one = due(100);
  deadlines.forget(deadlines.watch(one));
  later(100);
  expect(one.expired).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('what is due at another time expires then', () => {
  const deadlines = new Deadlines();
  const [sooner, delayed] = [due(500), due(100)];
  for (const one of [sooner, delayed]) deadlines.watch(one);
  sooner.dueAt -= 450;
  delayed.dueAt += 100;
  deadlines.moved(sooner);
  later(1_000);
  expect([sooner.expired, delayed.expired]).toEqual([[50], [200]]);
});

test('one that expires may end another, and begin a third', () => {
  const deadlines = new Deadlines();
  const [first, second, third] = [due(100), due(100), due(150)];
  const entry = deadlines.watch(second);
  first.expire = () => {
    deadlines.forget(entry);
    deadlines.watch(third);
  };
  deadlines.watch(first);
  later(200);
  expect([second.expired, third.expired]).toEqual([[], [150]]);
});
