import { describe, expect, test, vi } from 'vitest';
import type { CallContext, JsonObject, Question, RawResponse } from '../types.ts';
import { plainCall } from './call.fixture.ts';
import type { Handler } from './call.ts';
import { rounds } from './rounds.ts';

const done: RawResponse = { result: { content: [] } };
const wants = (inputRequests: unknown, more: JsonObject = {}): RawResponse => ({
  result: { resultType: 'input_required', inputRequests, ...more },
});
const form = { method: 'elicitation/create', params: { message: 'who?' } };
const agreed: RawResponse = { result: { action: 'accept' } };

/** What a client with `context` gets when the server answers so, one after the other; and what the server was sent. */
async function asking(answers: RawResponse[], context: Partial<CallContext>) {
  const left = [...answers];
  const sent: JsonObject[] = [];
  const next: Handler = async ({ params }) => {
    sent.push(params);
    return left.shift() ?? done;
  };
  const outcome = await rounds(next)(plainCall(context)).catch((error: unknown) => error);
  return { outcome, sent };
}

/** A client of 2025 that answers whatever it is asked so. */
function client(capabilities: JsonObject, answer: RawResponse = agreed) {
  const ask = vi.fn(async (_: Question) => answer);
  return { capabilities, era: 'legacy' as const, ask };
}

describe('a server of 2026 that asks', () => {
  test('is called again with the answers and its state, and its questions are put all at once', async () => {
    const somebody = client({ elicitation: {}, roots: {} });
    const questions = wants({ a: form, b: { method: 'roots/list' } }, { requestState: 's' });
    const { outcome, sent } = await asking([questions], somebody);
    expect(outcome).toBe(done);
    const inputResponses = { a: agreed.result, b: agreed.result };
    expect(sent).toEqual([{ name: 't' }, { name: 't', inputResponses, requestState: 's' }]);
    expect(somebody.ask.mock.calls).toEqual([[form], [{ method: 'roots/list', params: {} }]]);
  });

  test('gets its state alone when it asks nothing', async () => {
    const { sent } = await asking([wants(undefined, { requestState: 7 })], client({}));
    expect(sent[1]).toEqual({ name: 't', inputResponses: {}, requestState: 7 });
    expect((await asking([wants({})], client({}))).sent[1]).toEqual({ name: 't', inputResponses: {} });
  });

  test('is not followed for ever', async () => {
    const { outcome, sent } = await asking(
      Array.from({ length: 99 }, () => wants({})),
      client({}),
    );
    expect(outcome).toMatchObject({
      code: 'UPSTREAM_PROTOCOL',
      message: expect.stringContaining('16 times'),
    });
    expect(sent).toHaveLength(17);
  });

  test('answers a client of its own era itself', async () => {
    const question = wants({ a: form });
    expect(await asking([question], { era: 'modern' })).toMatchObject({ outcome: question, sent: [{}] });
  });

  test.each<[string, Partial<CallContext>]>([
    ['nobody', { capabilities: { elicitation: {} } }],
    ['a client that cannot be asked so', client({ sampling: {} })],
    ['a client that shows no forms', client({ elicitation: { url: {} } })],
  ])('asks %s in vain', async (_, context) => {
    const { outcome } = await asking([wants({ a: form })], context);
    expect(outcome).toMatchObject({ code: 'CANNOT_ASK', message: expect.stringContaining(form.method) });
  });

  test('is told when the client refuses with an error', async () => {
    const refusing = client({ elicitation: {} }, { error: { code: -1, message: 'not now' } });
    const { outcome } = await asking([wants({ a: form })], refusing);
    expect(outcome).toMatchObject({ code: 'CANNOT_ASK', message: 'the client answered: not now' });
  });

  test.each([[null], ['a'], [{}], [{ method: 1 }]])('must ask something: %j', async question => {
    const { outcome } = await asking([wants({ a: question })], client({ elicitation: {} }));
    expect(outcome).toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  });

  test('need not know the ids that links had in 2025; one that it gives is kept', async () => {
    const somebody = client({ elicitation: { url: {} } });
    const link = { mode: 'url', url: 'https://example.com' };
    const asks = (params: object) => ({ method: 'elicitation/create', params });
    await asking([wants({ a: asks(link), b: asks({ ...link, elicitationId: 'mine' }) })], somebody);
    expect(somebody.ask.mock.calls.map(([{ params }]) => params['elicitationId'])).toEqual([
      expect.stringMatching(/^[\da-f-]{36}$/),
      'mine',
    ]);
  });
});

describe('a server of 2025 that wants an address visited first', () => {
  const refusal = (elicitations: unknown): RawResponse => ({
    error: { code: -32_042, message: 'visit', data: { elicitations } },
  });
  const place = { elicitationId: '1', url: 'https://example.com', message: 'please' };
  const modern = (answer?: RawResponse) => ({
    ...client({ elicitation: { url: {} } }, answer),
    era: 'modern' as const,
  });

  test('is called again once the user has agreed to each', async () => {
    const somebody = modern();
    const { outcome, sent } = await asking([refusal([place, place])], somebody);
    expect([outcome, sent.length]).toEqual([done, 2]);
    expect(somebody.ask).toHaveBeenCalledTimes(2);
    expect(somebody.ask).toHaveBeenCalledWith({
      method: 'elicitation/create',
      params: { ...place, mode: 'url' },
    });
  });

  test.each<[string, Partial<CallContext>]>([
    ['says no', modern({ result: { action: 'decline' } })],
    ['fails', modern({ error: { code: -1, message: 'no' } })],
    ['opens no links', client({ elicitation: {} })],
    ['is nobody', { capabilities: { elicitation: { url: {} } } }],
    ['knows the error itself', { ...client({ elicitation: { url: {} } }), verbatim: true }],
  ])('is not called again where the user %s', async (_, context) => {
    const error = refusal([place]);
    expect(await asking([error], context)).toMatchObject({ outcome: error, sent: [{}] });
  });

  test('is believed up to sixteen addresses, and only where it names some', async () => {
    for (const named of [Array.from({ length: 17 }, () => place), undefined, 'https://example.com']) {
      expect((await asking([refusal(named)], modern())).sent).toHaveLength(1);
    }
    const bare: RawResponse = { error: { code: -32_042, message: 'visit' } };
    expect((await asking([bare], modern())).outcome).toBe(bare);
  });
});

test('any other answer is passed on', async () => {
  const error: RawResponse = { error: { code: -32_000, message: 'no' } };
  expect((await asking([error], client({}))).outcome).toBe(error);
  expect((await asking([done], client({}))).outcome).toBe(done);
});
