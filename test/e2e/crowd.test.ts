// Many clients and few slots: everybody has their turn or is told so, and nobody feels another server's trouble.
import { describe, expect, vi } from 'vitest';
import {
  errorOf,
  execRaw,
  fixture,
  type Gateway,
  type Place,
  type ToolResult,
  test,
  textOf,
} from './harness.ts';

const clients = 1_000;
const slots = 10;
const patience = { timeout: 30_000, interval: 50 };

interface Calls {
  running: number;
  waiting: number;
}

describe('a thousand clients on ten slots', () => {
  test('are served in turn, ten at a time, each with its own answer; one too many is told at once', async ({
    place,
  }) => {
    const shared = { isolation: 'shared', pool: { max: 1 }, concurrency: slots, queue: clients - slots };
    const gateway = await place.serve({ crowd: { ...fixture('counts-running'), ...shared } });
    const say = speaking(place, gateway);
    const { pid } = await seen(say);
    const named = (count: number, name: string) =>
      Array.from({ length: count }, (_, index) => `${name} ${index}`);
    const waiting = clients - slots;
    const waves = [named(slots, 'holder'), named(waiting / 2, 'early'), named(waiting / 2, 'late')];

    const answers: Promise<ToolResult>[] = [];
    for (const [index, wave] of waves.entries()) {
      for (const name of wave) answers.push(say(name, index === 0 ? 'crowd.hold' : 'crowd.work', name));
      await reaches(gateway, 'crowd', { running: slots, waiting: answers.length - slots });
    }
    const refused = await say('one too many', 'crowd.work');
    expect(errorOf(refused)).toMatchObject({ code: 'SERVER_BUSY', retryable: true });
    expect(textOf(refused)).toContain('10 calls run and 990 wait; more are not accepted');

    process.kill(pid, 'SIGUSR2');
    expect((await Promise.all(answers)).map(textOf)).toEqual(waves.flat());
    const { most, order } = await seen(say);
    expect(most).toBe(slots);
    const turns = waves.map(wave => wave.map(name => order.indexOf(name)));
    for (const [before, after] of [turns.slice(0, 2), turns.slice(1)])
      expect(Math.max(...before!)).toBeLessThan(Math.min(...after!));
  }, 60_000);

  test('wait no longer than timeoutMs for a place', async ({ place }) => {
    const gateway = await place.serve({ busy: { ...fixture('progress'), concurrency: 1, timeoutMs: 500 } });
    const say = speaking(place, gateway);
    const running = say('first', 'busy.work', undefined, { steps: 40, ms: 50 });
    await reaches(gateway, 'busy', { running: 1, waiting: 0 });
    const late = await say('second', 'busy.echo');
    expect(errorOf(late)).toMatchObject({ code: 'SERVER_BUSY', retryable: true });
    expect(textOf(late)).toContain('no place was free for 0.5 s');
    expect(textOf(await running)).toBe('40 steps done');
  });
});

test.for(['call', 'client', 'shared'])(
  'while all slots of a server are stuck, another is as it always is: %s',
  async (isolation, { place }) => {
    const stuck = { ...fixture('hangs-in-call'), isolation, pool: { max: 2 }, concurrency: 2, queue: 20 };
    const gateway = await place.serve({ stuck, free: { ...fixture('echo'), isolation } });
    const say = speaking(place, gateway);
    const hog = await place.rawHttp('modern', `${gateway.url}?client=hog`);
    const hanging = Array.from({ length: 22 }, () => execRaw(hog, 'stuck.hang').catch(() => 'given up'));
    await reaches(gateway, 'stuck', { running: 2, waiting: 20 });
    const messages = Array.from({ length: 40 }, (_, index) => `message ${index}`);
    const answers = messages.map((message, index) => say(`client ${index % 8}`, 'free.echo', message));
    expect((await Promise.all(answers)).map(textOf)).toEqual(messages);
    expect(await callsOf(gateway, 'stuck')).toEqual({ running: 2, waiting: 20 });
    hog.end();
    expect(new Set(await Promise.all(hanging))).toEqual(new Set(['given up']));
    await reaches(gateway, 'stuck', { running: 0, waiting: 0 });
  },
);

type Say = ReturnType<typeof speaking>;

/** Calls a tool as the client of that name. */
function speaking(place: Place, gateway: Gateway) {
  return async (
    name: string,
    tool: string,
    message = 'x',
    given: object = { message },
  ): Promise<ToolResult> => {
    const wire = await place.rawHttp('modern', `${gateway.url}?client=${encodeURIComponent(name)}`);
    const { result } = await execRaw(wire, tool, { ...given });
    return result as unknown as ToolResult;
  };
}

async function seen(say: Say): Promise<{ pid: number; most: number; order: string[] }> {
  return JSON.parse(textOf(await say('who looks', 'crowd.seen', '', {})));
}

async function callsOf(gateway: Gateway, server: string): Promise<Calls> {
  const { servers } = (await gateway.health()) as unknown as { servers: { name: string; calls: Calls }[] };
  return servers.find(({ name }) => name === server)!.calls;
}

async function reaches(gateway: Gateway, server: string, calls: Calls): Promise<void> {
  await vi.waitFor(async () => expect(await callsOf(gateway, server)).toEqual(calls), patience);
}
