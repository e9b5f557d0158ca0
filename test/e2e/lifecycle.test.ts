// Whatever ends the gateway, nothing that it started survives it.
import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { describe, expect, vi } from 'vitest';
import { alive, childrenOf } from '../fixtures/start.ts';
import {
  execRaw,
  fixture,
  type Gateway,
  gone,
  main,
  markedWith,
  type Place,
  type RawHttp,
  test,
} from './harness.ts';

const servers = {
  stubborn: fixture('ignores-sigterm'),
  wrapped: fixture('grandchild.sh', 'child'),
  slow: fixture('slow-exit', '3300'),
  mute: fixture('never-initializes'),
  memo: fixture('stateful'),
};

/** A stubborn server takes a little more than four seconds; ten times "a few seconds" at most. */
const ceiling = 25_000;

interface Family {
  gateway: Gateway;
  wire: RawHttp;
  /** Servers, their grandchildren, the watchdog. */
  pids: number[];
}

/** A gateway with a client that has called every server, so that there is something to clean up. */
async function family(place: Place): Promise<Family> {
  const gateway = await place.serve(servers);
  const wire = await place.rawHttp('legacy', gateway.url);
  const { child } = JSON.parse(await say(wire, 'wrapped.pids')) as { child: number };
  await say(wire, 'stubborn.pids');
  await say(wire, 'memo.whoami');
  await gateway.listed('slow');
  const direct = gateway.children();
  const pids = [...new Set([...direct, ...direct.flatMap(childrenOf), child])];
  expect(direct.length).toBeGreaterThanOrEqual(6); // five servers, the watchdog
  expect(pids.every(alive)).toBe(true);
  return { gateway, wire, pids };
}

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with code 0, and its whole family',
  async (signal, { place }) => {
    const { gateway, pids } = await family(place);
    gateway.child.kill(signal);
    const { code, err } = await gateway.exit;
    expect(code, err).toBe(0);
    expect(markedWith(place.folder)).toEqual([]); // not only soon: by the time that it has left
    await gone(pids, ceiling); // the watchdog goes when it hears of that
  },
);

test.runIf(process.platform === 'linux')(
  'it does not outlive the shell in whose background it runs, and whose terminal goes',
  async ({ place }) => {
    const file = place.write({ memo: servers.memo });
    const env = place.env({ TERM: 'xterm' });
    const shell = spawn('script', ['-qec', 'bash --norc -i', '/dev/null'], { env, cwd: place.folder });
    let shown = '';
    shell.stdout.on('data', chunk => {
      shown += String(chunk);
    });
    const command = [process.execPath, main, 'serve', '--port', '0', '--config', file];
    shell.stdin.write(`'${command.join("' '")}' & echo "pid=$!"\n`);
    await vi.waitFor(() => expect(shown).toMatch(/memo: .*listed/), ceiling);
    const pid = Number(/pid=(\d+)/.exec(shown)![1]);
    expect(alive(pid)).toBe(true);
    shell.stdin.write('kill -HUP $$\n'); // which passes it on to its jobs, and leaves
    await gone([pid], ceiling);
    await vi.waitFor(() => expect(markedWith(place.folder)).toEqual([]), ceiling);
  },
);

test('a second signal ends everything at once', async ({ place }) => {
  const { gateway, pids } = await family(place);
  gateway.child.kill('SIGTERM');
  await refusing(gateway);
  gateway.child.kill('SIGTERM');
  const { code, err } = await gateway.exit;
  expect(code).toBe(1);
  expect(err).toContain('stopped at once');
  await gone(pids, ceiling);
});

test('SIGKILL leaves nothing: the watchdog ends all groups, and itself', async ({ place }) => {
  const { gateway, pids } = await family(place);
  gateway.child.kill('SIGKILL');
  await gateway.exit;
  await gone(pids, ceiling);
});

describe('a stdio gateway', () => {
  test('leaves with code 0 at the end of stdin, and takes everything along', async ({ place }) => {
    const wire = await place.rawStdio('legacy', place.stdioCommand(servers));
    const { child } = JSON.parse(await say(wire, 'wrapped.pids')) as { child: number };
    await say(wire, 'stubborn.pids');
    const pids = [...childrenOf(wire.pid), child];
    expect(await wire.client.leave()).toEqual({ code: 0, signal: null });
    await gone(pids, ceiling);
  });

  test('leaves at SIGTERM although stdin stays open', async ({ place }) => {
    const wire = await place.rawStdio('legacy', place.stdioCommand(servers));
    await say(wire, 'memo.whoami');
    const pids = childrenOf(wire.pid);
    wire.client.child.kill('SIGTERM');
    expect(await wire.client.exit).toEqual({ code: 0, signal: null });
    await gone(pids, ceiling);
  });

  test('answers what it was asked before stdin ended', async ({ place }) => {
    const wire = await place.rawStdio('legacy', place.stdioCommand({ work: fixture('progress') }));
    await say(wire, 'work.echo', { message: 'open' });
    const call = wire.request('tools/call', { name: 'inspect', arguments: {} });
    wire.client.child.stdin.end();
    expect((await call).result!['content']).toBeDefined();
    await wire.client.exit;
  });

  test('leaves nothing when it is killed', async ({ place }) => {
    const wire = await place.rawStdio('legacy', place.stdioCommand(servers));
    const { child } = JSON.parse(await say(wire, 'wrapped.pids')) as { child: number };
    const pids = [...childrenOf(wire.pid), child];
    wire.client.child.kill('SIGKILL');
    await wire.client.exit;
    await gone(pids, ceiling);
  });
});

describe('SIGTERM with a call in flight', () => {
  const work = { work: fixture('progress'), hangs: fixture('hangs-in-call') };

  test.for(['legacy', 'modern'] as const)(
    'lets the call finish, then exits with 0: %s',
    async (era, { place }) => {
      const gateway = await place.serve(work);
      const wire = await place.rawHttp(era, gateway.url);
      const call = execRaw(wire, 'work.work', { steps: 10, ms: 100 }, { progressToken: 1 });
      await vi.waitFor(() => expect(wire.notifications.length).toBeGreaterThan(0), ceiling);
      gateway.child.kill('SIGTERM');
      expect((await call).result!['content']).toEqual([{ type: 'text', text: '10 steps done' }]);
      expect((await gateway.exit).code).toBe(0);
    },
  );

  test('lets a stdio client have its answer too', async ({ place }) => {
    const wire = await place.rawStdio('legacy', place.stdioCommand(work));
    const call = execRaw(wire, 'work.work', { steps: 10, ms: 100 }, { progressToken: 1 });
    await wire.client.waitFor(({ method }) => method === 'notifications/progress');
    wire.client.child.kill('SIGTERM');
    expect((await call).result!['content']).toEqual([{ type: 'text', text: '10 steps done' }]);
    expect((await wire.client.exit).code).toBe(0);
  });

  test('waits no longer than drainMs', async ({ place }) => {
    const gateway = await place.serve(work, { gateway: { drainMs: 300 } });
    const wire = await place.rawHttp('legacy', gateway.url);
    await say(wire, 'hangs.echo', { message: 'open' });
    const ended = execRaw(wire, 'hangs.hang').then(
      ({ result }) => JSON.stringify(result),
      error => String(error),
    );
    await say(wire, 'hangs.cancelled');
    const started = performance.now();
    gateway.child.kill('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
    expect(performance.now() - started).toBeLessThan(13_000); // the deadline and a second, ten times
    expect(await ended).not.toContain('"isError":false');
  });

  test('meanwhile is not ready, takes no connections and no calls, but is alive', async ({ place }) => {
    const gateway = await place.serve(work, { gateway: { drainMs: 3_000 } });
    const wire = await place.rawHttp('legacy', gateway.url);
    await say(wire, 'hangs.echo', { message: 'open' });
    const hanging = execRaw(wire, 'hangs.hang').catch(() => {});
    await say(wire, 'hangs.cancelled');
    // requests that had begun before: only who is connected already can still ask
    const asking = (path: string) =>
      begun(gateway, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`);
    const ready = await asking('/readyz');
    const healthy = await asking('/healthz');
    const call = await begun(
      gateway,
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n',
    );
    await rest(await asking('/healthz'), '\r\n'); // connections are taken in turn: it has those from before
    gateway.child.kill('SIGTERM');
    await refusing(gateway);
    expect(await rest(ready, '\r\n')).toMatch(/^HTTP\/1.1 503 [\s\S]*"status":"stopping"/);
    expect(await rest(healthy, '\r\n')).toMatch(/^HTTP\/1.1 200 [\s\S]*"status":"alive"/);
    expect(await rest(call, '\r\n{}')).toMatch(
      /^HTTP\/1.1 503 [\s\S]*retry-after: 1[\s\S]*the gateway is stopping/i,
    );
    await gateway.exit;
    await hanging;
  });
});

test('/readyz says ready before that', async ({ place }) => {
  const gateway = await place.serve({ memo: servers.memo });
  const response = await fetch(`${gateway.base}/readyz`);
  expect([response.status, await response.json()]).toEqual([
    200,
    expect.objectContaining({ status: 'ready' }),
  ]);
});

async function say(wire: Parameters<typeof execRaw>[0], tool: string, given = {}): Promise<string> {
  const { result } = await execRaw(wire, tool, given);
  return (result!['content'] as { text: string }[])[0]!.text;
}

/** A connection on which a request has begun. */
async function begun({ port }: Gateway, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  await new Promise(resolve => socket.write(text, resolve));
  return socket;
}

/** Sends the rest and returns the whole answer. */
async function rest(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

/** Resolves when the gateway takes no more connections. */
async function refusing(gateway: Gateway): Promise<void> {
  await vi.waitFor(() => expect(begun(gateway, '')).rejects.toThrow('ECONNREFUSED'), ceiling);
}
