import { expect, test, vi } from 'vitest';
import type { Lease } from '../pool/member.ts';
import type { CallOptions } from '../rpc/calls.ts';
import type { JsonObject, RawResponse } from '../types.ts';
import { plainCall } from './call.fixture.ts';
import { type Routed, router } from './router.ts';

const answer: RawResponse = { result: { content: [] } };

/** A session that answers at once, and the lease on it. */
function session() {
  const release = vi.fn();
  const open = vi.fn((_method: string, _params: JsonObject | undefined, _options?: CallOptions) => ({
    response: Promise.resolve(answer),
    cancel: () => {},
  }));
  const held = { closed: false, open };
  return { held, open, lease: { held, release } satisfies Lease<typeof held>, release };
}

/** An upstream whose session is there when the test says so. */
function upstream() {
  const leased = session();
  let serve = () => {};
  const acquired = new Promise<typeof leased.lease>(resolve => {
    serve = () => resolve(leased.lease);
  });
  const routed = {
    acquire: () => acquired,
    steady: () => acquired,
    answered: vi.fn(),
    failed: vi.fn(),
  } satisfies Routed;
  return { ...leased, routed, serve, route: router(() => routed) };
}

test('what was sent is answered, told and released', async () => {
  const { route, serve, routed, release, open } = upstream();
  const call = plainCall();
  const response = route(call);
  serve();
  expect(await response).toBe(answer);
  expect(open).toHaveBeenCalledExactlyOnceWith('tools/call', { name: 't' }, expect.anything());
  expect([routed.answered, routed.failed, release].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
});

test('a call that was cancelled when its session came is not sent, and the session goes back', async () => {
  const { route, serve, routed, release, open } = upstream();
  const call = plainCall();
  const response = route(call);
  serve();
  const reason = new Error('not wanted any more');
  call.context.cancellation.cancel(reason);
  await expect(response).rejects.toBe(reason);
  expect(open).not.toHaveBeenCalled();
  expect(release).toHaveBeenCalledTimes(1);
  expect(routed.failed).toHaveBeenCalledExactlyOnceWith(reason, expect.anything(), call.context.cancellation);
});

test('while it waits for a session the silence of the server does not count', async () => {
  const { route, serve } = upstream();
  const clock = { pause: vi.fn(), resume: vi.fn(), asked: false };
  const response = route({ ...plainCall(), clock });
  expect([clock.pause, clock.resume].map(({ mock }) => mock.calls.length)).toEqual([1, 0]);
  serve();
  await response;
  expect(clock.resume).toHaveBeenCalledTimes(1);
});

test('a server that there is not is named', async () => {
  await expect(router(() => undefined)(plainCall())).rejects.toMatchObject({ code: 'UNKNOWN_SERVER' });
});
