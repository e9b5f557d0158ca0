import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { Questions } from './questions.ts';

interface Sent {
  id: string;
  method: string;
  params: Record<string, unknown>;
}

function asking() {
  const sent: Sent[] = [];
  const channel = { send: async (message: object) => void sent.push(message as Sent) };
  return { questions: new Questions(), sent, channel };
}

const question = { method: 'roots/list', params: {} };
const jsonrpc = '2.0' as const;

test('each answer reaches the question that it belongs to', async () => {
  const { questions, sent, channel } = asking();
  const [one, two] = [questions.ask(channel, question), questions.ask(channel, question)];
  expect(questions.answered({ jsonrpc, id: sent[1]!.id, result: { second: true } })).toBe(true);
  expect(questions.answered({ jsonrpc, id: sent[0]!.id, error: { code: -1, message: 'no' } })).toBe(true);
  expect(await one).toEqual({ error: { code: -1, message: 'no' } });
  expect(await two).toEqual({ result: { second: true } });
});

test('answers to others are not taken', () => {
  const { questions } = asking();
  expect(questions.answered({ jsonrpc, id: 0, result: {} })).toBe(false);
  expect(questions.answered({ jsonrpc, id: 'somebody-else', result: {} })).toBe(false);
});

test('a question that is withdrawn is cancelled at the client, and a late answer is nobody’s', async () => {
  const { questions, sent, channel } = asking();
  const cancellation = new Cancellation();
  const asked = questions.ask(channel, { ...question, cancellation });
  cancellation.cancel(new Error('never mind'));
  await expect(asked).rejects.toThrow('never mind');
  expect(sent[1]).toMatchObject({
    method: 'notifications/cancelled',
    params: { requestId: sent[0]!.id, reason: 'never mind' },
  });
  expect(questions.answered({ jsonrpc, id: sent[0]!.id, result: {} })).toBe(true);
});

test('a question that cannot be sent, or one too many, is refused', async () => {
  const { questions, channel } = asking();
  const broken = { send: () => Promise.reject(new Error('nobody there')) };
  await expect(questions.ask(broken, question)).rejects.toThrow('nobody there');
  const open = Array.from({ length: 64 }, () => questions.ask(channel, question));
  await expect(questions.ask(channel, question)).rejects.toMatchObject({ code: 'CANNOT_ASK' });
  expect(open).toHaveLength(64);
});
