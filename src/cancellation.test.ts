import { expect, test } from 'vitest';
import { Cancellation, childOf } from './cancellation.ts';

test('everybody hears the first reason, once', () => {
  const cancellation = new Cancellation();
  const heard: string[] = [];
  for (const name of ['a', 'b', 'c'])
    cancellation.onCancel(({ message }) => heard.push(`${name} ${message}`));
  const { signal } = cancellation;
  cancellation.cancel(new Error('first'));
  cancellation.cancel(new Error('second'));
  expect(heard.sort()).toEqual(['a first', 'b first', 'c first']);
  expect(cancellation.reason?.message).toBe('first');
  expect(signal.aborted && signal.reason).toBe(cancellation.reason);
  expect(() => cancellation.throwIfCancelled()).toThrow('first');
});

test('who comes late hears it at once', () => {
  const cancellation = new Cancellation();
  cancellation.throwIfCancelled();
  cancellation.cancel(new Error('over'));
  let heard: Error | undefined;
  const off = cancellation.onCancel(reason => {
    heard = reason;
  });
  off();
  expect(heard?.message).toBe('over');
  expect(cancellation.signal.reason).toBe(heard);
});

test('who has been taken off hears nothing, not even while the others are told', () => {
  const cancellation = new Cancellation();
  const heard: string[] = [];
  const offs: (() => void)[] = [];
  cancellation.onCancel(() => {
    heard.push('first');
    for (const off of offs) off();
  });
  for (const name of ['second', 'third']) offs.push(cancellation.onCancel(() => heard.push(name)));
  const gone = cancellation.onCancel(() => heard.push('gone'));
  gone();
  gone();
  cancellation.cancel(new Error('over'));
  expect(heard).toEqual(['first']);
});

test('a child follows its parent until it is released, and can be cancelled alone', () => {
  const parent = new Cancellation();
  const [follows, released, alone] = [childOf(parent), childOf(parent), childOf(parent)];
  alone.cancellation.cancel(new Error('alone'));
  released.release();
  expect(parent.reason).toBeUndefined();
  parent.cancel(new Error('all'));
  expect(follows.cancellation.reason?.message).toBe('all');
  expect(released.cancellation.reason).toBeUndefined();
  expect(alone.cancellation.reason?.message).toBe('alone');
});
