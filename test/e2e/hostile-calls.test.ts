// Calls that go wrong: only the call fails, and its error says what happened.
import { describe, expect, vi } from 'vitest';
import { alive, commandOf } from '../fixtures/start.ts';
import { errorOf, fixture, gone, kinds, test, textOf } from './harness.ts';

describe('a server that exits during a call', () => {
  test.for(kinds)('fails that call alone, says why, and is back at the next: %s', async (kind, { place }) => {
    const client = await place.stdio(kind, { dies: fixture('exits-during-call'), echo: fixture('echo') });
    const [died, other] = await Promise.all([
      client.exec('dies.die'),
      client.text('echo.echo', { message: 'unhurt' }),
    ]);
    expect(other).toBe('unhurt');
    expect(errorOf(died)).toMatchObject({ code: 'UPSTREAM_LOST', retryable: true });
    for (const part of [
      '"dies"',
      'exited with code 7',
      'panic: out of luck',
      'may or may not have taken effect',
    ])
      expect(textOf(died)).toContain(part);
    expect(await client.text('dies.echo', { message: 'again' })).toBe('again');
  });

  test('settles all calls that were in flight', async ({ place }) => {
    const client = await place.stdio('v1', { hangs: fixture('hangs-in-call'), memo: fixture('stateful') });
    const pid = Number(await client.text('memo.whoami'));
    await client.text('hangs.echo', { message: 'open' });
    const hanging = Array.from({ length: 50 }, () => client.exec('hangs.hang'));
    await client.text('hangs.cancelled'); // all of them have arrived
    const victim = place
      .left()
      .find(other => other !== pid && other !== client.pid && commandOf(other).includes('hangs-in-call'))!;
    process.kill(victim, 'SIGKILL');
    const results = await Promise.all(hanging);
    expect(results.every(result => errorOf(result)?.['code'] === 'UPSTREAM_LOST')).toBe(true);
    expect(textOf(results[0]!)).toContain('was ended by SIGKILL');
    expect(await client.text('hangs.echo', { message: 'again' })).toBe('again');
    expect(Number(await client.text('memo.whoami'))).toBe(pid);
  });
});

test('a call without an answer for timeoutMs fails, and the upstream is told', async ({ place }) => {
  const client = await place.stdio('v1', { hangs: { ...fixture('hangs-in-call'), timeoutMs: 300 } });
  const result = await client.exec('hangs.hang');
  expect(errorOf(result)).toMatchObject({ code: 'CALL_TIMEOUT' });
  expect(textOf(result)).toContain('server "hangs" said nothing for 0.3 s');
  expect(JSON.parse(await client.text('hangs.cancelled'))).toEqual([
    { requestId: expect.any(Number), reason: expect.stringContaining('0.3 s') },
  ]);
});

test('progress keeps a call alive, but not beyond maxTotalMs', async ({ place }) => {
  const client = await place.stdio('v1', {
    work: { ...fixture('progress'), timeoutMs: 5_000, maxTotalMs: 500 },
  });
  const text = await client.text('work.work', { steps: 100, ms: 50 });
  expect(text).toContain('was not done after 0.5 s');
});

test('a stream that ends without an answer fails the call at once, after its progress', async ({ place }) => {
  const { url } = await place.fixtureHttp('broken-http', 'dead-stream');
  const client = await place.stdio('v1', { dead: { url } });
  const heard: number[] = [];
  const result = await client.exec(
    'dead.echo',
    { message: 'x' },
    { onprogress: ({ progress }) => heard.push(progress) },
  );
  expect(errorOf(result)).toMatchObject({ code: 'UPSTREAM_LOST' });
  expect(textOf(result)).toContain('without an answer');
  expect(heard).toEqual([1]);
});

describe('a result larger than is read', () => {
  test('fails with what it was, the connection stays, and the gateway answers meanwhile', async ({
    place,
  }) => {
    const gateway = await place.serve({ huge: fixture('huge-result') });
    const client = await place.http('v2 modern', gateway.url);
    await client.text('huge.echo', { message: 'open' });
    const call = client.exec('huge.huge', { mb: 100 });
    let settled = false;
    const watch = call.finally(() => {
      settled = true;
    });
    let asked = 0;
    while (!settled) {
      expect((await gateway.health()).status).toBe('alive');
      asked++;
    }
    const result = await watch;
    expect(asked).toBeGreaterThan(1);
    expect(errorOf(result)).toMatchObject({ code: 'RESULT_TOO_LARGE' });
    expect(textOf(result)).toContain('the answer has 100 MB or more');
    expect(await client.text('huge.echo', { message: 'still there' })).toBe('still there');
  });

  test('comes through when it is just below the limit', async ({ place }) => {
    const gateway = await place.serve({ huge: { ...fixture('huge-result'), resultTokens: 0 } });
    const client = await place.http('v2 modern', gateway.url);
    const { content } = await client.exec('huge.huge', { mb: 20 });
    expect(content[0]!.text!.length).toBe(20 * 1024 * 1024);
  });

  test('a line without end is dropped, and the calls after it work', async ({ place }) => {
    const client = await place.stdio('v1', { flood: fixture('stdout-flood') });
    await client.exec('flood.flood', { mb: 80 });
    expect(await client.text('flood.echo', { message: 'dry again' })).toBe('dry again');
  });
});

describe('a result nested deeper than can be written', () => {
  test.for(kinds)('is an error, and the connection stays: %s over HTTP', async (kind, { place }) => {
    const client = await place.http(kind, (await place.serve({ huge: fixture('huge-result') })).url);
    await expect(answerOrError(client.exec('huge.deep', { depth: 10_000 }))).resolves.toMatch(
      /deep|stack|too/i,
    );
    expect(await client.text('huge.echo', { message: 'still there' })).toBe('still there');
  });

  test('is an error over stdio as well', async ({ place }) => {
    const client = await place.stdio('v2 legacy', { huge: fixture('huge-result') });
    await expect(answerOrError(client.exec('huge.deep', { depth: 50_000 }))).resolves.toMatch(
      /deep|stack|too/i,
    );
    expect(await client.text('huge.echo', { message: 'still there' })).toBe('still there');
  });

  test('comes through where it is only a hundred deep', async ({ place }) => {
    const client = await place.stdio('v1', { huge: fixture('huge-result') });
    const { structuredContent } = await client.exec('huge.deep', { depth: 100 });
    expect(JSON.stringify(structuredContent)).toBe(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`);
  });
});

describe('a storm of list_changed', () => {
  test('lists once a second at most, and tells our client once for each list at most', async ({ place }) => {
    const gateway = await place.serve({ storm: fixture('list-changed-storm', '200', '3') });
    const client = await place.http('v1', gateway.url);
    await gateway.listed('storm');
    const started = performance.now();
    const newest = async () =>
      Number(/storm\.tick_(\d+)/.exec(await client.inspect({ server: 'storm' }))?.[1]);
    await vi.waitFor(() => expect(performance.now() - started).toBeGreaterThan(4_500), 20_000);
    const lists = await newest();
    expect(lists).toBeGreaterThan(1);
    expect(lists).toBeLessThanOrEqual(Math.ceil((performance.now() - started) / 1000) + 2);
    expect(client.changes.count).toBeGreaterThan(0);
    expect(client.changes.count).toBeLessThanOrEqual(lists);
  });

  test('ends with the newest list', async ({ place }) => {
    const gateway = await place.serve({ storm: fixture('list-changed-storm', '50', '1') });
    await gateway.listed('storm');
    const client = await place.http('v1', gateway.url);
    await vi.waitFor(
      async () => expect(await client.inspect({ server: 'storm' })).not.toContain('storm.tick_1('),
      20_000,
    );
  });
});

describe('a wrapper that leaves children behind', () => {
  const { command, args } = fixture('grandchild', 'child');
  const wrappers = {
    sh: fixture('grandchild.sh', 'child'),
    npx: { command: 'npx', args: ['--offline', '-c', [command, ...args].join(' ')] },
  };

  test.for(['sh', 'npx'] as const)('takes its whole family with it: %s', async (wrapper, { place }) => {
    const client = await place.stdio('v1', { wrapped: wrappers[wrapper] });
    const { pid, ppid, child } = JSON.parse(await client.text('wrapped.pids')) as Record<string, number>;
    const family = [pid!, ppid!, child!];
    expect(family.every(alive)).toBe(true);
    await client.close();
    await gone(family, 20_000);
  });
});

/** The text of a result or of a JSON-RPC error: either is an answer. */
async function answerOrError(call: Promise<Parameters<typeof textOf>[0]>): Promise<string> {
  return call.then(textOf, error => String(error));
}
