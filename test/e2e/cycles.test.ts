// Clients come, call and go, hundreds of times, in every way there is: nothing of them stays.
import { expect, vi } from 'vitest';
import { execRaw, fixture, type Gateway, type Place, preloaded, test } from './harness.ts';

const width = 8;

test('hundreds of clients that come and go leave no process, file, timer or listener', {
  timeout: 120_000,
}, async ({ place }) => {
  const { url } = await place.fixtureHttp('legacy-http');
  const servers = { local: fixture('hangs-in-call'), remote: { url } };
  const gateway = await place.serve(servers, {
    gateway: { sessionIdleMs: 1_500 },
    defaults: { pool: { idleMs: 200 } },
    env: preloaded('held'),
  });
  await round(place, gateway, 3);
  await quiet(gateway);
  const before = await held(gateway);
  expect(before['timers']).toBeGreaterThan(0);

  await round(place, gateway, 50);
  await quiet(gateway);
  await vi.waitFor(
    async () => {
      const after = Object.entries(await held(gateway));
      expect(after.filter(([name, count]) => count > (before[name] ?? 0))).toEqual([]);
    },
    { timeout: 20_000, interval: 500 },
  );
  expect(gateway.err).not.toContain('MaxListeners');
});

/** Six clients for each turn: two eras, two servers, and two that leave in the middle of a call. */
async function round(place: Place, gateway: Gateway, turns: number): Promise<void> {
  const visits = Array.from({ length: turns }, (_, turn) => [
    () => comes(place, gateway, 'legacy', 'local.echo', turn),
    () => comes(place, gateway, 'legacy', 'remote.echo', turn),
    () => comes(place, gateway, 'modern', 'local.echo', turn),
    () => comes(place, gateway, 'modern', 'remote.echo', turn),
    () => breaksOff(place, gateway, 'legacy', 'local.hang', turn),
    () => breaksOff(place, gateway, 'modern', 'remote.slow', turn),
  ]).flat();
  const next = async () => {
    for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) await visit();
  };
  await Promise.all(Array.from({ length: width }, next));
}

type Era = 'legacy' | 'modern';

const arriving = (place: Place, { url }: Gateway, era: Era, turn: number) =>
  place.rawHttp(era, `${url}?client=${era}-${turn}`, { connection: 'close' });

async function comes(place: Place, gateway: Gateway, era: Era, tool: string, turn: number): Promise<void> {
  const wire = await arriving(place, gateway, era, turn);
  const { result } = await execRaw(wire, tool, { message: `turn ${turn}` });
  expect(result).toMatchObject({ content: [{ text: `turn ${turn}` }] });
  if (era === 'legacy') await (await wire.delete()).arrayBuffer();
}

async function breaksOff(
  place: Place,
  gateway: Gateway,
  era: Era,
  tool: string,
  turn: number,
): Promise<void> {
  const wire = await arriving(place, gateway, era, turn);
  const call = execRaw(wire, tool).catch(() => 'broken off');
  await new Promise(resolve => setTimeout(resolve, turn)); // at any moment
  wire.end();
  expect(await call).toBe('broken off');
}

/** All clients have left, and all servers' processes have ended. */
async function quiet(gateway: Gateway): Promise<void> {
  await vi.waitFor(
    async () => {
      const { servers } = (await gateway.health()) as unknown as {
        servers: { pool: object; calls: object }[];
      };
      for (const { pool, calls } of servers) {
        expect(pool).toMatchObject({ total: 0, opening: 0, waiting: 0 });
        expect(calls).toEqual({ running: 0, waiting: 0 });
      }
      expect(gateway.children()).toHaveLength(1); // the watchdog
    },
    { timeout: 30_000, interval: 100 },
  );
}

/** What the gateway says that it holds. */
async function held(gateway: Gateway): Promise<Record<string, number>> {
  const said = () => [...gateway.err.matchAll(/^held (.*)$/gm)];
  const count = said().length;
  gateway.child.kill('SIGUSR2');
  await vi.waitFor(() => expect(said().length).toBeGreaterThan(count), 5_000);
  return JSON.parse(said().at(-1)![1]!) as Record<string, number>;
}
