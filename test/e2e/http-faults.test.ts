// Servers behind HTTP that answer for ever without an end, or that forget whom they know.
import { describe, expect, vi } from 'vitest';
import { errorOf, fixture, kinds, type McpClient, type Place, test, textOf } from './harness.ts';

const soon = { timeout: 5_000, interval: 20 };

describe('an answer that never ends', () => {
  test.for(['bytes', 'comments', 'logs'])(
    '%s are no progress: timeoutMs ends the call',
    async (tool, { place }) => {
      const client = await trickling(place, { timeoutMs: 400 });
      await ends(client, `slow.${tool}`, 'said nothing for 0.4 s');
    },
  );

  test('progress keeps the call alive, but maxTotalMs ends it', async ({ place }) => {
    const client = await trickling(place, { timeoutMs: 5_000, maxTotalMs: 700 });
    const heard: number[] = [];
    const result = await client.exec(
      'slow.progress',
      {},
      { onprogress: ({ progress }) => heard.push(progress) },
    );
    expect(textOf(result)).toContain('was not done after 0.7 s');
    expect(heard.length).toBeGreaterThan(1);
    await vi.waitFor(async () => expect(await client.text('slow.open')).toBe('0'), soon);
  });

  test('is given up at the server when its client gives it up', async ({ place }) => {
    const client = await trickling(place, {});
    const given = new AbortController();
    const calls = ['bytes', 'comments'].map(tool =>
      client.exec(`slow.${tool}`, {}, { signal: given.signal }),
    );
    await vi.waitFor(async () => expect(await client.text('slow.open')).toBe('2'), soon);
    given.abort();
    for (const call of calls) await expect(call).rejects.toThrow();
    await vi.waitFor(async () => expect(await client.text('slow.open')).toBe('0'), soon);
  });
});

describe('a session that the server has forgotten', () => {
  test.for(kinds)('is renewed once, and no call is lost or made twice: %s', async (kind, { place }) => {
    const client = await forgetful(place, kind);
    expect(await client.text('memo.echo', { message: 'before' })).toBe('before');
    const before = await counts(client);
    await client.text('memo.forget');
    expect(await client.text('memo.echo', { message: 'after' })).toBe('after');
    expect(await counts(client)).toEqual({ initialized: before.initialized + 1, echoed: 2 });
  });

  test.for(['client', 'shared'])(
    'is renewed once for all calls that come together: %s',
    async (isolation, { place }) => {
      const client = await forgetful(place, 'v1', { isolation, pool: { max: 1 } });
      const before = await counts(client);
      await client.text('memo.forget');
      const messages = Array.from({ length: 20 }, (_, index) => `message ${index}`);
      const answers = await Promise.all(messages.map(message => client.text('memo.echo', { message })));
      expect(answers).toEqual(messages);
      expect(await counts(client)).toEqual({ initialized: before.initialized + 1, echoed: 20 });
    },
  );

  test('at every call, for ever, is one clear error and no endless loop', async ({ place }) => {
    const client = await forgetful(place, 'v1');
    const before = await counts(client);
    const refused = await client.exec('memo.refused');
    expect(errorOf(refused)).toMatchObject({ code: 'UPSTREAM_LOST', retryable: true });
    expect(textOf(refused)).toContain('the server has forgotten the session');
    const after = await counts(client);
    expect(after.initialized - before.initialized).toBeLessThanOrEqual(2); // for the second attempt, and for these counts
  });
});

async function trickling(place: Place, settings: object): Promise<McpClient> {
  const { url } = await place.fixtureHttp('trickles-http');
  return place.stdio('v1', { slow: { url, ...settings }, echo: fixture('echo') });
}

/** The call fails with a timeout, its answer is not read any more, and its place is free. */
async function ends(client: McpClient, tool: string, reason: string): Promise<void> {
  const result = await client.exec(tool);
  expect(errorOf(result)).toMatchObject({ code: 'CALL_TIMEOUT' });
  expect(textOf(result)).toContain(reason);
  await vi.waitFor(async () => expect(await client.text('slow.open')).toBe('0'), soon);
}

async function forgetful(place: Place, kind: (typeof kinds)[number], settings = {}): Promise<McpClient> {
  const { url } = await place.fixtureHttp('forgets-session');
  return place.stdio(kind, { memo: { url, ...settings } });
}

async function counts(client: McpClient): Promise<{ initialized: number; echoed: number }> {
  return JSON.parse(await client.text('memo.counts')) as { initialized: number; echoed: number };
}
