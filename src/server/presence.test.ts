import { expect, onTestFinished, test, vi } from 'vitest';
import { Presence } from './presence.ts';

const minute = 60_000;

/** Who has left, of those who leave after half an hour; the test makes the time pass. */
function presence() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const left: string[] = [];
  const tested = new Presence(30 * minute, key => left.push(key));
  onTestFinished(() => tested.close());
  return { tested, left };
}

test('a client leaves so long after its last request, and not while something of it is open', () => {
  const { tested, left } = presence();
  const stays = tested.enter('stays');
  tested.enter('leaves')();
  vi.advanceTimersByTime(29 * minute);
  expect([left, tested.size]).toEqual([[], 2]);
  vi.advanceTimersByTime(3 * minute);
  expect([left, tested.size]).toEqual([['leaves'], 1]);
  stays();
  stays();
  vi.advanceTimersByTime(29 * minute);
  expect(left).toEqual(['leaves']);
  vi.advanceTimersByTime(3 * minute);
  expect(left).toEqual(['leaves', 'stays']);
});

test('the one idle longest is known, busy ones left out; who is forgotten does not leave', () => {
  const { tested, left } = presence();
  tested.enter('busy');
  expect(tested.idlest()).toBe(undefined);
  tested.enter('first')();
  vi.advanceTimersByTime(1_000);
  tested.enter('second')();
  expect(tested.idlest()).toBe('first');
  tested.forget('first');
  expect(tested.idlest()).toBe('second');
  vi.advanceTimersByTime(60 * minute);
  expect(left).toEqual(['second']);
});

test.each([60, -60])('nobody leaves sooner or later because the clock was put %i minutes on', minutes => {
  const { tested, left } = presence();
  tested.enter('here')();
  vi.setSystemTime(Date.now() + minutes * minute);
  vi.advanceTimersByTime(29 * minute);
  expect(left).toEqual([]);
  vi.advanceTimersByTime(3 * minute);
  expect(left).toEqual(['here']);
});

test('the time may be changed', () => {
  const { tested, left } = presence();
  tested.enter('a')();
  vi.advanceTimersByTime(2 * minute);
  tested.idleMs = minute;
  vi.advanceTimersByTime(minute);
  expect(left).toEqual(['a']);
});
