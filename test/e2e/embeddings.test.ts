// Search by meaning: an endpoint for embeddings beside the words.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { fixture, type Gateway, type McpClient, type Place, test } from './harness.ts';

const servers = { echo: fixture('echo') };
/** A query that shares no word with the tool that adds numbers; the endpoint knows that it means as much. */
const holiday = { query: ['holiday'] };

async function endpoint(place: Place, more: Record<string, unknown> = {}) {
  const { url, stop } = await place.fixtureHttp('embeddings');
  const settings = { url, model: 'm', timeoutMs: 5_000, ...more };
  const heard = async () => (await fetch(`${url}/heard`)).json() as Promise<Record<string, unknown>>;
  const answerAs = (model: string | null) =>
    fetch(`${url}/as`, { method: 'POST', body: JSON.stringify({ model }) });
  return { gateway: { search: { embeddings: settings } }, heard, answerAs, stop };
}

const finds = (client: McpClient) =>
  vi.waitFor(async () => expect(await client.inspect(holiday)).toMatch(/^echo\.add\(/), { timeout: 10_000 });

const reportOf = async (gateway: Gateway) =>
  ((await gateway.health()) as unknown as { embeddings: Record<string, unknown> }).embeddings;

describe('with an endpoint', () => {
  test('a tool is found that has none of the words; without one it is not', async ({ place }) => {
    const { gateway } = await endpoint(place);
    expect(await (await place.stdio('v1', servers)).inspect(holiday)).toMatch(/^No tool found/);
    const client = await place.stdio('v1', servers, { gateway });
    await finds(client);
    expect(await client.inspect({ ...holiday, server: 'echo' })).toMatch(/^echo\.add\(/);
  });

  test('its vectors are kept, and the key is shown nowhere', async ({ place }) => {
    const { gateway, heard } = await endpoint(place, { apiKey: '${env:EMBEDDINGS_KEY}' });
    const env = { EMBEDDINGS_KEY: 'sk-CANARY-embeddings' };
    const first = await place.serve(servers, { gateway, env });
    await finds(await place.http('v1', first.url));
    expect(await reportOf(first)).toEqual({ state: 'working', vectors: 2, waiting: 0 });
    await first.stop();
    const asked = await heard();
    expect(asked).toMatchObject({ authorization: 'Bearer sk-CANARY-embeddings', texts: ['holiday'] });
    const second = await place.serve(servers, { gateway, env });
    await finds(await place.http('v1', second.url));
    expect(await heard()).toMatchObject({ requests: (asked['requests'] as number) + 1, texts: ['holiday'] });
    expect(place.files().filter(file => file.endsWith('.vectors'))).toHaveLength(1);
    const shown = [first.out, first.err, second.out, second.err, JSON.stringify(await second.health())];
    for (const text of shown) expect(text).not.toContain('CANARY');
  });

  test('that breaks, search goes on by words; that is told once, and in the health', async ({ place }) => {
    const { gateway, answerAs } = await endpoint(place);
    const running = await place.serve(servers, { gateway });
    const client = await place.http('v1', running.url);
    await finds(client);
    await answerAs('broken');
    for (let search = 0; search < 5; search++) {
      expect(await client.inspect({ query: [`add numbers ${search}`] })).toMatch(/^echo\.add\(/);
    }
    await running.says('does not work: HTTP status 500');
    expect(running.err.match(/search goes on by words alone/g)).toHaveLength(1);
    expect(await reportOf(running)).toMatchObject({
      state: 'failing',
      reason: expect.stringContaining('out of memory'),
    });
  });

  test('that is slow, search answers in time', async ({ place }) => {
    const { gateway, answerAs } = await endpoint(place, { timeoutMs: 200 });
    const client = await place.stdio('v1', servers, { gateway });
    await finds(client);
    await answerAs('slow');
    const started = performance.now();
    expect(await client.inspect({ query: ['add numbers'] })).toMatch(/^echo\.add\(/);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test('it is switched on and off while the gateway runs', async ({ place }) => {
    const { gateway } = await endpoint(place);
    const running = await place.serve(servers);
    const client = await place.http('v1', running.url);
    expect(await client.inspect(holiday)).toMatch(/^No tool found/);
    const change = (more: object) =>
      writeFileSync(join(place.folder, 'mcpx.json'), JSON.stringify({ mcpServers: servers, ...more }));
    change({ gateway });
    await finds(client);
    change({});
    await vi.waitFor(async () => expect(await client.inspect(holiday)).toMatch(/^No tool found/), {
      timeout: 10_000,
    });
  });
});

describe('eval', () => {
  const written = (place: Place, name: string, lines: object[]) => {
    const file = join(place.folder, name);
    writeFileSync(file, lines.map(line => JSON.stringify(line)).join('\n'));
    return file;
  };
  const mrr = async (place: Place, file: string, config: string) => {
    const { code, out, err } = await place.run(['eval', file, '--json', '--config', config]);
    return { code, err, mrr: JSON.parse(out).mrr as number };
  };

  test('measures it, on the configured servers and on a set of its own', async ({ place }) => {
    const { gateway, stop } = await endpoint(place);
    const config = place.write(servers, { gateway });
    const own = written(place, 'own.jsonl', [{ query: 'holiday', gold: ['echo.add'] }]);
    expect(await mrr(place, own, place.write(servers))).toMatchObject({ code: 0, mrr: 0 });
    expect(await mrr(place, own, config)).toMatchObject({ code: 0, mrr: 1 });
    written(place, 's.tools.jsonl', [
      { server: 'a', name: 'book', description: 'Books a vacation' },
      { server: 'b', name: 'send', description: 'Sends a mail' },
    ]);
    const set = written(place, 's.queries.jsonl', [{ query: 'holiday', gold: ['a.book'] }]);
    expect(await mrr(place, set, config)).toMatchObject({ code: 0, mrr: 1 });
    expect(JSON.parse((await place.run(['eval', set, '--json'])).out).mrr).toBe(0);
    await stop();
    const without = await mrr(place, set, config);
    expect(without).toMatchObject({ code: 1, mrr: 0 });
    expect(without.err).toContain('these numbers are of words alone');
  });
});
