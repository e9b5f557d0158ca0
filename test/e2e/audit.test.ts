// Who changed what, and who was refused what, stands in a file of its own.
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { execRaw, fixture, type Place, test } from './harness.ts';

const servers = { echo: fixture('echo') };
const patience = { timeout: 20_000 };

const auditOf = (place: Place) => join(place.state, 'mcpx/audit.jsonl');

test('changes by commands are written down, with who made them and what the gateway did', async ({
  place,
}) => {
  const config = place.write(servers);
  const gateway = await place.serveFile(config);
  await gateway.listed('echo');
  const reloads = () =>
    place
      .audit()
      .filter(({ event }) => event === 'reloaded')
      .map(({ added, removed }) => [added, removed]);
  const gone = [[], ['echo']];
  const back = [['echo'], []];
  for (const [command, expected] of [
    ['disable', [gone]],
    ['enable', [gone, back]],
    ['enable', [gone, back]],
    ['remove', [gone, back, gone]],
  ] as const) {
    await place.run([command, 'echo', '--config', config]);
    await vi.waitFor(() => expect(reloads()).toEqual(expected), patience);
  }
  const by = { command: 'disable', user: expect.any(String), pid: expect.any(Number) };
  const lines = place.audit();
  expect(lines.filter(({ event }) => event === 'changed')).toEqual([
    {
      time: expect.any(String),
      event: 'changed',
      principal: 'local',
      what: 'disabled echo',
      detail: config,
      ...by,
    },
    expect.objectContaining({ what: 'enabled echo', command: 'enable' }),
    expect.objectContaining({ what: 'removed echo', command: 'remove' }),
  ]);
  expect(lines[0]).toMatchObject({ event: 'started', config, address: gateway.base, command: 'serve' });
  expect(statSync(auditOf(place)).mode & 0o777).toBe(0o600);
});

test('refusals at the door are written down; very many of them are counted', async ({ place }) => {
  const keys = { laptop: '${env:MCPX_KEY}' };
  const gateway = await place.serve(servers, { gateway: { keys }, env: { MCPX_KEY: 'key-of-the-laptop' } });
  const knock = async () => {
    const headers = { authorization: 'Bearer canary-of-the-door', connection: 'close' };
    expect((await fetch(`${gateway.url}?token=canary-of-the-door`, { headers })).status).toBe(401);
  };
  await Promise.all(Array.from({ length: 100 }, knock));
  await new Promise(resolve => setTimeout(resolve, 1_100)); // a new second begins
  await knock();
  const refused = () => place.audit().filter(({ event }) => event === 'refused');
  const missed = () => refused().reduce((sum, line) => sum + Number(line['missed'] ?? 0), 0);
  await vi.waitFor(() => expect(refused().length + missed()).toBe(101), patience);
  const told = { event: 'refused', code: 'UNAUTHORIZED', request: 'GET /mcp', from: '127.0.0.1' };
  expect(refused()[0]).toMatchObject(told);
  expect(missed()).toBeGreaterThan(0);
  expect(readFileSync(auditOf(place), 'utf8')).not.toContain('canary');
});

test('a tool that nobody confirms is written down, with whose call it was', async ({ place }) => {
  const echo = { ...fixture('echo'), tools: { ask: ['echo'] } };
  const gateway = await place.serve({ echo }, { gateway: { audit: { file: 'trail/audit.jsonl' } } });
  await gateway.listed('echo');
  await execRaw(await place.rawHttp('modern', gateway.url), 'echo.echo', { message: 'hello' });
  const file = join(place.folder, 'trail/audit.jsonl');
  await vi.waitFor(() => expect(place.audit(file)).toHaveLength(2), patience);
  expect(place.audit(file)[1]).toMatchObject({
    event: 'call refused',
    principal: 'local',
    client: 'raw',
    server: 'echo',
    tool: 'echo',
    request: expect.stringMatching(/^[0-9a-f]{10}-/),
  });
  expect(existsSync(auditOf(place))).toBe(false);
});

test('when it cannot be written that is said, and the gateway goes on', async ({ place }) => {
  mkdirSync(join(place.state, 'mcpx'), { recursive: true });
  symlinkSync('/dev/full', auditOf(place));
  const gateway = await place.serve(servers);
  await gateway.says(/the audit file does not work: .*ENOSPC/);
  expect(await gateway.health()).toMatchObject({ status: 'alive' });
});

test('where it is not wanted there is none', async ({ place }) => {
  const config = place.write(servers, { gateway: { audit: { enabled: false } } });
  const gateway = await place.serveFile(config);
  await fetch(gateway.url, { headers: { origin: 'http://evil.example', connection: 'close' } });
  await place.run(['disable', 'echo', '--config', config]);
  await gateway.stop();
  expect(existsSync(auditOf(place))).toBe(false);
});

test('it goes where the configuration says, whatever else is wrong with that', async ({ place }) => {
  const gateway = { audit: { file: 'trail/audit.jsonl' }, keys: { me: '${env:NOT_SET_HERE}' } };
  const config = place.write({ echo: fixture('echo') }, { gateway });
  expect((await place.run(['disable', 'echo', '--config', config])).code).toBe(0);
  expect(place.audit(join(place.folder, 'trail/audit.jsonl'))).toMatchObject([{ event: 'changed' }]);
  expect(existsSync(auditOf(place))).toBe(false);
});
