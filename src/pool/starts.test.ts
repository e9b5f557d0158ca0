import { expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { type Slot, type Start, Starts, type StartsOptions } from './starts.ts';

const long = 60_000;

/** Starts whose slots are kept until the test gives them back. `begin` names one; `granted` are those that may start. */
function starting(options: Partial<StartsOptions> = {}) {
  const starts = new Starts({ slots: 1, holdMs: long, maxAloneMs: long, ...options });
  const granted: string[] = [];
  const slots = new Map<string, Slot>();
  const refused = new Map<string, Error>();
  const enter = async (name: string, start: Partial<Start>) => {
    try {
      const slot = await starts.enter({ rank: () => 0, cancellation: new Cancellation(), ...start });
      granted.push(name);
      slots.set(name, slot);
    } catch (error) {
      refused.set(name, error as Error);
    }
  };
  const begin = async (name: string, start: Partial<Start> = {}) => {
    void enter(name, start);
    await settle();
  };
  const end = async (name: string, how: keyof Slot = 'ended') => {
    slots.get(name)![how]();
    await settle();
  };
  return { starts, granted, refused, begin, end };
}

const settle = () => new Promise(resolve => setImmediate(resolve));

test('a free slot is had at once, without waiting for anything', () => {
  const starts = new Starts({ slots: 1, holdMs: long, maxAloneMs: long });
  const slot = starts.enter({ rank: () => 0, cancellation: new Cancellation() });
  expect(slot).not.toBeInstanceOf(Promise);
  expect(starts.counters).toEqual({ running: 1, waiting: 0 });
});

test('no more start at a time than there are slots', async () => {
  const { starts, granted, begin } = starting({ slots: 2 });
  for (const name of ['a', 'b', 'c']) await begin(name);
  expect(granted).toEqual(['a', 'b']);
  expect(starts.counters).toEqual({ running: 2, waiting: 1 });
});

test.for(['alive', 'ended'] as const)('a slot is free again when its start is %s', async how => {
  const { granted, begin, end } = starting();
  for (const name of ['a', 'b']) await begin(name);
  await end('a', how);
  expect(granted).toEqual(['a', 'b']);
});

test('a slot is free again after holdMs, whatever its start does', async () => {
  const { starts, granted, begin } = starting({ holdMs: 50 });
  for (const name of ['a', 'b']) await begin(name);
  await vi.waitFor(() => expect(granted).toEqual(['a', 'b']), 3_000);
  await vi.waitFor(() => expect(starts.counters).toEqual({ running: 0, waiting: 0 }), 3_000);
});

test('a slot is given back once, however often and by whatever that is said', async () => {
  const { starts, granted, begin, end } = starting({ holdMs: 300 });
  for (const name of ['a', 'b']) await begin(name);
  for (const how of ['alive', 'alive', 'ended', 'ended'] as const) await end('a', how);
  await begin('c');
  expect(granted).toEqual(['a', 'b']);
  await vi.waitFor(() => expect(granted).toEqual(['a', 'b', 'c']), 3_000);
  await vi.waitFor(() => expect(starts.counters).toEqual({ running: 0, waiting: 0 }), 3_000);
});

test('those of one rank go in the order in which they came', async () => {
  const { granted, begin, end } = starting();
  for (const name of ['a', 'b', 'c', 'd']) await begin(name);
  for (const name of ['a', 'b', 'c']) await end(name);
  expect(granted).toEqual(['a', 'b', 'c', 'd']);
});

test('what somebody waits for goes first, then the background, then spares', async () => {
  const { granted, begin, end } = starting();
  await begin('running');
  await begin('spare', { rank: () => 2 });
  await begin('background', { rank: () => 1 });
  await begin('wanted', { rank: () => 0 });
  for (const name of ['running', 'wanted', 'background']) await end(name);
  expect(granted).toEqual(['running', 'wanted', 'background', 'spare']);
});

test('a rank that changes while it waits counts', async () => {
  const { granted, begin, end } = starting();
  let rank = 2;
  await begin('running');
  await begin('background', { rank: () => 1 });
  await begin('spare', { rank: () => rank });
  rank = 0;
  await end('running');
  expect(granted).toEqual(['running', 'spare']);
});

test('who is cancelled while waiting is told why at once, and leaves nothing', async () => {
  const { starts, granted, refused, begin, end } = starting();
  const cancellation = new Cancellation();
  await begin('running');
  await begin('left', { cancellation });
  await begin('next');
  const reason = new Error('not wanted any more');
  cancellation.cancel(reason);
  await settle();
  expect(refused.get('left')).toBe(reason);
  expect(starts.counters).toEqual({ running: 1, waiting: 1 });
  await end('running');
  expect(granted).toEqual(['running', 'next']);
});

test('who is cancelled before takes no slot', async () => {
  const { starts, refused, begin } = starting();
  const cancellation = new Cancellation();
  const reason = new Error('not wanted');
  cancellation.cancel(reason);
  await begin('left', { cancellation });
  expect(refused.get('left')).toBe(reason);
  expect(starts.counters).toEqual({ running: 0, waiting: 0 });
});

test('who has a slot is of no interest to the cancellation any more', async () => {
  let listeners = 0;
  class Counted extends Cancellation {
    override onCancel(listener: (reason: Error) => void): () => void {
      listeners++;
      const release = super.onCancel(listener);
      return () => {
        listeners--;
        release();
      };
    }
  }
  const { granted, begin, end } = starting();
  await begin('running');
  await begin('next', { cancellation: new Counted() });
  expect(listeners).toBe(1);
  await end('running');
  expect(granted).toEqual(['running', 'next']);
  expect(listeners).toBe(0);
});

test('a start that goes on keeps nobody awake', async () => {
  const before = process.getActiveResourcesInfo();
  const { begin } = starting();
  await begin('running', { alone: 'npx thing' });
  expect(process.getActiveResourcesInfo()).toEqual(before);
});

test('starts of one key go one after the other while none has shown life', async () => {
  const { granted, begin, end } = starting({ slots: 9 });
  for (const name of ['a', 'b', 'c']) await begin(name, { alone: 'npx thing' });
  expect(granted).toEqual(['a']);
  await end('a');
  expect(granted).toEqual(['a', 'b']);
});

test('a key holds nobody else up, not even from behind', async () => {
  const { granted, begin } = starting({ slots: 9 });
  await begin('a', { alone: 'npx thing' });
  await begin('b', { alone: 'npx thing' });
  await begin('c', { alone: 'npx other' });
  await begin('d');
  expect(granted).toEqual(['a', 'c', 'd']);
});

test('what waits for its key is passed by those behind it when a slot is free', async () => {
  const { granted, begin, end } = starting({ slots: 2 });
  await begin('a', { alone: 'npx thing' });
  await begin('b');
  await begin('c', { alone: 'npx thing' });
  await begin('d');
  await end('b');
  expect(granted).toEqual(['a', 'b', 'd']);
});

test('a key is held longer than the slot', async () => {
  const { starts, granted, begin } = starting({ slots: 2, holdMs: 20 });
  await begin('a', { alone: 'npx thing' });
  await begin('b', { alone: 'npx thing' });
  await vi.waitFor(() => expect(starts.counters).toEqual({ running: 0, waiting: 1 }), 3_000);
  expect(granted).toEqual(['a']);
});

test('a key is held no longer than maxAloneMs, and then by the next', async () => {
  const { granted, begin } = starting({ slots: 9, maxAloneMs: 300 });
  for (const name of ['a', 'b', 'c']) await begin(name, { alone: 'npx thing' });
  expect(granted).toEqual(['a']);
  await vi.waitFor(() => expect(granted).toEqual(['a', 'b']), { timeout: 3_000, interval: 10 });
});

test('once a key has shown life its starts go side by side, for good', async () => {
  const { granted, begin, end } = starting({ slots: 9 });
  for (const name of ['a', 'b', 'c']) await begin(name, { alone: 'npx thing' });
  await end('a', 'alive');
  expect(granted).toEqual(['a', 'b', 'c']);
  for (const name of ['b', 'c']) await end(name);
  for (const name of ['d', 'e']) await begin(name, { alone: 'npx thing' });
  expect(granted).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('life that is shown after maxAloneMs counts too', async () => {
  const { granted, begin, end } = starting({ slots: 9, maxAloneMs: 300 });
  for (const name of ['a', 'b', 'c']) await begin(name, { alone: 'npx thing' });
  await vi.waitFor(() => expect(granted).toEqual(['a', 'b']), { timeout: 3_000, interval: 10 });
  await end('a', 'alive');
  expect(granted).toEqual(['a', 'b', 'c']);
});

test('one that has ended shows no life any more', async () => {
  const { granted, begin, end } = starting({ slots: 9 });
  await begin('a', { alone: 'npx thing' });
  await end('a');
  await end('a', 'alive');
  for (const name of ['b', 'c']) await begin(name, { alone: 'npx thing' });
  expect(granted).toEqual(['a', 'b']);
});

test('of keys that have shown life the last 1,024 are remembered', async () => {
  const { granted, begin, end } = starting({ slots: 9_999 });
  for (let key = 0; key < 1_025; key++) {
    await begin(`${key}`, { alone: `key ${key}` });
    await end(`${key}`, 'alive');
  }
  for (const name of ['kept', 'kept too']) await begin(name, { alone: 'key 1' });
  for (const name of ['forgotten', 'forgotten too']) await begin(name, { alone: 'key 0' });
  expect(granted.slice(1_025)).toEqual(['kept', 'kept too', 'forgotten']);
});
