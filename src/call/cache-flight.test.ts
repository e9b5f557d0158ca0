import { describe, expect, test } from 'vitest';
import { McpxError } from '../errors.ts';
import type { RawResponse } from '../types.ts';
import { good, Tested, toolCall } from './cache.fixture.ts';
import type { Call } from './call.ts';

/** Answers each call when the test says so, and rejects it with the reason of its cancellation. */
class Pending {
  readonly calls: (Call & { settle: (response: RawResponse) => void; fail: (error: Error) => void })[] = [];

  readonly answer = (_: number, call: Call): Promise<RawResponse> =>
    new Promise((settle, fail) => {
      this.calls.push(Object.assign(call, { settle, fail }));
      call.context.cancellation.onCancel(fail);
    });
}

function pending() {
  const { calls, answer } = new Pending();
  return { calls, tested: new Tested(answer) };
}

const cancelled = (message: string) => new McpxError('CALL_CANCELLED', message);
const failures: [string, (call: Pending['calls'][number]) => void][] = [
  ['rejects', call => call.fail(new McpxError('UPSTREAM_LOST', 'gone'))],
  ['has timed out', call => call.context.cancellation.cancel(new McpxError('CALL_TIMEOUT', 'too long'))],
  ['is an error of the tool', call => call.settle({ result: { isError: true, content: [] } })],
  ['is a JSON-RPC error', call => call.settle({ error: { code: 1, message: 'no' } })],
  ['asks back', call => call.settle({ result: { resultType: 'input_required' } })],
];

/** Lets everything happen that needs no event from outside. */
const settled = () => new Promise(resolve => setImmediate(resolve));

test('20 equal calls under way are one', async () => {
  const { calls, tested } = pending();
  const answers = Array.from({ length: 20 }, () => tested.ask(toolCall()));
  expect(calls).toHaveLength(1);
  calls[0]!.settle(good('all'));
  expect(new Set(await Promise.all(answers)).size).toBe(1);
  expect(await tested.ask(toolCall())).toEqual(good('all'));
  expect(calls).toHaveLength(1);
});

test('it is made as the owner of the first, and cancelled by nobody’s own cancellation', async () => {
  const { calls, tested } = pending();
  const first = toolCall({ owner: 'one' });
  void tested.ask(first);
  void tested.ask(toolCall({ owner: 'two' }));
  const { context, params, tool, server, method } = calls[0]!;
  expect([server, method, params, tool]).toEqual([first.server, first.method, first.params, first.tool]);
  expect([context.owner, context.principal, context.era]).toEqual(['one', 'p', 'modern']);
  expect(context.cancellation).not.toBe(first.context.cancellation);
});

test('it goes on as one who still waits when the first has cancelled', async () => {
  const { calls, tested } = pending();
  const callers = ['one', 'two', 'three'].map(owner => toolCall({ owner }));
  const answers = callers.map(caller => tested.ask(caller).catch(() => 'cancelled'));
  callers[0]!.context.cancellation.cancel(cancelled('left'));
  await answers[0];
  expect(calls[0]!.context.owner).toBe('two');
  calls[0]!.settle(good('all'));
  expect(await Promise.all(answers)).toEqual(['cancelled', good('all'), good('all')]);
});

test('what it asks is put to the first who still waits', async () => {
  const { calls, tested } = pending();
  const callers = ['one', 'two'].map(name => {
    const caller = toolCall();
    caller.context.ask = async () => good(name);
    return caller;
  });
  for (const caller of callers) tested.ask(caller).catch(() => {}); // one cancels
  const ask = () => calls[0]!.context.ask!({ method: 'elicitation/create', params: {} });
  expect(await ask()).toEqual(good('one'));
  callers[0]!.context.cancellation.cancel(cancelled('left'));
  await settled();
  expect(await ask()).toEqual(good('two'));
});

test.each([1, 2])('what came of a question is neither kept nor given to others (%i callers)', async many => {
  let settle = (_: RawResponse) => {};
  const asking = new Promise<RawResponse>(resolve => {
    settle = resolve;
  });
  const tested = new Tested((count, call) => {
    call.clock = { pause: () => {}, resume: () => {}, asked: false };
    return count === 1 ? asking : good('own');
  });
  const callers = Array.from({ length: many }, () => toolCall());
  const answers = callers.map(caller => tested.ask(caller));
  callers[0]!.clock!.asked = true; // as when its client is asked over its own connection
  settle(good('of the first'));
  expect(await Promise.all(answers)).toEqual([good('of the first'), good('own')].slice(0, many));
  expect(await tested.ask(toolCall())).toEqual(good('own'));
});

test('calls of another principal, with other arguments, or after a clearing do not join', async () => {
  const { calls, tested } = pending();
  void tested.ask(toolCall());
  void tested.ask(toolCall({ principal: 'q' }));
  void tested.ask(toolCall({ given: { a: 1 } }));
  tested.cache.clear('s');
  const late = tested.ask(toolCall());
  expect(calls).toHaveLength(4);
  calls[0]!.settle(good('old'));
  calls[3]!.settle(good('new'));
  expect(await late).toEqual(good('new'));
  expect(await tested.ask(toolCall())).toEqual(good('new'));
});

test('everybody hears of progress, until the own call is over', async () => {
  const { calls, tested } = pending();
  const heard: string[] = [];
  const listener = (name: string) => () => heard.push(name);
  const first = toolCall({ onProgress: listener('first') });
  const asked = tested.ask(first).catch(() => 'cancelled');
  void tested.ask(toolCall({ onProgress: listener('second') }));
  void tested.ask(toolCall());
  calls[0]!.onProgress?.({ progress: 1 });
  first.context.cancellation.cancel(cancelled('enough'));
  expect(await asked).toBe('cancelled');
  calls[0]!.onProgress?.({ progress: 2 });
  expect(heard).toEqual(['first', 'second', 'second']);
});

describe.each([0, 1, 2])('of three callers, number %i', which => {
  test('may cancel, and the others are answered', async () => {
    const { calls, tested } = pending();
    const callers = [toolCall(), toolCall(), toolCall()];
    const answers = callers.map(caller => tested.ask(caller).catch((thrown: Error) => thrown.message));
    callers[which]!.context.cancellation.cancel(cancelled('enough'));
    expect(await answers[which]).toBe('enough');
    expect(calls[0]!.context.cancellation.reason).toBeUndefined();
    calls[0]!.settle(good('all'));
    const others = answers.filter((_, index) => index !== which);
    expect(await Promise.all(others)).toEqual([good('all'), good('all')]);
    expect(calls).toHaveLength(1);
  });
});

test('when the last has cancelled, the call is, with that reason; a later one is made anew', async () => {
  const { calls, tested } = pending();
  const callers = [toolCall(), toolCall()];
  const answers = callers.map(caller => tested.ask(caller).catch((thrown: Error) => thrown.message));
  callers[1]!.context.cancellation.cancel(cancelled('one'));
  await settled();
  callers[0]!.context.cancellation.cancel(cancelled('two'));
  expect(await Promise.all(answers)).toEqual(['two', 'one']);
  await settled();
  expect(calls[0]!.context.cancellation.reason?.message).toBe('two');
  const late = tested.ask(toolCall());
  calls[1]!.settle(good('late'));
  expect(await late).toEqual(good('late'));
});

describe.each(failures)('when the shared call %s', (_, fail) => {
  test('the first is told, and each of the others makes its own', async () => {
    const { calls, tested } = pending();
    const first = tested.ask(toolCall()).then(
      response => response,
      (thrown: Error) => thrown.message,
    );
    const others = [toolCall(), toolCall()];
    const answers = others.map(other => tested.ask(other));
    fail(calls[0]!);
    expect(await first).not.toEqual(good('own'));
    await settled();
    expect(calls.slice(1)).toEqual(others);
    for (const call of calls.slice(1)) call.settle(good('own'));
    expect(await Promise.all(answers)).toEqual([good('own'), good('own')]);
    expect(await tested.ask(toolCall())).toEqual(good('own'));
    expect(calls).toHaveLength(3);
  });
});
