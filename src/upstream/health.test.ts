import { expect, onTestFinished, test, vi } from 'vitest';
import { McpxError } from '../errors.ts';
import { Health } from './health.ts';

function health() {
  const onopen = vi.fn();
  const onclose = vi.fn();
  return { tested: new Health({ threshold: 3, onopen, onclose }), onopen, onclose };
}
const lost = new McpxError('UPSTREAM_LOST', 'it exited');

test('before anything was heard nothing is said', () => {
  const { tested } = health();
  expect(tested.report).toEqual({ breaker: { state: 'closed', failures: 0, retryInMs: 0 } });
  expect(tested.silentMs).toBe(Number.POSITIVE_INFINITY);
});

test('it tells what was last heard, when, and how', () => {
  const { tested } = health();
  tested.heard('listing');
  expect(tested.report).toMatchObject({ ok: true, by: 'listing', at: expect.any(Number) });
  tested.failed('connection', lost);
  expect(tested.report).toMatchObject({ ok: false, by: 'connection', reason: 'it exited' });
  tested.heard('call');
  expect(tested.report).toMatchObject({ ok: true, by: 'call', reason: undefined, breaker: { failures: 0 } });
  expect(tested.silentMs).toBeLessThan(1_000);
});

test('failures in a row leave the server alone, with the reason; an answer brings it back', () => {
  const { tested, onopen, onclose } = health();
  for (let n = 0; n < 3; n++) tested.failed('connection', lost);
  expect(onopen).toHaveBeenCalledExactlyOnceWith('it exited', expect.any(Number));
  expect(() => tested.admit('x', {})).toThrow(
    /^server "x" failed 3 times in a row and is tried again in 1 s; last: it exited$/,
  );
  tested.heard('listing');
  expect(onclose).toHaveBeenCalledExactlyOnceWith('listing');
  expect(() => tested.admit('x', {})).not.toThrow();
});

test.each([
  ['a missing credential', new McpxError('UPSTREAM_NEEDS_AUTH', 'no token')],
  ['a cancelled call', new McpxError('CALL_CANCELLED', 'not wanted')],
  ['a full queue', new McpxError('SERVER_BUSY', 'busy')],
  ['a server that wants to be left alone', new McpxError('UPSTREAM_BUSY', 'later')],
  [
    'a status below 500',
    new McpxError('UPSTREAM_UNAVAILABLE', 'no', { cause: Object.assign(new Error(), { code: 404 }) }),
  ],
])('%s says nothing about the server', (_, error) => {
  const { tested } = health();
  for (let n = 0; n < 5; n++) tested.failed('call', error);
  expect(tested.report).toEqual({ breaker: { state: 'closed', failures: 0, retryInMs: 0 } });
});

test('silence is told but does not count, unless a check met it', () => {
  const { tested } = health();
  const silent = new McpxError('CALL_TIMEOUT', 'it said nothing');
  for (let n = 0; n < 5; n++) tested.failed('call', silent);
  expect(tested.report).toMatchObject({ ok: false, reason: 'it said nothing', breaker: { state: 'closed' } });
  for (let n = 0; n < 3; n++) tested.failed('check', silent);
  expect(tested.report.breaker.state).toBe('open');
});

test('of many who give up only the trial lets the next one try', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { tested } = health();
  const [early, trial] = [{}, {}];
  tested.admit('x', early);
  for (let n = 0; n < 3; n++) tested.failed('connection', lost);
  vi.advanceTimersByTime(1_000);
  tested.admit('x', trial);
  const cancelled = new McpxError('CALL_CANCELLED', 'not wanted');
  tested.failed('call', cancelled, early);
  expect(() => tested.admit('x', {})).toThrow('is tried again just now');
  tested.failed('call', cancelled, trial);
  expect(() => tested.admit('x', {})).not.toThrow();
});
