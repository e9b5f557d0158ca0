import { afterEach, describe, expect, test, vi } from 'vitest';
import { McpxError } from '../errors.ts';
import { type Events, subscribe } from '../telemetry/events.ts';
import type { JsonObject, RawResponse } from '../types.ts';
import { good, Tested, toolCall } from './cache.fixture.ts';
import { ResultCache } from './cache.ts';
import type { Call } from './call.ts';

afterEach(() => vi.restoreAllMocks());

const result = (more: JsonObject) => ({ result: { content: [], ...more } });

test('a good result of a read-only tool is given again, as it came', async () => {
  const { ask, asked } = new Tested(count => result({ resultType: 'complete', isError: false, count }));
  const first = await ask(toolCall());
  expect(await ask(toolCall())).toBe(first);
  expect(asked).toHaveLength(1);
});

test('a named tool is cached, whatever it says of itself', async () => {
  const tested = new Tested();
  Object.assign(tested.settings, { tools: ['named'] });
  for (const tool of ['named', 'named', 'other', 'other'])
    await tested.ask(toolCall({ tool, annotations: { readOnlyHint: false } }));
  expect(tested.asked.map(({ params }) => params['name'])).toEqual(['named', 'other', 'other']);
});

describe('goes straight through, the call itself and its promise:', () => {
  const nested = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) as unknown;
  const calls: [string, Call][] = [
    ['a tool that says that it changes something', toolCall({ annotations: { readOnlyHint: false } })],
    ['one that says nothing', toolCall({ annotations: undefined })],
    ['one whose annotations are null', toolCall({ annotations: null })],
    ['one whose annotations are a list', toolCall({ annotations: [{ readOnlyHint: true }] })],
    ['one whose hint is text', toolCall({ annotations: { readOnlyHint: 'true' } })],
    ['a tool that is not in the catalog', { ...toolCall(), tool: undefined }],
    ['a server that there is not', toolCall({ server: 'unknown' })],
    ['arguments that are too large', toolCall({ given: { text: 'x'.repeat(70_000) } })],
    ['arguments that are too deep', toolCall({ given: { nested } })],
    ['a `_meta` that may mean something', toolCall({ meta: { traceparent: '00-1', 'example.com/x': 1 } })],
    ['a `_meta` that is text', toolCall({ meta: 'trace' })],
    ['a `_meta` that is a list', toolCall({ meta: [] })],
    ['a `_meta` that is null', toolCall({ meta: null })],
    ['answers to questions', toolCall({ more: { inputResponses: {} } })],
    ['a state of earlier rounds', toolCall({ more: { requestState: 's' } })],
    ['another method', { ...toolCall(), method: 'prompts/get' }],
  ];

  test.each(calls)('%s', async (_, call) => {
    const seen: Call[] = [];
    const answer = Promise.resolve(good(1));
    const settings = { ttlMs: 1_000, tools: [] };
    const cache = new ResultCache({ settingsOf: server => (server === 'unknown' ? undefined : settings) });
    const ask = cache.middleware(passed => {
      seen.push(passed);
      return answer;
    });
    expect([ask(call), ask(call)]).toEqual([answer, answer]);
    expect(ask(call)).toBe(answer);
    await answer;
    expect(seen).toEqual([call, call, call]);
    expect(seen[0]).toBe(call);
  });

  test('everything, when the time is 0', async () => {
    const tested = new Tested();
    Object.assign(tested.settings, { ttlMs: 0, tools: ['read'] });
    await Promise.all([tested.ask(toolCall()), tested.ask(toolCall())]);
    await tested.ask(toolCall());
    expect(tested.asked).toHaveLength(3);
  });
});

describe('is not kept:', () => {
  const answers: [string, RawResponse][] = [
    ['an error of the tool', result({ isError: true })],
    ['an error said oddly', result({ isError: 'yes' })],
    ['a JSON-RPC error', { error: { code: -32000, message: 'no' } }],
    ['a question back', result({ resultType: 'input_required' })],
    ['a kind of result that nobody knows', result({ resultType: 'task' })],
    ['a result of more than 1 MB', result({ text: 'x'.repeat(600_000) })],
  ];

  test.each(answers)('%s', async (_, answer) => {
    const { ask, asked } = new Tested(() => answer);
    expect([await ask(toolCall()), await ask(toolCall())]).toEqual([answer, answer]);
    expect(asked).toHaveLength(2);
  });
});

describe('is another call:', () => {
  const others: [string, Call][] = [
    ['of another principal', toolCall({ principal: 'q', given: { a: 1 } })],
    ['of one whose name looks like a key', toolCall({ principal: 'p"0', given: { a: 1 } })],
    ['to another server', toolCall({ server: 't', given: { a: 1 } })],
    ['of another tool', toolCall({ tool: 'other', given: { a: 1 } })],
    ['with another value', toolCall({ given: { a: 2 } })],
    ['with a value of another type', toolCall({ given: { a: '1' } })],
    ['with a hostile key', toolCall({ given: JSON.parse('{"a":1,"__proto__":{}}') as JsonObject })],
    ['with fewer', toolCall({ given: {} })],
  ];

  test.each(others)('one %s', async (_, other) => {
    const { ask, asked } = new Tested();
    const first = await ask(toolCall({ given: { a: 1 } }));
    expect(await ask(other)).not.toEqual(first);
    expect(asked).toHaveLength(2);
  });
});

test('neither the order of keys, nor a trace, nor another client of the principal makes another call', async () => {
  const { ask, asked } = new Tested();
  const meta = { traceparent: '00-1', tracestate: 'a=b', baggage: 'c=d' };
  const first = await ask(toolCall({ given: { a: { x: 1, y: 2 }, b: 1 }, owner: 'one' }));
  expect(await ask(toolCall({ given: { b: 1, a: { y: 2, x: 1 } }, meta, owner: 'two' }))).toBe(first);
  expect(asked).toHaveLength(1);
});

test('a result is asked for again when its time is over', async () => {
  const tested = new Tested();
  await tested.ask(toolCall());
  tested.now += 1_000;
  await tested.ask(toolCall());
  expect(tested.asked).toHaveLength(1);
  tested.now += 1;
  await tested.ask(toolCall());
  expect(tested.asked).toHaveLength(2);
});

test('the clock of the system may jump', async () => {
  let now = 7_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const date = vi.spyOn(Date, 'now');
  const cache = new ResultCache({ settingsOf: () => ({ ttlMs: 1_000, tools: [] }) });
  let asked = 0;
  const ask = cache.middleware(async () => good(++asked));
  date.mockReturnValue(1_800_000_000_000);
  await ask(toolCall());
  for (const jumped of [1_800_003_600_000, 1_799_996_400_000]) {
    date.mockReturnValue(jumped);
    await ask(toolCall());
  }
  expect(asked).toBe(1);
  now += 1_001;
  await ask(toolCall());
  expect(asked).toBe(2);
});

test('clearing forgets the results of one server', async () => {
  const { ask, asked, cache } = new Tested();
  const askBoth = async () => [await ask(toolCall()), await ask(toolCall({ server: 't' }))];
  const before = await askBoth();
  cache.clear('s');
  const after = await askBoth();
  expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true]);
  expect(asked).toHaveLength(3);
});

test('all results together take 16 MB at most; the one unused longest gives way', async () => {
  const { ask, asked } = new Tested(() => result({ text: 'x'.repeat(500_000) })); // about 1 MB
  const askFor = (n: number) => ask(toolCall({ given: { n } }));
  for (let n = 0; n < 16; n++) await askFor(n);
  await askFor(0); // is used
  expect(asked).toHaveLength(16);
  await askFor(16);
  await askFor(0);
  expect(asked).toHaveLength(17);
  await askFor(1);
  expect(asked).toHaveLength(18);
});

test('it tells when a result is given again', async () => {
  const heard: Events['cache.hit'][] = [];
  const off = subscribe('cache.hit', event => heard.push(event));
  const { ask } = new Tested();
  await Promise.all([ask(toolCall()), ask(toolCall())]);
  await ask(toolCall());
  off();
  const hit = { server: 's', method: 'tools/call', tool: 'read' };
  expect(heard).toEqual([
    { ...hit, joined: true },
    { ...hit, joined: false },
  ]);
});

test('a caller that has cancelled already is told so', async () => {
  const { ask, asked } = new Tested(count => (count === 1 ? new Promise(() => {}) : good(count)));
  const call = toolCall();
  call.context.cancellation.cancel(new McpxError('CALL_CANCELLED', 'before'));
  await expect(ask(call)).rejects.toThrow('before');
  expect(await ask(toolCall())).toEqual(good(2)); // although the server does not care for cancellations
  expect(asked).toHaveLength(2);
});
