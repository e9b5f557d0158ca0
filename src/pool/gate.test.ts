import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { Gate } from './gate.ts';

const gate = (places: number, queue: number) => new Gate({ name: 'server "x"', places, queue });
const enter = (tested: Gate, ms = 5_000, cancellation = new Cancellation()) => tested.enter(cancellation, ms);

test('lets through at once while there are places, then in the order of arrival', async () => {
  const tested = gate(1, 2);
  expect(enter(tested)).toBe(undefined);
  const order: number[] = [];
  const first = enter(tested)!.then(() => order.push(1));
  const second = enter(tested)!.then(() => order.push(2));
  expect([tested.running, tested.waiting]).toEqual([1, 2]);
  tested.leave();
  await first;
  tested.leave();
  await second;
  tested.leave();
  expect(order).toEqual([1, 2]);
  expect([tested.running, tested.waiting]).toEqual([0, 0]);
});

test('refuses at once what the line has no room for, and says how full it is', async () => {
  const tested = gate(1, 1);
  void enter(tested);
  void enter(tested);
  await expect(enter(tested)).rejects.toMatchObject({
    code: 'SERVER_BUSY',
    retryable: true,
    message: 'server "x" is busy: 1 calls run and 1 wait; more are not accepted',
  });
});

test('who gives up or waits too long leaves the line', async () => {
  const tested = gate(1, 5);
  void enter(tested);
  const cancellation = new Cancellation();
  const cancelled = enter(tested, 5_000, cancellation);
  cancellation.cancel(new Error('not wanted'));
  await expect(cancelled).rejects.toThrow('not wanted');
  await expect(enter(tested, 20)).rejects.toThrow('no place was free for 0.02 s');
  expect(tested.waiting).toBe(0);
  tested.leave();
  expect(tested.running).toBe(0);
});

test('more places let the first of those who wait in at once, fewer send nobody away', async () => {
  const tested = gate(1, 5);
  void enter(tested);
  const waiting = [enter(tested)!, enter(tested)!];
  tested.resize({ name: 'server "x"', places: 2, queue: 5 });
  await waiting[0];
  expect([tested.running, tested.waiting]).toEqual([2, 1]);
  tested.resize({ name: 'server "x"', places: 1, queue: 5 });
  tested.leave();
  expect([tested.running, tested.waiting]).toEqual([1, 1]);
  tested.leave();
  await waiting[1];
  expect([tested.running, tested.waiting]).toEqual([1, 0]);
});

test('is idle when nobody is in and nobody waits', async () => {
  const tested = gate(1, 5);
  await tested.idle();
  void enter(tested);
  void enter(tested);
  let idle = false;
  const waited = tested.idle().then(() => {
    idle = true;
  });
  tested.leave();
  await new Promise(resolve => setTimeout(resolve, 10));
  expect(idle).toBe(false);
  tested.leave();
  await waited;
});
