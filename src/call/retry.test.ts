import { expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import type { RawResponse, Tool } from '../types.ts';
import type { Call, Handler } from './call.ts';
import { retry } from './retry.ts';

const answer: RawResponse = { result: { content: [] } };
const lost = new McpxError('UPSTREAM_LOST', 'lost');
const unsent = new McpxError('UPSTREAM_LOST', 'lost before', { unsent: true });
const busy = (retryAfterMs: number) => new McpxError('UPSTREAM_BUSY', 'busy', { data: { retryAfterMs } });

/** A call of a tool with these annotations. */
function call(annotations?: object): Call {
  const cancellation = new Cancellation();
  const context = {
    owner: 'o',
    principal: 'p',
    client: 'c',
    capabilities: {},
    era: 'legacy' as const,
    cancellation,
  };
  const tool = { name: 't', inputSchema: {}, annotations } as Tool;
  return { server: 's', method: 'tools/call', params: {}, tool, context };
}

/** How often it is tried when the first attempts end with `failures`, and with what in the end. */
async function tried(failures: Error[], tested = call(), isEnabled = false) {
  const left = [...failures];
  const next = vi.fn<Handler>(async () => {
    const failure = left.shift();
    if (failure !== undefined) throw failure;
    return answer;
  });
  const outcome = await retry(() => isEnabled)(next)(tested).catch((error: unknown) => error);
  return { times: next.mock.calls.length, outcome };
}

test('what was certainly not accepted is sent once more, and only once', async () => {
  expect(await tried([unsent])).toEqual({ times: 2, outcome: answer });
  expect(await tried([unsent, unsent])).toEqual({ times: 2, outcome: unsent });
});

test('what may have taken effect is not repeated', async () => {
  expect(await tried([lost], call(), true)).toEqual({ times: 1, outcome: lost });
  expect(await tried([lost], call({ readOnlyHint: true }), false)).toEqual({ times: 1, outcome: lost });
  expect(await tried([lost], call({ readOnlyHint: 'yes' }), true)).toEqual({ times: 1, outcome: lost });
});

test.each([{ readOnlyHint: true }, { idempotentHint: true }])(
  'what is harmless to repeat is repeated where that is enabled: %o',
  async hints => {
    expect(await tried([lost], call(hints), true)).toEqual({ times: 2, outcome: answer });
    const timeout = new McpxError('CALL_TIMEOUT', 'slow');
    expect(await tried([timeout], call(hints), true)).toEqual({ times: 1, outcome: timeout });
  },
);

test('nothing is repeated for a caller who has gone', async () => {
  const tested = call();
  tested.context.cancellation.cancel(new Error('gone'));
  expect(await tried([unsent], tested)).toMatchObject({ times: 1 });
});

test('a server that says when to come back is asked again then, a few times, its silence not counted', async () => {
  const tested = call();
  const clock = { pause: vi.fn(), resume: vi.fn(), asked: false };
  const started = performance.now();
  const { times } = await tried([busy(30), busy(30), busy(30)], { ...tested, clock });
  expect(times).toBe(4);
  expect(performance.now() - started).toBeGreaterThan(85);
  expect([clock.pause.mock.calls.length, clock.resume.mock.calls.length]).toEqual([3, 3]);
  expect((await tried([busy(1), busy(1), busy(1), busy(1)])).times).toBe(4);
});

test('one that wants too much patience gets none, and a caller who leaves ends the wait', async () => {
  expect(await tried([busy(10_001)])).toMatchObject({ times: 1, outcome: { code: 'UPSTREAM_BUSY' } });
  const tested = call();
  const waiting = tried([busy(9_000)], tested);
  tested.context.cancellation.cancel(new Error('gone'));
  expect(await waiting).toMatchObject({ times: 1, outcome: { message: 'gone' } });
});
