import { expect, onTestFinished, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { WaitingLine } from './waiting.ts';

const late = () => new Error('too late');

/** A line whose timers can be counted. */
function line() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  return new WaitingLine<string>();
}

/** A cancellation that counts who listens to it. */
function watched() {
  const cancellation = new Cancellation();
  const listeners = new Set<unknown>();
  const onCancel = cancellation.onCancel.bind(cancellation);
  vi.spyOn(cancellation, 'onCancel').mockImplementation(listener => {
    listeners.add(listener);
    const off = onCancel(listener);
    return () => {
      listeners.delete(listener);
      off();
    };
  });
  return { cancellation, listeners };
}

test('who waits is served, refused, cancelled or late, once; then neither timer nor listener is left', async () => {
  const tested = line();
  const watches = Array.from({ length: 4 }, watched);
  const waiting = watches.map(({ cancellation }, index) =>
    tested.join(`owner ${index}`, cancellation, 1_000, late).catch((error: Error) => error.message),
  );
  expect([tested.length, vi.getTimerCount()]).toEqual([4, 4]);
  const [served, refused] = [...tested];
  served!.serve('thing');
  served!.refuse(new Error('changed its mind'));
  refused!.refuse(new Error('no such thing'));
  refused!.serve('thing');
  watches[2]!.cancellation.cancel(new Error('not wanted'));
  expect([tested.length, vi.getTimerCount()]).toEqual([1, 1]);
  vi.advanceTimersByTime(1_000);
  expect(await Promise.all(waiting)).toEqual(['thing', 'no such thing', 'not wanted', 'too late']);
  expect([tested.length, vi.getTimerCount()]).toEqual([0, 0]);
  expect(watches.map(({ listeners }) => listeners.size)).toEqual([0, 0, 0, 0]);
});

test('who has been cancelled before does not join', async () => {
  const tested = line();
  const cancellation = new Cancellation();
  cancellation.cancel(new Error('not wanted'));
  await expect(tested.join('a', cancellation, 1_000, late)).rejects.toThrow('not wanted');
  expect([tested.length, vi.getTimerCount()]).toEqual([0, 0]);
});

test('the line is in the order of arrival, whoever has left it', () => {
  const tested = line();
  for (const owner of ['a', 'b', 'c']) tested.join(owner, new Cancellation(), 1_000, late).catch(() => {}); // refused below
  expect([...tested].map(({ owner }) => owner)).toEqual(['a', 'b', 'c']);
  tested.first!.serve('thing');
  expect(tested.first!.owner).toBe('b');
  tested.refuseAll(new Error('over'));
  expect(tested.first).toBe(undefined);
});
