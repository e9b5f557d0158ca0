// What a gateway and its watchdog leave behind when both are killed, the next start ends; and nothing else.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { describe, expect, vi } from 'vitest';
import { alive, childrenOf, commandOf } from '../fixtures/start.ts';
import { execRaw, fixture, type Gateway, gone, type Place, type RawHttp, test } from './harness.ts';

const servers = { stubborn: fixture('ignores-sigterm'), wrapped: fixture('grandchild.sh', 'child') };

/** A sweep takes three seconds at most. */
const ceiling = 25_000;

vi.setConfig({ testTimeout: 90_000 }); // three families in one test, each with an end that may take that long

interface Family {
  gateway: Gateway;
  wire: RawHttp;
  /** Servers and what they have started. */
  pids: number[];
}

/** A gateway with a client that has called every server. */
async function family(place: Place): Promise<Family> {
  const gateway = await place.serve(servers);
  const wire = await place.rawHttp('legacy', gateway.url);
  await Promise.all(Object.keys(servers).map(server => gateway.listed(server)));
  for (const server of Object.keys(servers)) await say(wire, `${server}.pids`);
  const pids = below(gateway);
  expect(pids.length).toBeGreaterThanOrEqual(4); // the stubborn one; the wrapper, what it wraps, and what that starts
  return { gateway, wire, pids };
}

/** Servers and what they have started, at this moment. */
function below(gateway: Gateway): number[] {
  const all = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(all)];
  return gateway
    .children()
    .filter(pid => !isWatchdog(pid))
    .flatMap(all);
}

async function say(wire: RawHttp, tool: string): Promise<string> {
  const { result } = await execRaw(wire, tool, {});
  return (result!['content'] as { text: string }[])[0]!.text;
}

function isWatchdog(pid: number): boolean {
  return commandOf(pid).startsWith('/bin/sh -c trap ');
}

/** Stays when nobody ends it: it does not listen, or nobody tells it. */
function stays(pid: number): boolean {
  return /ignores-sigterm|^sleep/.test(commandOf(pid));
}

/** Kills the gateway together with its watchdog: nobody is left to clean up. Returns what it had started. */
async function killBoth(gateway: Gateway): Promise<{ leaving: number[]; staying: number[] }> {
  const watchdogs = gateway.children().filter(isWatchdog);
  expect(watchdogs).toHaveLength(1);
  const pids = below(gateway);
  const [leaving, staying] = [pids.filter(pid => !stays(pid)), pids.filter(stays)];
  process.kill(watchdogs[0]!, 'SIGKILL');
  gateway.child.kill('SIGKILL');
  await gateway.exit;
  await gone(watchdogs, ceiling);
  return { leaving, staying };
}

/**
 * What has survived the death of its gateway, and would go on to. Where a gateway of another test, which runs beside
 * this one, has swept meanwhile: once more.
 */
async function orphans(place: Place): Promise<number[]> {
  for (let attempt = 1; ; attempt++) {
    const { gateway } = await family(place);
    const { leaving, staying } = await killBoth(gateway);
    expect(staying.length).toBeGreaterThanOrEqual(2);
    await gone(leaving, ceiling); // at the end of their input
    await new Promise(resolve => setTimeout(resolve, 100)); // a watchdog would have been quicker
    const left = staying.filter(alive);
    if (left.length === staying.length) return left;
    await gone(left, ceiling);
    expect(attempt, 'nothing survives: this proves nothing').toBeLessThan(5);
  }
}

describe('what was left behind is ended', () => {
  test('by the next mcpx serve', async ({ place }) => {
    const left = await orphans(place);
    await place.serve({ echo: fixture('echo') });
    await gone(left, ceiling);
  });

  test('by mcpx stdio', async ({ place }) => {
    const left = await orphans(place);
    await place.rawStdio('legacy', place.stdioCommand({ echo: fixture('echo') }));
    await gone(left, ceiling);
  });

  test('by a command that ends by itself, before it does', async ({ place }) => {
    const left = await orphans(place);
    const { code } = await place.run(['doctor', '--config', place.write({ echo: fixture('echo') })]);
    expect(code).toBe(0);
    expect(left.filter(alive)).toEqual([]);
  });
});

test('two gateways never touch each other’s servers, whoever is killed and whoever starts', async ({
  place,
}) => {
  const living = await family(place);
  const left = await orphans(place);
  const third = await family(place);
  await gone(left, ceiling);
  expect([...living.pids, ...third.pids].filter(pid => !alive(pid))).toEqual([]);
  for (const server of Object.keys(servers)) {
    const { pid } = JSON.parse(await say(living.wire, `${server}.pids`)) as { pid: number };
    expect(living.pids, server).toContain(pid); // the same one as before
  }
});

describe('of processes that bear a marker', () => {
  /** A process of the kind that gateways start, with a marker of our making. */
  async function marked(place: Place, marker: string): Promise<ChildProcess & { pid: number }> {
    const env = place.env({ MCPX_OWNER: marker });
    const child = spawn('sleep', ['100'], { env, detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    const ended = once(child, 'exit');
    place.onClose(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return child as ChildProcess & { pid: number };
  }

  /** The marker of a gateway's servers, in parts. */
  function markerOf({ pids }: Family): { pid: string; start: number; namespace: string } {
    const environment = readFileSync(`/proc/${pids[0]}/environ`, 'utf8');
    const [, pid = '', start, namespace = ''] = /MCPX_OWNER=(\d+):(\d+):(\d+):\d+\0/.exec(environment) ?? [];
    return { pid, start: Number(start), namespace };
  }

  // A gateway in a test that runs beside this one may be quicker.
  test('only those are ended whose gateway is dead', { retry: 3 }, async ({ place }) => {
    const living = await family(place);
    const { pid, start, namespace } = markerOf(living);
    expect(pid).toBe(String(living.gateway.pid));
    const now = Math.round(uptime() * 100);
    const orphan = await marked(place, `${pid}:${start - 1}:${namespace}:${now - start}`); // the pid is another’s now
    const survivors = [
      await marked(place, `${pid}:${start}:${namespace}:${now - start}`),
      await marked(place, `${pid}:${start - 1}:1:${now - start}`),
      await marked(place, `${pid}:${start - 1_000}:${namespace}:0`), // in a session ten seconds younger than its server
      await marked(place, `${pid}:${start - 1}:${namespace}`),
      await marked(place, 'nobody'),
    ];
    await place.run(['doctor', '--config', place.write({ echo: fixture('echo') })]);
    await gone([orphan.pid], ceiling);
    expect(survivors.map(child => alive(child.pid))).toEqual(survivors.map(() => true));
    expect(living.pids.filter(alive)).toEqual(living.pids);
  });
});

test('every server bears the marker of its own gateway, whatever is configured or inherited', async ({
  place,
}) => {
  const gateway = await place.serve(
    {
      plain: fixture('environment'),
      configured: { ...fixture('environment'), env: { MCPX_OWNER: 'nobody' } },
      inheriting: { ...fixture('environment'), inheritEnv: true },
    },
    { env: { MCPX_OWNER: '1:2:3:4' } }, // it is behind another gateway itself
  );
  const wire = await place.rawHttp('legacy', gateway.url);
  for (const server of ['plain', 'configured', 'inheriting']) {
    const { env } = JSON.parse(await say(wire, `${server}.env`)) as { env: Record<string, string> };
    expect(env['MCPX_OWNER'], server).toMatch(new RegExp(`^${gateway.pid}:\\d+:\\d+:\\d+$`));
  }
});
