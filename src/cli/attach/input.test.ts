import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { eachLine, messagesIn } from './input.ts';

test('lines are taken one after the other, and no more is read meanwhile', async () => {
  const input = new PassThrough({ highWaterMark: 4 });
  const taken: string[] = [];
  let go = () => {};
  const take = async (line: string) => {
    taken.push(line);
    await new Promise<void>(resolve => {
      go = resolve;
    });
  };
  const end = eachLine(input, 100, take, () => {});
  input.write('one\ntwo\n');
  input.end('three\nnot ended');
  for (const expected of [['one'], ['one', 'two'], ['one', 'two', 'three']]) {
    await expect.poll(() => taken).toEqual(expected);
    await new Promise(resolve => setImmediate(resolve));
    expect(taken).toEqual(expected);
    go();
  }
  await end;
});

test('an input that breaks has ended', async () => {
  const input = new PassThrough();
  const end = eachLine(
    input,
    100,
    async () => {},
    () => {},
  );
  input.destroy(new Error('broken'));
  await end;
});

test.for([
  ['{"jsonrpc":"2.0","id":7,"method":"x","params":{"a":"PAD"}}', 7],
  ['{"id":"a b","method":"x","params":{"a":"PAD"}}', 'a b'],
  ['{"method":"x","params":{"a":"PAD"},"jsonrpc":"2.0","id":8}', 8],
  ['{"method":"x","params":{"a":"PAD"},"id":"c","jsonrpc":"2.0"}', 'c'],
  ['{"method":"x","params":{"id":9,"a":"PAD"}}', undefined],
  ['PAD', undefined],
] as const)('the id of a line that is too long: %s', async ([line, id]) => {
  const ids: unknown[] = [];
  const text = `${line.replace('PAD', 'x'.repeat(3_000))}\n{}\n`;
  const lines: string[] = [];
  await eachLine(
    Readable.from([text]),
    1_000,
    async line => void lines.push(line),
    id => ids.push(id),
  );
  expect(ids).toEqual(id === undefined ? [] : [id]);
  expect(lines).toEqual(['{}']);
});

describe('the messages of a line', () => {
  const one = { jsonrpc: '2.0', id: 1, method: 'ping' };

  test('are one, or those of a batch', () => {
    expect(messagesIn(JSON.stringify(one))).toEqual([one]);
    expect(messagesIn(` ${JSON.stringify([one, one])}\r`)).toEqual([one, one]);
  });

  test.for(['', 'text', '[]', '5', '{"id":1}', '[5]', '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0",'])(
    'are none: %j',
    line => {
      expect(messagesIn(line)).toEqual([]);
    },
  );
});
