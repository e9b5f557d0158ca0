import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import type { CallContext, JsonObject, RawResponse } from '../types.ts';
import { Parking } from './parking.ts';

let parking: Parking;
beforeEach(() => {
  parking = new Parking();
});
afterEach(() => {
  parking.close();
  vi.useRealTimers();
});

const question = { method: 'elicitation/create', params: { message: 'Who?' } };

function context(more: Partial<CallContext> = {}): CallContext {
  return {
    owner: 'o',
    principal: 'p',
    client: 'c',
    era: 'modern',
    cancellation: new Cancellation(),
    capabilities: { elicitation: {} },
    ...more,
  };
}

const call = { name: 'exec', arguments: { tool: 's.t' } };

/** Asks once, and ends with what was answered. */
const asksOnce = async ({ ask }: CallContext): Promise<RawResponse> => {
  const response = await ask!(question);
  return { result: { answered: response } };
};

const leg = (params: JsonObject, run = asksOnce, own = context()) =>
  parking.answer('tools/call', params, own, run) as Promise<{
    result: JsonObject & { requestState: string };
    error?: { code: number };
  }>;

const accepted = { action: 'accept' };

test('what is asked when nobody waits for an answer any more ends at once, with the reason', async () => {
  const cancellation = new Cancellation();
  const reason = new Error('the server took its question back');
  cancellation.cancel(reason);
  const asksTooLate = async ({ ask }: CallContext): Promise<RawResponse> => {
    const thrown = await ask!({ ...question, cancellation }).catch((error: Error) => error);
    return { result: { ended: (thrown as Error).message } };
  };
  expect((await leg(call, asksTooLate)).result['ended']).toBe(reason.message);
});

/** What the client sends when it makes its call again. */
const again = (requestState: unknown, responses: JsonObject = { 'question-1': accepted }) => ({
  ...call,
  _meta: { progressToken: 2 },
  requestState,
  inputResponses: responses,
});

test('a call that asks nothing is answered at once', async () => {
  const response = { result: { content: [] } };
  expect(await leg(call, async () => response)).toBe(response);
});

test('a question ends the leg, and its answer goes on with the call', async () => {
  const first = await leg(call);
  expect(first.result).toMatchObject({
    resultType: 'input_required',
    inputRequests: { 'question-1': question },
  });
  const run = vi.fn();
  expect(await leg(again(first.result.requestState), run)).toEqual({
    result: { answered: { result: accepted } },
  });
  expect(run).not.toHaveBeenCalled();
});

test('what is asked at one time is asked in one leg, and what is not answered is asked again', async () => {
  const both = async ({ ask }: CallContext) => ({
    result: { all: await Promise.all([ask!(question), ask!(question)]) },
  });
  const first = await leg(call, both as never);
  expect(Object.keys(first.result['inputRequests'] as object)).toEqual(['question-1', 'question-2']);
  const second = await leg(again(first.result.requestState));
  expect(Object.keys(second.result['inputRequests'] as object)).toEqual(['question-2']);
  const last = await leg(again(second.result.requestState, { 'question-2': accepted }));
  expect(last.result['all']).toHaveLength(2);
});

test('what is asked a moment later is asked with it', async () => {
  const both = async ({ ask }: CallContext) => {
    const one = ask!(question);
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
    return { result: { all: await Promise.all([one, ask!(question)]) } };
  };
  const first = await leg(call, both as never);
  expect(Object.keys(first.result['inputRequests'] as object)).toEqual(['question-1', 'question-2']);
});

test.each<[string, JsonObject, Partial<CallContext>]>([
  ['another principal', {}, { principal: 'q' }],
  ['another client', {}, { owner: 'other' }],
  ['another tool', { arguments: { tool: 's.other' } }, {}],
])('the state is not good for %s', async (_, params, own) => {
  const first = await leg(call);
  const refused = await leg({ ...again(first.result.requestState), ...params }, asksOnce, context(own));
  expect(refused.error).toMatchObject({ code: -32602 });
  expect(await leg(again(first.result.requestState))).toHaveProperty('result.answered'); // it is not used up
});

test('nor twice, nor tampered with, nor anything else', async () => {
  const { requestState } = (await leg(call)).result;
  const tampered = [5, Math.floor(requestState.length / 2), requestState.length - 5].map(
    at => `${requestState.slice(0, at)}${requestState[at] === 'A' ? 'B' : 'A'}${requestState.slice(at + 1)}`,
  );
  for (const state of [...tampered, `${requestState}x`, '', 'v1.x.y', 7, null, {}]) {
    expect((await leg(again(state))).error).toMatchObject({ code: -32602 });
  }
  expect(await leg(again(requestState))).toHaveProperty('result');
  expect((await leg(again(requestState))).error).toMatchObject({ code: -32602 });
});

test('an answer that does not come in time ends the call', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const ended: unknown[] = [];
  const asked = leg(call, async own =>
    asksOnce(own).catch(error => ({ result: { ended: ended.push(error) } })),
  );
  await vi.advanceTimersByTimeAsync(100);
  const first = await asked;
  await vi.advanceTimersByTimeAsync(601_000);
  expect(ended).toEqual([expect.objectContaining({ code: 'CALL_CANCELLED' })]);
  expect((await leg(again(first.result.requestState))).error).toMatchObject({ code: -32602 });
});

test('a client that goes away in a leg ends the call; one whose leg was answered does not', async () => {
  const own = context();
  const first = await leg(call, asksOnce, own);
  own.cancellation.cancel(new Error('the connection of the first leg was closed'));
  const gone = context();
  const slow = leg(again(first.result.requestState), asksOnce, gone);
  expect(await slow).toHaveProperty('result.answered');
  const cancelled = vi.fn();
  const hung = context();
  const waiting = leg(
    call,
    inner =>
      new Promise((_, reject) => inner.cancellation.onCancel(reason => reject(cancelled(reason) ?? reason))),
    hung,
  );
  hung.cancellation.cancel(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  expect(cancelled).toHaveBeenCalledOnce();
});

test('too many calls that wait are refused, and the server is not kept waiting', async () => {
  for (let count = 0; count < 32; count++) await leg({ ...call, count });
  const ended = vi.fn();
  await expect(leg({ ...call, count: 32 }, own => asksOnce(own).catch(ended) as never)).rejects.toMatchObject(
    {
      code: 'CANNOT_ASK',
    },
  );
  await vi.waitFor(() => expect(ended).toHaveBeenCalled());
});

test('the state of a server that keeps none here goes through, and comes back to it', async () => {
  const asks = async ({ resumed }: CallContext): Promise<RawResponse> =>
    resumed === undefined
      ? { result: { resultType: 'input_required', inputRequests: { a: question }, requestState: 'theirs' } }
      : { result: { resumed } };
  const first = await leg(call, asks);
  expect(first.result).toMatchObject({ resultType: 'input_required', inputRequests: { a: question } });
  expect(first.result.requestState).not.toContain('theirs');
  const second = await leg(again(first.result.requestState, { a: accepted }), asks);
  expect(second.result['resumed']).toEqual({ inputResponses: { a: accepted }, requestState: 'theirs' });
});

test('answers without a state go through to a server that needs none', async () => {
  const answers = async ({ resumed }: CallContext): Promise<RawResponse> => ({ result: { resumed } });
  const { result } = await leg(again(undefined, { a: accepted }), answers);
  expect(result['resumed']).toEqual({ inputResponses: { a: accepted } });
});
