import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fixture, Place } from './place.ts';
import { execRaw } from './wire.ts';

function place(): Place {
  const made = new Place();
  onTestFinished(() => made.close());
  return made;
}

/** The lines of a log, parsed. */
function entries(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter(line => line.startsWith('{'));
  return lines.map(line => JSON.parse(line) as Record<string, unknown>);
}

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;

test('every line of a call says who called what, under one id and one trace', async () => {
  const here = place();
  const keys = { laptop: '${env:MCPX_KEY}' };
  const gateway = await here.serve(
    { echo: fixture('echo'), dying: fixture('exits-during-call') },
    { gateway: { keys }, env: { MCPX_KEY: 'key-of-the-laptop' }, args: ['--log-level', 'debug'] },
  );
  await Promise.all([gateway.listed('echo'), gateway.listed('dying')]);
  const client = await here.rawHttp('modern', gateway.url, { authorization: 'Bearer key-of-the-laptop' });
  await execRaw(client, 'echo.echo', { message: 'hello' }, { traceparent });
  await execRaw(client, 'dying.die', {}, { traceparent });
  await execRaw(client, 'echo.echo', {}, { traceparent });
  await gateway.stop();
  const ofTrace = entries(gateway.err).filter(line => line['trace'] === trace);
  const who = { principal: 'laptop', client: 'raw', request: expect.stringMatching(/^[0-9a-f]{10}-/) };
  expect(ofTrace).toEqual([
    expect.objectContaining({
      ...who,
      level: 'debug',
      server: 'echo',
      tool: 'echo',
      msg: 'echo.echo: begun',
    }),
    expect.objectContaining({
      ...who,
      level: 'info',
      server: 'echo',
      tool: 'echo',
      outcome: 'ok',
      arguments: '{"message":"hello"}',
      result: expect.stringContaining('hello'),
    }),
    expect.objectContaining({ ...who, server: 'dying', tool: 'die' }),
    expect.objectContaining({ ...who, level: 'warn', server: 'dying', tool: 'die', code: 'UPSTREAM_LOST' }),
    expect.objectContaining({ ...who, level: 'info', code: 'BAD_ARGUMENTS' }),
  ]);
  expect(new Set(ofTrace.map(({ request }) => request)).size).toBe(3);
  expect(entries(gateway.err)).toContainEqual(
    expect.objectContaining({ server: 'dying', stderr: true, msg: 'dying: panic: out of luck' }),
  );
  expect(gateway.out).not.toContain('{"level"'); // stdout is for what is printed
});

test('arguments and results are not logged unless they are asked for', async () => {
  const here = place();
  const { err } = await callOnce(here, {});
  expect(err).toContain('echo.echo: ok in');
  expect(err).not.toContain('private words');
  const asked = await callOnce(place(), { gateway: { log: { payloads: true } } });
  expect(entries(asked.err)).toContainEqual(
    expect.objectContaining({ arguments: '{"message":"private words"}' }),
  );
});

async function callOnce(here: Place, settings: object) {
  const gateway = await here.serve({ echo: fixture('echo') }, settings);
  await gateway.listed('echo');
  await execRaw(await here.rawHttp('modern', gateway.url), 'echo.echo', { message: 'private words' });
  await gateway.stop();
  return gateway;
}

test('what a server writes cannot move the cursor of whoever reads the log', async () => {
  const here = place();
  const script = `process.stderr.write('\\x1b[2J\\x1b]0;title\\x07red\\u202e\\n'); setInterval(() => {}, 1000); process.stdin.on('end', () => process.exit())`;
  const gateway = await here.serve(
    { rude: { command: process.execPath, args: ['-e', script], connectTimeoutMs: 1_000 } },
    { args: ['--log-format', 'pretty'] },
  );
  await gateway.failed('rude');
  await gateway.stop();
  expect(gateway.err).toMatch(/Z rude: red\n/);
  expect(gateway.err).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

test('a log file gets every line; when the disk is full calls go on and it is said', async () => {
  const here = place();
  await callOnce(here, { gateway: { log: { file: 'logs/mcpx.log' } } });
  const written = entries(readFileSync(join(here.folder, 'logs/mcpx.log'), 'utf8'));
  expect(written.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/^echo\.echo: ok in/));

  const full = place();
  mkdirSync(join(full.folder, 'logs'));
  symlinkSync('/dev/full', join(full.folder, 'logs/mcpx.log'));
  const troubled = await callOnce(full, { gateway: { log: { file: 'logs/mcpx.log' } } });
  expect(troubled.err).toMatch(/the log file does not work: .*ENOSPC/);
  expect(troubled.err).toContain('echo.echo: ok in');
});

test('over stdio a client that never reads our stderr is served all the same', async () => {
  const here = place();
  const command = here.stdioCommand({ echo: fixture('echo') });
  const client = await here.rawStdio('legacy', command);
  client.client.child.stderr.pause();
  for (let i = 0; i < 1_000; i++) await execRaw(client, 'echo.echo', { message: `${i}` });
  const { result } = await execRaw(client, 'echo.echo', { message: 'still here' });
  expect(JSON.stringify(result)).toContain('still here');
  await client.end();
});

test('an unknown level is refused', async () => {
  const here = place();
  const file = here.write({});
  const { code, err } = await here.run(['serve', '--config', file, '--log-level', 'loud']);
  expect([code, err]).toEqual([2, expect.stringContaining('silent, error, warn, info, debug')]);
});
