// `mcpx logs` and `mcpx stats` ask the gateway that runs.
import { join } from 'node:path';
import { expect } from 'vitest';
import { execRaw, fixture, main, type Place, Printing, test } from './harness.ts';

const servers = { echo: fixture('echo'), dying: fixture('exits-during-call') };

/** A gateway that has answered one call, failed at one, and refused one. */
async function busy(place: Place) {
  const gateway = await place.serve(servers);
  await Promise.all([gateway.listed('echo'), gateway.listed('dying')]);
  const client = await place.rawHttp('modern', gateway.url);
  await execRaw(client, 'echo.echo', { message: 'hello' });
  await execRaw(client, 'dying.die');
  await execRaw(client, 'echo.echo', {});
  const config = join(place.folder, 'mcpx.json');
  const run = async (...args: string[]) => (await place.run([...args, '--config', config])).out;
  const lines = async (...args: string[]) =>
    (await run('logs', '--json', ...args))
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Record<string, string>);
  return { gateway, client, config, run, lines };
}

test('the log is shown, all of it or what is asked for', async ({ place }) => {
  const { run, lines } = await busy(place);
  expect(await run('logs')).toMatch(/Z echo\.echo: ok in \d+ ms request=\S+ client=raw/);
  const failed = await lines('--outcome', 'failed', '--server', 'dying');
  expect(failed).toEqual([expect.objectContaining({ tool: 'die', code: 'UPSTREAM_LOST' })]);
  const request = failed[0]!['request']!;
  expect(await lines('--request', request)).toEqual(failed);
  expect((await lines('--level', 'warn')).map(({ level }) => level)).not.toContain('info');
  expect(await lines('--tool', 'echo')).toHaveLength(1);
  expect(await lines('--lines', '2')).toEqual((await lines()).slice(-2));
  expect(await lines('--lines', '0')).toEqual([]);
});

test('whoever follows the log is told of what comes, until the gateway ends', async ({ place }) => {
  const { gateway, client, config } = await busy(place);
  const args = [main, 'logs', '--follow', '--lines', '0', '--tool', 'echo', '--config', config];
  const following = new Printing(args, place.env());
  place.pids.add(following.pid);
  while (!following.out.includes('echo.echo: ok')) await execRaw(client, 'echo.echo', { message: 'hello' });
  expect(following.out).not.toContain('dying');
  await gateway.stop();
  expect(await following.exit).toMatchObject({ code: 0, err: '' });
});

test('calls are added up for people', async ({ place }) => {
  const { run } = await busy(place);
  const all = await run('stats', '--since', '1h');
  expect(all).toMatch(
    /^Only the last calls, which are in memory: .*\n2 calls in 1h, 1 failed \(50\.0 %\); half took/,
  );
  expect(all).toMatch(/Most called\n +tool +calls .*\n +(echo\.echo|dying\.die) +1 /);
  expect(all).toMatch(/Failing\n.*\n +dying\.die +1 +1 +100\.0 % +UPSTREAM_LOST 1\n/);
  expect(all).toMatch(/Clients\n.*\n +raw +local +2 +1 /);
  expect(all).toMatch(/Slowest calls\n.*\n(.*\n)? +dying\.die +\S+Z .* UPSTREAM_LOST +[0-9a-f]{10}-/);
  const one = await run('stats', '--server', 'echo');
  expect(one).toMatch(/\n1 call in 24h, 0 failed/);
  expect(one).not.toMatch(/dying|Failing/);
  expect(await run('stats', '--tool', 'nothing')).toMatch(/\nNo calls in 24h\.\n$/);
});

test.for([
  [['stats', '--since', 'yesterday'], /"yesterday" is no time/],
  [['logs', '--level', 'loud'], /one of error, warn, info, debug/],
  [['logs', '--level', 'silent'], /one of error, warn, info, debug/],
  [['logs', '--lines', 'many'], /--lines many is not understood/],
] as const)('%j is refused', async ([args, why], { place }) => {
  const { code, err } = await place.run([...args, '--config', place.write({})]);
  expect([code, err]).toEqual([2, expect.stringMatching(why)]);
});

test('where no gateway runs that is said', async ({ place }) => {
  const { code, err } = await place.run(['logs', '--config', place.write({})]);
  expect([code, err]).toEqual([1, expect.stringContaining('no gateway runs with')]);
});

test('a refusal is told as one', async ({ place }) => {
  const { gateway, config } = await busy(place);
  const args = ['logs', '--follow', '--lines', '0', '--config', config];
  const all = Array.from({ length: 33 }, () => new Printing([main, ...args], place.env()));
  for (const { pid } of all) place.pids.add(pid);
  const { code, err } = await Promise.race(all.map(({ exit }) => exit));
  expect([code, err]).toEqual([expect.any(Number), expect.stringContaining('32 requests follow the log')]);
  expect(code).not.toBe(0);
  await gateway.stop();
  await Promise.all(all.map(({ exit }) => exit));
});
