import { expect, test, vi } from 'vitest';
import { McpxError } from '../errors.ts';
import type { Question, RawResponse } from '../types.ts';
import { Asked } from './asked.ts';

const jsonrpc = '2.0' as const;
const request = (id: number) => ({ jsonrpc, id, method: 'roots/list', params: { n: id } });

function asked() {
  const sent: Record<string, unknown>[] = [];
  const questions = new Asked(async message => void sent.push(message as Record<string, unknown>));
  return { questions, sent };
}

test('what was asked before anybody could answer is answered when somebody can', async () => {
  const { questions, sent } = asked();
  questions.take(request(1));
  expect(sent).toEqual([]);
  questions.onquestion = async ({ params }) => ({ result: { heard: params } });
  questions.take(request(2));
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent).toEqual([
    { jsonrpc, id: 1, result: { heard: { n: 1 } } },
    { jsonrpc, id: 2, result: { heard: { n: 2 } } },
  ]);
});

test('what is withdrawn before that is asked of nobody', async () => {
  const { questions, sent } = asked();
  for (const id of [1, 2]) questions.take(request(id));
  questions.withdraw(1, 'too late');
  questions.onquestion = async ({ params }) => ({ result: { heard: params } });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({ id: 2 });
});

test('an error of the client is passed on, one of ours has a code of its own', async () => {
  const { questions, sent } = asked();
  const answers: (() => Promise<RawResponse>)[] = [
    async () => ({ error: { code: 7, message: 'theirs' } }),
    () => Promise.reject(new McpxError('CANNOT_ASK', 'nobody there')),
    () => Promise.reject(new Error('broken')),
  ];
  questions.onquestion = ({ params }) => answers[params['n'] as number]!();
  for (const id of [0, 1, 2]) questions.take(request(id));
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  expect(sent.map(({ error }) => error)).toEqual([
    { code: 7, message: 'theirs' },
    { code: -32601, message: 'nobody there' },
    { code: -32603, message: 'broken' },
  ]);
});

test('one question too many is refused, and there is room again when one is answered', async () => {
  const { questions, sent } = asked();
  const waiting: ((response: RawResponse) => void)[] = [];
  questions.onquestion = () => new Promise(resolve => waiting.push(resolve));
  for (let id = 0; id <= 64; id++) questions.take(request(id));
  await vi.waitFor(() =>
    expect(sent).toEqual([expect.objectContaining({ id: 64, error: expect.anything() })]),
  );
  waiting[0]!({ result: {} });
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  questions.take(request(65));
  await vi.waitFor(() => expect(waiting).toHaveLength(65));
});

test('what the server withdraws, and what was open when the connection went, is not asked any more', async () => {
  const { questions, sent } = asked();
  const reasons: string[] = [];
  questions.onquestion = ({ cancellation }: Question) =>
    new Promise((_, reject) =>
      cancellation!.onCancel(reason => reject(reasons.push(reason.message) && reason)),
    );
  questions.take(request(1));
  questions.take(request(2));
  questions.withdraw(1, 'never mind');
  questions.withdraw(99, 'what?');
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  questions.close();
  expect(reasons).toEqual(['never mind', 'the connection was closed']);
  expect(sent[0]).toMatchObject({ id: 1 });
});
