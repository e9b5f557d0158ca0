import { expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { CallContext, RawResponse } from '../types.ts';
import type { Call } from './call.ts';
import { Subscriptions } from './subscriptions.ts';

const context = (owner: string): CallContext => ({
  owner,
  principal: 'p',
  client: 'c',
  era: 'legacy',
  capabilities: {},
  cancellation: new Cancellation(),
});

function subject({ isOwned = true, answer = () => ({ result: {} }) as RawResponse } = {}) {
  const asked: string[] = [];
  const told: string[] = [];
  const subscriptions = new Subscriptions({
    isOwned: () => isOwned,
    handler: async ({ method, params, context }: Call) => {
      asked.push(`${method.slice('resources/'.length)} ${params['uri']} ${context.owner}`);
      return answer();
    },
  });
  subscriptions.onupdate = (watcher, server, params) => told.push(`${watcher} ${server} ${params['uri']}`);
  const watch = (id: string, uri: string, owner = id) =>
    subscriptions.subscribe({ id, context: context(owner) }, 's', uri);
  const unwatch = (id: string, uri: string, owner = id) =>
    subscriptions.unsubscribe({ id, context: context(owner) }, 's', uri);
  return { subscriptions, asked, told, watch, unwatch };
}

test('owners with connections of their own are each asked for, and told, on their own', async () => {
  const { subscriptions, asked, told, watch } = subject();
  await watch('a', 'x:1');
  await watch('b', 'x:1');
  expect(asked).toEqual(['subscribe x:1 a', 'subscribe x:1 b']);
  subscriptions.updated('a', 's', { uri: 'x:1' });
  expect(told).toEqual(['a s x:1']);
});

test('over a shared connection a resource is watched once, for all, until the last one leaves', async () => {
  const { subscriptions, asked, told, watch, unwatch } = subject({ isOwned: false });
  await Promise.all([watch('a', 'x:1'), watch('b', 'x:1')]);
  subscriptions.updated(undefined, 's', { uri: 'x:1' });
  await unwatch('a', 'x:1');
  subscriptions.updated(undefined, 's', { uri: 'x:1' });
  await unwatch('b', 'x:1');
  await unwatch('b', 'x:1');
  subscriptions.updated(undefined, 's', { uri: 'x:1' });
  expect(asked).toEqual(['subscribe x:1 a', 'unsubscribe x:1 b']);
  expect(told).toEqual(['a s x:1', 'b s x:1', 'b s x:1']);
});

test('a part of what is watched is told as well, its neighbour is not', async () => {
  const { subscriptions, told, watch } = subject();
  await watch('a', 'file:///dir');
  for (const uri of ['file:///dir/one', 'file:///dirt', 'file:///']) subscriptions.updated('a', 's', { uri });
  expect(told).toEqual(['a s file:///dir/one']);
});

test('what was watched over a connection that is gone is asked for again', async () => {
  const { subscriptions, asked, told, watch } = subject();
  await watch('a', 'x:1');
  subscriptions.unheard('b', 's');
  subscriptions.unheard('a', 's');
  await vi.waitFor(() => expect(asked).toEqual(['subscribe x:1 a', 'subscribe x:1 a']), 5_000);
  subscriptions.updated('a', 's', { uri: 'x:1' });
  expect(told).toEqual(['a s x:1']);
});

test('an owner that has left is not told, nor is its server, whose connection went with it', async () => {
  const { subscriptions, asked, told, watch } = subject();
  await watch('stream', 'x:1', 'a');
  subscriptions.leaveOwner('a');
  subscriptions.updated('a', 's', { uri: 'x:1' });
  expect(asked).toEqual(['subscribe x:1 a']);
  expect(told).toEqual([]);
});

test('a stream that ends gives up what only it has watched', async () => {
  const { subscriptions, asked, watch } = subject();
  await watch('one', 'x:1', 'a');
  await watch('two', 'x:1', 'a');
  subscriptions.leave('one');
  subscriptions.leave('two');
  expect(asked).toEqual(['subscribe x:1 a', 'unsubscribe x:1 a']);
});

test('what the server refuses is told to whoever asked, and not remembered', async () => {
  const refusal = { error: { code: -32601, message: 'no' } };
  const { subscriptions, asked, told, watch } = subject({ answer: () => refusal });
  expect(await watch('a', 'x:1')).toEqual(refusal);
  expect(await watch('a', 'x:1')).toEqual(refusal);
  subscriptions.updated('a', 's', { uri: 'x:1' });
  expect([asked.length, told.length]).toEqual([2, 0]);
});

test('whoever has been promised to be told is asked for again when the server was away', async () => {
  let isAway = true;
  const answer = (): RawResponse => {
    if (isAway) throw new McpxError('UPSTREAM_UNAVAILABLE', 'away');
    return { result: {} };
  };
  const { subscriptions, asked, told } = subject({ answer });
  const watcher = { id: 'stream', context: context('a') };
  await expect(subscriptions.subscribe(watcher, 's', 'x:1')).rejects.toThrow('away');
  await expect(subscriptions.subscribe({ ...watcher, insists: true }, 's', 'x:2')).rejects.toThrow('away');
  isAway = false;
  await vi.waitFor(() => expect(asked).toHaveLength(3), 5_000);
  for (const uri of ['x:1', 'x:2']) subscriptions.updated('a', 's', { uri });
  expect(told).toEqual(['stream s x:2']);
});

test('an owner watches 256 resources at most', async () => {
  const { watch } = subject();
  for (let n = 0; n < 256; n++) await watch('a', `x:${n}`);
  await expect(watch('a', 'x:256')).rejects.toThrow(McpxError);
  await watch('b', 'x:256');
});
