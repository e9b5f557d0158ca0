// Server processes that hang, or that grow: they are told from slow ones, replaced, and never in the middle of a call.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { alive } from '../fixtures/start.ts';
import { errorOf, fixture, type Gateway, test, textOf } from './harness.ts';

const patience = { timeout: 20_000, interval: 50 };

interface Report {
  name: string;
  health: { ok?: boolean; at?: string; by?: string; reason?: string; breaker: { state: string } };
  pool: { discarded: Record<string, number> };
}

async function reportOf(gateway: Gateway, server: string): Promise<Report> {
  const { servers } = (await gateway.health()) as unknown as { servers: Report[] };
  return servers.find(({ name }) => name === server)!;
}

test('a server that has stopped to answer is found out without a call, left alone, and back when it answers', async ({
  place,
}) => {
  const frozen = join(place.folder, 'frozen');
  const health = { intervalMs: 200, timeoutMs: 300, threshold: 2 };
  const gateway = await place.serve({
    moody: { ...fixture('hangs-on-demand', frozen), health, connectTimeoutMs: 1_000 },
    echo: fixture('echo'),
  });
  const client = await place.http('v1', gateway.url);
  const pid = Number(await client.text('moody.whoami'));
  const breaker = async () => (await reportOf(gateway, 'moody')).health.breaker.state;
  expect(await breaker()).toBe('closed');

  const frozenAt = Date.now();
  writeFileSync(frozen, '');
  await vi.waitFor(async () => expect(await breaker()).toBe('open'), patience);
  const { at, ...told } = (await reportOf(gateway, 'moody')).health;
  expect(told).toMatchObject({ ok: false, reason: expect.stringMatching(/within \d/) });
  expect(Date.parse(at!)).toBeGreaterThan(frozenAt);
  const refused = await client.exec('moody.echo', { message: 'x' });
  expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(textOf(refused)).toMatch(/server "moody" is \w+: .* within \d/); // the check, or by now the attempt to start it
  expect(await client.text('echo.echo', { message: 'unhurt' })).toBe('unhurt');
  await vi.waitFor(() => expect(alive(pid)).toBe(false), patience);

  const listings = () => gateway.err.match(/moody: 2 tools listed/g)?.length ?? 0;
  const listed = listings();
  rmSync(frozen);
  await vi.waitFor(
    async () => expect(await client.text('moody.echo', { message: 'back' })).toBe('back'),
    patience,
  );
  expect(await breaker()).toBe('closed');
  await vi.waitFor(() => expect(listings()).toBeGreaterThan(listed), patience); // it may have other tools by now
});

test.for(['client', 'shared'])(
  'a process that hangs is replaced, although it is never without a call: %s',
  async (isolation, { place }) => {
    const health = { intervalMs: 200, timeoutMs: 300, threshold: 2 };
    const gateway = await place.serve({
      memo: { ...fixture('stateful'), isolation, pool: { max: 1 }, timeoutMs: 500, health },
    });
    const client = await place.http('v1', gateway.url);
    const pid = await client.text('memo.whoami');
    process.kill(Number(pid), 'SIGSTOP');
    let next = pid;
    const caller = async () => {
      while (next === pid) {
        const result = await client.exec('memo.whoami');
        if (errorOf(result) === undefined) next = textOf(result);
      }
    };
    const callers = [caller()];
    await delay(250);
    callers.push(caller()); // before the first has given up: the process is always at work
    await Promise.all(callers);
    await vi.waitFor(() => expect(alive(Number(pid))).toBe(false), patience);
  },
);

test('a server that exits at its start is not started again for every call', async ({ place }) => {
  const starts = join(place.folder, 'starts');
  const { command, args } = fixture('exits-at-start');
  const script = `echo started >> "${starts}"; exec "$0" "$@"`;
  const client = await place.stdio('v1', {
    dead: { command: '/bin/sh', args: ['-c', script, command, ...args] },
  });
  for (let call = 0; call < 30; call++) {
    const refused = await client.exec('dead.tool');
    expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    expect(textOf(refused)).toContain('exited with code 3');
  }
  const started = readFileSync(starts, 'utf8').match(/started/g)!.length;
  expect(started).toBeGreaterThanOrEqual(4); // at first, and for the first call, in both eras
  expect(started).toBeLessThan(30); // and by itself, later and later
});

test('a process that has grown too large is replaced, when its calls have ended and not before', async ({
  place,
}) => {
  const gateway = await place.serve({
    big: { ...fixture('grows'), pool: { maxMemoryMb: 200 } },
    small: { ...fixture('grows'), pool: { maxMemoryMb: 200 } },
  });
  const client = await place.http('v1', gateway.url);
  const small = await client.text('small.whoami');
  const grown = await client.text('big.grow', { mb: 250 });
  const waiting = client.text('big.wait');
  await vi.waitFor(async () => expect(await client.text('big.whoami')).not.toBe(grown), patience);
  expect(alive(Number(grown))).toBe(true);
  expect((await reportOf(gateway, 'big')).pool.discarded).toEqual({});

  process.kill(Number(grown), 'SIGUSR2');
  expect(await waiting).toBe(grown);
  await vi.waitFor(() => expect(alive(Number(grown))).toBe(false), patience);
  expect((await reportOf(gateway, 'big')).pool.discarded).toEqual({ unfit: 1 });
  expect(await client.text('small.whoami')).toBe(small);
});
