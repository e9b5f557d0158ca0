import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { RawResponse } from '../types.ts';
import { plainCall } from './call.fixture.ts';
import { asked, uncounted } from './call.ts';
import { timeout } from './timeout.ts';

const answer: RawResponse = { result: {} };

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

/** A call that may be silent for 100 ms and take 1 s in all, and that is answered when the test says so. */
function running() {
  const call = plainCall();
  let settle = (_: RawResponse) => {};
  const { cancellation } = call.context;
  const next = () =>
    new Promise<RawResponse>((resolve, reject) => {
      settle = resolve;
      cancellation.onCancel(reject);
    });
  const response = timeout(() => ({ timeoutMs: 100, maxTotalMs: 1_000 }))(next)(call);
  response.catch(() => {}); // looked at where it matters
  return { call, response, settle: () => settle(answer), reason: () => cancellation.reason?.message };
}

/** A wait that ends when the test says so. */
function waiting() {
  let end = () => {};
  const promise = new Promise<void>(resolve => {
    end = resolve;
  });
  return { promise, end: () => end() };
}

const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const silent = 'server "s" said nothing for 0.1 s; the call was cancelled';

test('silence ends a call, with the reason', async () => {
  const { response, reason } = running();
  await later(99);
  expect(reason()).toBeUndefined();
  await later(1);
  await expect(response).rejects.toMatchObject({ code: 'CALL_TIMEOUT', message: silent });
});

test('progress starts the silence anew, but not the time in all', async () => {
  const { call, reason } = running();
  for (let ms = 0; ms < 990; ms += 90) {
    await later(90);
    expect(reason()).toBeUndefined();
    call.onProgress?.({ progress: ms });
  }
  await later(10);
  expect(reason()).toBe('server "s" was not done after 1 s; the call was cancelled');
});

test('what the server is not to blame for is no silence; afterwards it begins anew', async () => {
  const { call, reason } = running();
  const line = waiting();
  void uncounted(call, line.promise);
  await later(500);
  line.end();
  await later(99);
  expect(reason()).toBeUndefined();
  await later(1);
  expect(reason()).toBe(silent);
});

test('of two people who are asked, the silence waits for both', async () => {
  const { call, reason } = running();
  const [one, two] = [waiting(), waiting()];
  void asked(call, one.promise);
  void asked(call, two.promise);
  await later(200);
  one.end();
  await later(200);
  expect(reason()).toBeUndefined();
  two.end();
  await later(100);
  expect(reason()).toBe(silent);
});

test('the time in all goes on, whoever is waited for', async () => {
  const { call, reason } = running();
  void asked(call, waiting().promise);
  await later(1_000);
  expect(reason()).toContain('was not done after 1 s');
});

test('a call that has ended is not cancelled any more, also when what was waited for ends later', async () => {
  const { call, response, reason, settle } = running();
  const person = waiting();
  const answered = asked(call, person.promise);
  settle();
  expect(await response).toBe(answer);
  person.end();
  await answered;
  await later(1_000);
  expect(reason()).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});
