// What `isolation` promises, with real processes; and that what nobody uses goes away.
import { describe, expect, vi } from 'vitest';
import { fixture, kinds, type McpClient, test } from './harness.ts';

const isolated = (isolation: string, pool: object = {}) => ({
  memo: { ...fixture('stateful'), isolation, pool },
});
const pidOf = async (client: McpClient) => Number(await client.text('memo.whoami'));

describe.each(kinds)('%s', kind => {
  test('with "call" no two calls share a process, not even of one client', async ({ place }) => {
    const client = await place.stdio(kind, isolated('call'));
    expect(await client.text('memo.set', { value: 'secret' })).toBe('ok');
    expect(await client.text('memo.get')).toBe('null');
    const pids = await Promise.all(Array.from({ length: 5 }, () => pidOf(client)));
    expect(new Set(pids).size).toBe(5);
    expect(await client.text('memo.count')).toBe('1');
  });

  test('with "shared" all clients share one', async ({ place }) => {
    const { url } = await place.serve(isolated('shared'));
    const [one, two] = [
      await place.http(kind, url, { name: 'one' }),
      await place.http(kind, url, { name: 'two' }),
    ];
    await one.text('memo.set', { value: 'for all' });
    expect(await two.text('memo.get')).toBe('"for all"');
    expect(await pidOf(one)).toBe(await pidOf(two));
  });
});

test('over HTTP "call" means a session for each call, and "shared" one for all', async ({ place }) => {
  const { url } = await place.fixtureHttp('legacy-http');
  const gateway = await place.serve({
    each: { url, isolation: 'call', pool: { max: 3 } },
    all: { url, isolation: 'shared', pool: { max: 1 } },
  });
  const client = await place.http('v1', gateway.url);
  await Promise.all(Array.from({ length: 12 }, () => client.text('each.echo', { message: 'x' })));
  await Promise.all(Array.from({ length: 12 }, () => client.text('all.echo', { message: 'x' })));
  // two that list, one for all, and no more than three that are ready for the next call
  await vi.waitFor(
    async () => expect(Number(await client.text('all.sessions'))).toBeLessThanOrEqual(6),
    20_000,
  );
});

const upstreams = {
  'of 2025 over stdio': ['echo', []],
  'of 2026 over stdio': ['modern-stdio', []],
  'of 2025 over HTTP': ['legacy-http', []],
  'of 2026 over HTTP': ['modern-http', []],
} as const;

test.for(Object.keys(upstreams) as (keyof typeof upstreams)[])(
  'a server %s gives a connection to a call, a client or all, as it is told',
  async (kind, { place }) => {
    const [name, args] = upstreams[kind];
    const server = kind.endsWith('stdio')
      ? fixture(name, ...args)
      : { url: (await place.fixtureHttp(name)).url };
    const isolations = ['call', 'client', 'shared'];
    const gateway = await place.serve(
      Object.fromEntries(isolations.map(isolation => [isolation, { ...server, isolation }])),
    );
    const clients = [
      await place.http('v1', gateway.url),
      await place.http('v2 modern', gateway.url, { name: 'other' }),
    ];
    for (const isolation of isolations)
      for (const client of [...clients, ...clients])
        expect(await client.text(`${isolation}.echo`, { message: kind })).toBe(kind);
    const { servers } = (await gateway.health()) as unknown as {
      servers: { pool: Record<string, unknown> }[];
    };
    const [call, client, shared] = servers.map(({ pool }) => pool);
    expect(call).toMatchObject({ busy: 0, discarded: { used: 4 } });
    expect(client).toMatchObject({ total: 2, spare: 0, started: 2, discarded: {} });
    expect(shared).toMatchObject({ total: 1, started: 1, discarded: {} });
  },
);

test('a server with "shared" that is slow gets more processes, but not more than it may', async ({
  place,
}) => {
  const slow = { ...fixture('progress'), isolation: 'shared', concurrency: 6, pool: { max: 3 } };
  const gateway = await place.serve({ slow });
  const client = await place.http('v1', gateway.url);
  const work = Array.from({ length: 12 }, () => client.text('slow.work', { steps: 4, ms: 300 }));
  await Promise.all(work);
  const { servers } = (await gateway.health()) as {
    servers?: { pool: { total: number; started: number } }[];
  };
  expect(servers![0]!.pool).toMatchObject({ total: 3, started: 3 });
});

test('what nobody uses is closed, down to no process, and comes back', async ({ place }) => {
  for (const isolation of ['call', 'shared']) {
    const gateway = await place.serve(isolated(isolation, { idleMs: 300 }));
    const client = await place.http('v1', gateway.url);
    const pid = await pidOf(client);
    await vi.waitFor(async () => {
      const { servers } = await gateway.health();
      expect(servers![0]!.state).toBe('idle');
      expect(gateway.children()).toHaveLength(1); // the watchdog
    }, 10_000);
    expect(await pidOf(client)).not.toBe(pid);
  }
});

test('as many as asked for are kept ready', async ({ place }) => {
  const gateway = await place.serve(isolated('call', { min: 2, idleMs: 200 }));
  await vi.waitFor(async () => {
    const { servers } = (await gateway.health()) as { servers?: { pool: { spare: number } }[] };
    expect(servers![0]!.pool.spare).toBe(2);
  }, 10_000);
});

test('doctor and /readyz tell how a running gateway sees its servers', async ({ place }) => {
  const gateway = await place.serve(isolated('shared'));
  const client = await place.http('v1', gateway.url);
  await client.text('memo.whoami');
  const ready = await (await fetch(`${gateway.base}/readyz`, { headers: { connection: 'close' } })).json();
  expect(ready).toMatchObject({
    status: 'ready',
    servers: [
      {
        name: 'memo',
        health: { ok: true, by: 'call', breaker: { state: 'closed', failures: 0 } },
        pool: { total: 1, busy: 0, started: 1 },
        calls: { running: 0, waiting: 0 },
      },
    ],
  });
  const { code, out } = await place.run(['doctor', '--config', `${place.folder}/mcpx.json`]);
  expect(code).toBe(0);
  expect(out).toMatch(
    /in the running gateway: ready, 1 connection \(0 busy, 0 spare\), 0 calls run and 0 wait, the last one answered at \S+; breaker closed/,
  );
});
