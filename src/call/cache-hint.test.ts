import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../types.ts';
import { readCall, Tested, toolCall } from './cache.fixture.ts';

/** A cache in front of a server that gives each answer these members. */
function hinting(hint: JsonObject): Tested {
  return new Tested(count => ({ result: { resultType: 'complete', contents: [{ text: count }], ...hint } }));
}

const hour = 3_600_000;

test('a resource is read again only when its server’s time for it is over', async () => {
  const tested = hinting({ ttlMs: 10_000, cacheScope: 'private' });
  await tested.ask(readCall());
  tested.now += 10_000;
  await tested.ask(readCall());
  expect(tested.asked).toHaveLength(1);
  tested.now += 1;
  await tested.ask(readCall());
  expect(tested.asked).toHaveLength(2);
});

test('no server’s time is longer than an hour', async () => {
  const tested = hinting({ ttlMs: 1e300, cacheScope: 'private' });
  await tested.ask(readCall());
  tested.now += hour + 1;
  await tested.ask(readCall());
  expect(tested.asked).toHaveLength(2);
});

test.each([
  ['public', 1],
  ['private', 2],
  ['Public', 2],
  [undefined, 2],
  [true, 2],
])('what is %s reaches %i of two principals', async (cacheScope, times) => {
  const { ask, asked } = hinting({ ttlMs: 10_000, cacheScope });
  for (const principal of ['p', 'q', 'p', 'q']) await ask(readCall('x://y', { principal }));
  expect(asked).toHaveLength(times);
});

describe('is read each time:', () => {
  test.each<[string, JsonObject]>([
    ['no hint', {}],
    ['0', { ttlMs: 0, cacheScope: 'public' }],
    ['less than 0', { ttlMs: -1, cacheScope: 'public' }],
    ['text', { ttlMs: '10000', cacheScope: 'public' }],
    ['null', { ttlMs: null, cacheScope: 'public' }],
    ['a scope alone', { cacheScope: 'public' }],
    ['an answer of the 2025 era', { resultType: undefined, ttlMs: 10_000, cacheScope: 'public' }],
    ['a question back', { resultType: 'input_required', ttlMs: 10_000, cacheScope: 'public' }],
  ])('%s', async (_, hint) => {
    const { ask, asked } = hinting(hint);
    for (let time = 0; time < 3; time++) await ask(readCall());
    expect(asked).toHaveLength(3);
  });

  test('an error', async () => {
    const { ask, asked } = new Tested(() => ({
      error: { code: -32602, message: 'no', ttlMs: 10_000 } as never,
    }));
    for (let time = 0; time < 3; time++) await ask(readCall());
    expect(asked).toHaveLength(3);
  });

  test('an answer to questions', async () => {
    const { ask, asked } = hinting({ ttlMs: 10_000, cacheScope: 'public' });
    for (let time = 0; time < 3; time++) await ask(readCall('x://y', { more: { inputResponses: {} } }));
    expect(asked).toHaveLength(3);
  });
});

test('another address is another resource, and so is that of another server', async () => {
  const { ask, asked } = hinting({ ttlMs: 10_000, cacheScope: 'public' });
  for (const call of [readCall('x://y'), readCall('x://z'), readCall('x://y', { server: 't' })])
    await ask(call);
  expect(asked).toHaveLength(3);
});

test('clearing forgets resources, public ones and those being read as well', async () => {
  const { ask, asked, cache } = hinting({ ttlMs: 10_000, cacheScope: 'public' });
  await ask(readCall());
  cache.clear('s');
  const reading = ask(readCall());
  cache.clear('s');
  await reading;
  await ask(readCall());
  expect(asked).toHaveLength(3);
});

test('the result of a tool follows the settings: a hint is for lists and resources', async () => {
  const { ask, asked } = hinting({ ttlMs: 0, cacheScope: 'public' });
  for (const principal of ['p', 'p', 'q']) await ask(toolCall({ principal }));
  expect(asked).toHaveLength(2);
});
