// Clients that do not read what they asked for: our memory stays what it is, and others are served meanwhile.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { residentMb } from '../fixtures/start.ts';
import { envelope, execRaw, fixture, type Gateway, type Place, test } from './harness.ts';

const floodMb = 300;
/** More than the gateway takes for anything else, and far less than it would take to keep all that was sent. */
const roomMb = 150;
const ticks = `${floodMb * 16} ticks`;
const patience = { timeout: 30_000, interval: 50 };

describe('a client that does not read', () => {
  test.for(['legacy', 'modern'] as const)(
    'misses progress, but not its answer: %s over HTTP',
    async (era, { place }) => {
      const gateway = await place.serve({ chatty: fixture('progress-flood'), echo: fixture('echo') });
      const wire = await place.rawHttp(era, gateway.url);
      await execRaw(wire, 'chatty.echo', { message: 'open' });
      const before = residentMb(gateway.pid);
      const response = await wire.post(flood(era));
      await vi.waitFor(async () => expect(await running(gateway)).toBe(0), patience);
      expect(residentMb(gateway.pid) - before).toBeLessThan(roomMb);
      await isServed(place, gateway);

      const text = await response.text();
      expect(text).toContain(ticks);
      expect(text.length).toBeLessThan((floodMb * 1024 * 1024) / 2);
    },
  );

  test('misses progress, but not its answer, over stdio', async ({ place }) => {
    const done = join(place.folder, 'done');
    const command = place.stdioCommand({ chatty: fixture('progress-flood', done) });
    const wire = await place.rawStdio('legacy', command);
    await execRaw(wire, 'chatty.echo', { message: 'open' });
    const before = residentMb(wire.pid);
    const { stdout } = wire.client.child;
    stdout.pause();
    const answer = wire.request('tools/call', flood('legacy').params);
    await vi.waitFor(() => expect(existsSync(done)).toBe(true), patience);
    expect(residentMb(wire.pid) - before).toBeLessThan(roomMb);
    stdout.resume();
    expect(JSON.stringify((await answer).result)).toContain(ticks);
  });

  test('does not keep others waiting, and has a large answer whole in the end', async ({ place }) => {
    const gateway = await place.serve({
      huge: { ...fixture('huge-result'), resultTokens: 0 },
      echo: fixture('echo'),
    });
    const wire = await place.rawHttp('modern', gateway.url);
    const response = await wire.post(call('modern', 'huge.huge', { mb: 50 }));
    await isServed(place, gateway);
    expect((await response.text()).length).toBeGreaterThan(50 * 1024 * 1024);
  });
});

function flood(era: 'legacy' | 'modern') {
  return call(era, 'chatty.flood', { mb: floodMb }, { progressToken: 'p' });
}

function call(era: 'legacy' | 'modern', tool: string, given: object, meta: object = {}) {
  const _meta = { ...meta, ...(era === 'modern' && envelope()) };
  return {
    jsonrpc: '2.0',
    id: 'slow',
    method: 'tools/call',
    params: { name: 'exec', arguments: { tool, arguments: given }, _meta },
  };
}

async function isServed(place: Place, gateway: Gateway): Promise<void> {
  const other = await place.rawHttp('modern', `${gateway.url}?client=other`);
  const { result } = await execRaw(other, 'echo.echo', { message: 'served' });
  expect(result).toMatchObject({ content: [{ text: 'served' }] });
}

/** How many calls the gateway has under way. */
async function running(gateway: Gateway): Promise<number> {
  const { servers } = (await gateway.health()) as unknown as { servers: { calls: { running: number } }[] };
  return servers.reduce((sum, { calls }) => sum + calls.running, 0);
}
