// Log messages of servers reach the client that calls, in the way of its era, and nobody else.
import { describe, expect } from 'vitest';
import { execRaw, fixture, type Place, test, type Wire } from './harness.ts';

const server = { logs: fixture('logs') };

/** The severities of the messages that one call brings. */
async function told(wire: Wire, meta?: Record<string, unknown>): Promise<unknown[]> {
  const before = wire.notifications.length;
  expect((await execRaw(wire, 'logs.work', {}, meta)).result).toMatchObject({
    content: [{ text: 'worked' }],
  });
  const news = wire.notifications.slice(before).filter(({ method }) => method === 'notifications/message');
  return news.map(({ params }) => params?.['level']);
}

const wires = {
  HTTP: async (place: Place, era: 'legacy' | 'modern') => place.rawHttp(era, (await place.serve(server)).url),
  stdio: (place: Place, era: 'legacy' | 'modern') => place.rawStdio(era, place.stdioCommand(server)),
};

describe.each(['HTTP', 'stdio'] as const)('over %s', transport => {
  test('a client of 2025 has all messages of its calls, and from the severity on that it sets', async ({
    place,
  }) => {
    const wire = await wires[transport](place, 'legacy');
    expect(await told(wire)).toHaveLength(8);
    expect(wire.notifications).toContainEqual(
      expect.objectContaining({
        params: { level: 'info', logger: 'worker', data: { step: 'info' }, extra: 1 },
      }),
    );
    expect(await wire.request('logging/setLevel', { level: 'error' })).toMatchObject({ result: {} });
    expect(await told(wire)).toEqual(['error', 'critical', 'alert', 'emergency']);
    expect((await wire.request('logging/setLevel', { level: 'loud' })).error).toMatchObject({ code: -32602 });
    expect(await told(wire)).toHaveLength(4);
  });

  test('a client of 2026 has none but those that a call asks for', async ({ place }) => {
    const wire = await wires[transport](place, 'modern');
    expect(await told(wire)).toEqual([]);
    const meta = { 'io.modelcontextprotocol/logLevel': 'alert' };
    expect(await told(wire, meta)).toEqual(['alert', 'emergency']);
    expect(await told(wire)).toEqual([]);
  });
});

test('nobody has the messages of another client’s calls, nor changes its severity', async ({ place }) => {
  const { url } = await place.serve(server);
  const [one, two] = [await place.rawHttp('legacy', url), await place.rawHttp('legacy', url)];
  await one.request('logging/setLevel', { level: 'emergency' });
  const [few, all] = await Promise.all([told(one), told(two)]);
  expect([few.length, all.length]).toEqual([1, 8]);
});

test('over a connection that is shared nobody has any', async ({ place }) => {
  const shared = { logs: { ...server.logs, isolation: 'shared' } };
  const wire = await place.rawHttp('legacy', (await place.serve(shared)).url);
  expect(await told(wire)).toEqual([]);
});
