// Calls are remembered, whatever happens to the place where that is done.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statfsSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { CallRecord } from '../../src/telemetry/history/record.ts';
import { execRaw, fixture, type Gateway, main, type Place, root, test } from './harness.ts';

const servers = { echo: fixture('echo'), dying: fixture('exits-during-call') };

/** Calls are kept in a database. */
const onDisk = { gateway: { history: { onDisk: true } } };

/** What the gateway says at `path` to its own user. */
async function own<T>(place: Place, { base, pid }: Gateway, path: string): Promise<T> {
  const instance = join(place.state, 'mcpx/instances', `${pid}.json`);
  const { key } = JSON.parse(readFileSync(instance, 'utf8')) as { key: string };
  const response = await fetch(base + path, {
    headers: { authorization: `Bearer ${key}`, connection: 'close' },
  });
  return (await response.json()) as T;
}

interface Told {
  history: { place: string; reason?: string; lost: number };
  calls: CallRecord[];
}

const calls = (place: Place, gateway: Gateway, query = '') =>
  own<Told>(place, gateway, `/api/calls?${query}`);

const databases = (place: Place) => readdirSync(join(place.state, 'mcpx/history'));

/** Runs `mcpx` where no file can be larger than so many KiB: the system refuses to write as it does on a full disk. */
const withRoom = (kib: number) => [
  '/bin/sh',
  '-c',
  `ulimit -f ${kib * 2} && exec "$0" "$@"`,
  process.execPath,
  main,
];

/** Puts a disk of so many KiB at `folder` for the time of the test; false where that may not be done. */
function smallDisk(place: Place, folder: string, kib: number): boolean {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder]);
  if (status === 0) place.onClose(async () => void spawnSync('umount', [folder]));
  return status === 0;
}

/** `mcpx stats`. */
const stats = (place: Place, config: string, ...args: string[]) =>
  place.run(['stats', '--config', config, ...args]);

test('each call is remembered: whose it was, what it was, how it went, what it cost', async ({ place }) => {
  const keys = { laptop: '${env:MCPX_KEY}' };
  const gateway = await place.serve(servers, {
    gateway: { ...onDisk.gateway, keys },
    env: { MCPX_KEY: 'key-of-the-laptop' },
  });
  await Promise.all([gateway.listed('echo'), gateway.listed('dying')]);
  const client = await place.rawHttp('modern', gateway.url, { authorization: 'Bearer key-of-the-laptop' });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await execRaw(client, 'echo.echo', { message: 'hello' }, { traceparent });
  await execRaw(client, 'dying.die');
  const told = await calls(place, gateway);
  const common = { principal: 'laptop', client: 'raw', method: 'tools/call', attempts: 1 };
  const request = expect.stringMatching(/^[0-9a-f]{10}-/);
  expect(told.history).toEqual({ place: 'database', lost: 0 });
  expect(told.calls).toEqual([
    expect.objectContaining({ ...common, request, server: 'dying', tool: 'die', outcome: 'failed' }),
    expect.objectContaining({
      ...common,
      request,
      server: 'echo',
      tool: 'echo',
      outcome: 'ok',
      trace: '0af7651916cd43dd8448eb211c80319c',
    }),
  ]);
  const [failed, echoed] = told.calls as [CallRecord, CallRecord];
  expect(failed).toMatchObject({
    code: 'UPSTREAM_LOST',
    error: expect.stringContaining('panic: out of luck'),
  });
  expect(echoed.ms).toBeGreaterThanOrEqual(echoed.upstreamMs);
  expect(echoed.sent).toBeGreaterThan('{"message":"hello"}'.length);
  expect(echoed.received).toBeGreaterThan('hello'.length);
  expect([echoed.argumentTokens, echoed.resultTokens]).toEqual([expect.any(Number), expect.any(Number)]);
  expect(echoed).not.toHaveProperty('arguments');
  expect((await calls(place, gateway, 'outcome=failed')).calls).toEqual([failed]);
  expect((await calls(place, gateway, `before=${failed.id}&limit=1`)).calls).toEqual([echoed]);
});

test('however many there are in a second, all are remembered, and the next gateway knows them', async ({
  place,
}) => {
  const first = await place.serve(servers, onDisk);
  await first.listed('echo');
  const client = await place.rawHttp('legacy', first.url);
  for (let i = 0; i < 30; i++)
    await Promise.all(Array.from({ length: 20 }, () => execRaw(client, 'echo.echo', { message: 'hi' })));
  await first.stop();
  expect(first.err.split('echo.echo: ok').length).toBeLessThan(400); // the log tells of some
  const second = await place.serve(servers, onDisk);
  const { out } = await stats(place, join(place.folder, 'mcpx.json'), '--json');
  expect(JSON.parse(out)).toMatchObject({
    history: { place: 'database' },
    all: { calls: 600, failed: 0 },
    tools: [{ server: 'echo', tool: 'echo', calls: 600 }],
    clients: [{ client: 'raw', principal: 'local', calls: 600 }],
  });
  await second.stop();
  expect(databases(place)).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.db$/)]); // whole, without a journal
  expect(statSync(join(place.state, 'mcpx/history')).mode & 0o777).toBe(0o700);
});

test('arguments and results are remembered where that is asked for, without secrets', async ({ place }) => {
  const echo = { ...fixture('echo'), env: { TOKEN: '${env:ECHO_TOKEN}' } };
  const gateway = await place.serve(
    { echo },
    { gateway: { history: { onDisk: true, payloads: true } }, env: { ECHO_TOKEN: 'canary-of-history' } },
  );
  await gateway.listed('echo');
  await execRaw(await place.rawHttp('modern', gateway.url), 'echo.echo', {
    message: 'see canary-of-history',
  });
  expect((await calls(place, gateway)).calls[0]).toMatchObject({
    arguments: '{"message":"see [secret]"}',
    result: expect.stringContaining('see [secret]'),
  });
});

test('a history that is not wanted is not there', async ({ place }) => {
  const gateway = await place.serve(servers, { gateway: { history: { enabled: false } } });
  await gateway.listed('echo');
  await execRaw(await place.rawHttp('modern', gateway.url), 'echo.echo', { message: 'hi' });
  const { code, err } = await stats(place, join(place.folder, 'mcpx.json'));
  expect([code, err]).toEqual([1, expect.stringContaining('gateway.history.enabled')]);
  expect(readdirSync(join(place.state, 'mcpx'))).not.toContain('history');
});

test('without a database the last calls are in memory, which is said', async ({ place }) => {
  const gateway = await place.serve(servers);
  await gateway.listed('echo');
  await execRaw(await place.rawHttp('modern', gateway.url), 'echo.echo', { message: 'hi' });
  const { history, calls: told } = await calls(place, gateway);
  expect(history).toEqual({ place: 'memory', lost: 0 });
  expect(told.map(({ tool }) => tool)).toEqual(['echo']);
  const { out } = await stats(place, join(place.folder, 'mcpx.json'));
  expect(out).toContain('in memory: gateway.history.onDisk is off');
  expect(readdirSync(join(place.state, 'mcpx'))).not.toContain('history');
});

describe('where the database does not work calls are kept in memory, which is said', () => {
  /** Calls twice, and looks at what is said. */
  async function goesOn(place: Place, gateway: Gateway, config: string): Promise<string> {
    await gateway.listed('echo');
    const client = await place.rawHttp('modern', gateway.url);
    for (let i = 0; i < 2; i++) {
      const { result } = await execRaw(client, 'echo.echo', { message: 'still here' });
      expect(JSON.stringify(result)).toContain('still here');
    }
    await gateway.says(/the history does not work: \S+\.db: /);
    const { out } = await stats(place, config);
    expect(out).toContain('2 calls in 24h, 0 failed');
    const { history } = await calls(place, gateway);
    expect(history).toEqual({ place: 'memory', reason: expect.any(String), lost: 0 });
    expect(out).toContain(history.reason);
    await gateway.stop();
    expect(gateway.err.match(/the history does not work/g)).toHaveLength(1);
    return history.reason!;
  }

  test('while another gateway writes it', async ({ place }) => {
    const config = place.write(servers, onDisk);
    const first = await place.serveFile(config);
    await first.listed('echo');
    await execRaw(await place.rawHttp('modern', first.url), 'echo.echo', { message: 'first' });
    await calls(place, first);
    expect(await goesOn(place, await place.serveFile(config), config)).toContain('locked');
    expect((await calls(place, first)).calls).toHaveLength(1);
  });

  test('where there is no room on the disk', async ({ place }) => {
    const config = place.write(servers, onDisk);
    const gateway = await place.serveFile(config, { command: withRoom(4) });
    expect(await goesOn(place, gateway, config)).toContain('disk');
  });

  test('on a disk that is full', async ({ place, skip }) => {
    const folder = join(place.state, 'mcpx/history');
    if (!smallDisk(place, folder, 16))
      skip('only root may mount a small disk; the tests before and after limit files instead');
    const config = place.write(servers, onDisk);
    expect(await goesOn(place, await place.serveFile(config), config)).toContain('full');
    expect(statfsSync(folder).blocks).toBe(4);
  });

  test('when there is no room any more; what was written before is whole', async ({ place }) => {
    const config = place.write(servers, { gateway: { history: { onDisk: true, payloads: true } } });
    const gateway = await place.serveFile(config, { command: withRoom(100) });
    await gateway.listed('echo');
    const client = await place.rawHttp('modern', gateway.url);
    let made = 0;
    const call = async () => {
      await execRaw(client, 'echo.echo', { message: 'x'.repeat(1_000) });
      made++;
    };
    await call();
    await calls(place, gateway);
    while (!gateway.err.includes('the history does not work')) await call();
    const inMemory = (await calls(place, gateway, 'limit=1000')).calls.length;
    await gateway.stop();
    const next = await place.serveFile(config);
    const written = (await calls(place, next, 'limit=1000')).calls.length;
    expect([inMemory > 0, written > 0, inMemory + written]).toEqual([true, true, made]);
  });

  test('where its folder cannot be made', async ({ place }) => {
    mkdirSync(join(place.state, 'mcpx'), { recursive: true });
    symlinkSync('/dev/null', join(place.state, 'mcpx/history'));
    const config = place.write(servers, onDisk);
    expect(await goesOn(place, await place.serveFile(config), config)).toMatch(/EEXIST|ENOTDIR/);
  });

  test('where the package for it is not installed', async ({ place }) => {
    for (const name of ['dist', 'package.json'])
      cpSync(join(root, name), join(place.folder, 'alone', name), { recursive: true });
    const config = place.write(servers, onDisk);
    const alone = join(place.folder, 'alone/dist/cli/main.js');
    const gateway = await place.serveFile(config, { command: [process.execPath, alone] });
    expect(await goesOn(place, gateway, config)).toContain('libsql is not there');
  });
});
