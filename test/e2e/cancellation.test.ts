// A call that a client gives up is given up at the upstream, within 250 ms; the ceiling is ten times that. That each SDK's
// client can do so by its signal is in the matrix.
import { describe, expect, vi } from 'vitest';
import {
  execRaw,
  fixture,
  type Gateway,
  type Place,
  type ToolResult,
  test,
  textOf,
  type Wire,
} from './harness.ts';

const ceiling = { timeout: 2_500, interval: 10 };
const servers = { hangs: fixture('hangs-in-call'), modern: fixture('modern-stdio') };

/** For each upstream: the call that does not end, and how it shows what it was told. */
const upstreams = {
  hangs: { hang: 'hangs.hang', told: /"requestId":\d+/ },
  modern: { hang: 'modern.slow', told: /^1$/ },
} as const;
const names = ['hangs', 'modern'] as const;

type Exec = (tool: string) => Promise<string>;

/** Starts the call that hangs, and gives it up once the upstream must have it. */
async function giveUp(
  name: (typeof names)[number],
  exec: Exec,
  start: () => { stop: () => Promise<unknown> },
) {
  await exec(`${name}.cancelled`); // the connection is open
  const { stop } = start();
  for (let turn = 0; turn < 3; turn++) await exec(`${name}.cancelled`); // what was sent before has arrived
  expect(await exec(`${name}.cancelled`)).toMatch(/^(\[\]|0)$/);
  await stop();
  await vi.waitFor(
    async () => expect(await exec(`${name}.cancelled`)).toMatch(upstreams[name].told),
    ceiling,
  );
}

describe.each(['legacy', 'modern'] as const)('a %s client over HTTP', era => {
  test.for(names)('cancels a call of upstream %s by closing the stream', async (name, { place }) => {
    const wire = await httpWire(place, era);
    await giveUp(
      name,
      tool => say(wire, tool),
      () => {
        const controller = new AbortController();
        const params = { name: 'exec', arguments: { tool: upstreams[name].hang } };
        const call = wire.request('tools/call', params, controller.signal);
        const stop = async () => {
          controller.abort();
          await expect(call).rejects.toThrow();
        };
        return { stop };
      },
    );
  });

  test('frees its place by closing the stream of a call, be it one that runs or one that waits', async ({
    place,
  }) => {
    const gateway = await place.serve({ hangs: { ...servers.hangs, concurrency: 1, queue: 1 } });
    const wire = await place.rawHttp(era, gateway.url);
    const hang = () => {
      const controller = new AbortController();
      const params = { name: 'exec', arguments: { tool: 'hangs.hang' } };
      const call = wire.request('tools/call', params, controller.signal);
      const leave = async () => {
        controller.abort();
        await expect(call).rejects.toThrow();
      };
      return { leave };
    };
    const runs = hang();
    await reaches(gateway, { running: 1, waiting: 0 });
    const waits = hang();
    await reaches(gateway, { running: 1, waiting: 1 });
    await waits.leave();
    await reaches(gateway, { running: 1, waiting: 0 });
    await runs.leave();
    await reaches(gateway, { running: 0, waiting: 0 });
    expect(JSON.parse(await say(wire, 'hangs.cancelled'))).toHaveLength(1); // the other was never sent
  });
});

test('a 2025 client over HTTP cancels by notification, and the call’s stream ends without an answer', async ({
  place,
}) => {
  const wire = await httpWire(place, 'legacy');
  await giveUp(
    'hangs',
    tool => say(wire, tool),
    () => {
      const requestId = wire.nextId;
      const call = wire.request('tools/call', { name: 'exec', arguments: { tool: 'hangs.hang' } });
      const stop = async () => {
        await wire.notify('notifications/cancelled', { requestId, reason: 'enough' });
        await expect(call).rejects.toThrow('HTTP status 200 and no answer');
      };
      return { stop };
    },
  );
});

test('the reason that a client gives reaches the upstream', async ({ place }) => {
  const wire = await place.rawStdio('legacy', place.stdioCommand(servers));
  await say(wire, 'hangs.echo', { message: 'open' });
  const requestId = wire.client.post('tools/call', { name: 'exec', arguments: { tool: 'hangs.hang' } });
  await say(wire, 'hangs.echo', { message: 'arrived' });
  wire.client.notify('notifications/cancelled', { requestId, reason: 'changed my mind' });
  await vi.waitFor(
    async () => expect(await say(wire, 'hangs.cancelled')).toContain('changed my mind'),
    ceiling,
  );
  expect(wire.client.messages.filter(({ id }) => id === requestId)).toEqual([]); // a cancelled call is not answered
});

async function reaches(gateway: Gateway, calls: { running: number; waiting: number }): Promise<void> {
  await vi.waitFor(async () => expect((await gateway.health()).servers).toMatchObject([{ calls }]), ceiling);
}

async function httpWire(place: Place, era: 'legacy' | 'modern') {
  return place.rawHttp(era, (await place.serve(servers)).url);
}

async function say(wire: Wire, tool: string, given = {}): Promise<string> {
  const { result } = await execRaw(wire, tool, given);
  return textOf(result as unknown as ToolResult);
}
