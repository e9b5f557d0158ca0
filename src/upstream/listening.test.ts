import { expect, test, vi } from 'vitest';
import type { OpenCall } from '../rpc/calls.ts';
import type { JsonObject, RawResponse } from '../types.ts';
import { Listening } from './listening.ts';

/** A stream that the test ends as it likes. */
class Stream implements OpenCall {
  readonly params: JsonObject;
  isCancelled = false;
  end!: (response: RawResponse) => void;
  fail!: (error: Error) => void;
  readonly response: Promise<RawResponse>;

  constructor(params: JsonObject) {
    this.params = params;
    this.response = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
  }

  cancel(): void {
    this.isCancelled = true;
    this.fail(new Error('cancelled'));
  }
}

function listening() {
  const streams: Stream[] = [];
  let resumed = 0;
  const subject = new Listening({
    open: params => {
      const stream = new Stream(params);
      streams.push(stream);
      return stream;
    },
    onresumed: () => resumed++,
  });
  return { subject, streams, resumed: () => resumed };
}

const filter = { toolsListChanged: true };

test('it waits for the acknowledgement, and no longer than it may', async () => {
  const { subject, streams } = listening();
  const asked = subject.listen(filter, 60_000);
  expect(streams.map(({ params }) => params)).toEqual([{ notifications: filter }]);
  subject.acknowledged();
  await asked;
  await subject.listen(filter, 10); // nobody acknowledges
  expect(streams.map(({ isCancelled }) => isCancelled)).toEqual([true, false]);
  subject.close();
  expect(streams[1]?.isCancelled).toBe(true);
});

test('a stream that ends or breaks is opened again, and whoever listens is told that it may have missed something', async () => {
  const { subject, streams, resumed } = listening();
  const asked = subject.listen(filter, 60_000);
  subject.acknowledged();
  await asked;
  streams[0]?.fail(new Error('broken'));
  await vi.waitFor(() => expect(streams).toHaveLength(2), 10_000);
  subject.acknowledged();
  await vi.waitFor(() => expect(resumed()).toBe(1));
  streams[1]?.end({ result: {} });
  await vi.waitFor(() => expect(streams).toHaveLength(3), 10_000);
  subject.close();
});

test('a server that refuses is not asked again', async () => {
  const { subject, streams } = listening();
  const asked = subject.listen(filter, 60_000);
  streams[0]?.end({ error: { code: -32601, message: 'no' } });
  await asked;
  await new Promise(resolve => setTimeout(resolve, 1_500)); // the first pause is a second at most
  expect(streams).toHaveLength(1);
});

test('what is listened to can change, and end', async () => {
  const { subject, streams } = listening();
  void subject.listen(filter, 60_000);
  void subject.listen({ resourceSubscriptions: ['a'] }, 60_000);
  await subject.listen({}, 60_000);
  expect(streams.map(({ isCancelled }) => isCancelled)).toEqual([true, true]);
});
