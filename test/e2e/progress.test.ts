// Progress passes in order, under the client's own token, and the last tick before a result is not lost.
import { describe, expect } from 'vitest';
import { execRaw, fixture, type Place, test, type Wire } from './harness.ts';

const servers = { progress: fixture('progress'), modern: fixture('modern-stdio') };
const runs = 20;
const steps = 5;

async function wireOf(place: Place, era: 'legacy' | 'modern', transport: string): Promise<Wire> {
  if (transport === 'stdio') return place.rawStdio(era, place.stdioCommand(servers));
  return place.rawHttp(era, (await place.serve(servers)).url);
}

describe.each(['legacy', 'modern'] as const)('a %s client', era => {
  test.for(['stdio', 'HTTP'])(`hears every tick over %s, ${runs} times`, async (transport, { place }) => {
    const wire = await wireOf(place, era, transport);
    for (const server of ['progress', 'modern']) {
      for (let run = 1; run <= runs; run++) {
        const progressToken = `${server} ${run}`;
        await execRaw(wire, `${server}.work`, { steps, ms: 1 }, { progressToken });
        const heard = wire.notifications.filter(({ params }) => params?.['progressToken'] === progressToken);
        const expected = Array.from({ length: steps }, (_, index) => ({
          progressToken,
          progress: index + 1,
          total: steps,
          message: `step ${index + 1} of ${steps}`,
        }));
        expect(heard.map(({ params }) => params)).toEqual(expected);
      }
    }
  });

  test('is told nothing of progress that it has not asked for', async ({ place }) => {
    const wire = await wireOf(place, era, 'stdio');
    await execRaw(wire, 'progress.work', { steps, ms: 1 });
    expect(wire.notifications.filter(({ method }) => method === 'notifications/progress')).toEqual([]);
  });
});

test('a long silence is not fatal as long as progress is made, and is when there is none', async ({
  place,
}) => {
  const limited = { ...servers, progress: { ...fixture('progress'), timeoutMs: 400 } };
  const client = await place.stdio('v1', limited);
  expect(await client.text('progress.work', { steps: 10, ms: 100, lastTogether: false })).toBe(
    '10 steps done',
  );
  expect(await client.text('progress.work', { steps: 2, ms: 3_000 })).toContain('said nothing for 0.4 s');
});
