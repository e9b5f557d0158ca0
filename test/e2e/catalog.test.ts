// What was listed is remembered on disk: served at once by the next run, corrected when the server answers, and private.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { errorOf, fixture, type Place, test, textOf } from './harness.ts';

/** A server whose command stays the same while it becomes another one. */
function changing(place: Place) {
  const script = join(place.folder, 'server.sh');
  const becomes = (name: string) => {
    const { command, args } = fixture(name);
    writeFileSync(script, `exec "${command}" "${args[0]}"\n`);
  };
  return { becomes, server: { command: '/bin/sh', args: [script] } };
}

/** Lets a gateway list these servers, and ends it. */
async function listOnce(place: Place, servers: Record<string, object>, env = {}): Promise<void> {
  const gateway = await place.serve(servers as Record<string, Record<string, unknown>>, { env });
  for (const name of Object.keys(servers)) await gateway.listed(name);
  await gateway.stop();
}

describe('the second run', () => {
  test('serves what the first one listed at once, although the server hangs, and says so', async ({
    place,
  }) => {
    const { becomes, server } = changing(place);
    becomes('echo');
    await listOnce(place, { one: server });
    becomes('never-initializes');
    const client = await place.stdio('v1', { one: { ...server, connectTimeoutMs: 1_500 } });
    expect(await client.inspect()).toMatch(/- one: (idle|connecting), 2 tools when last seen/);
    expect(await client.inspect({ query: ['add numbers'] })).toContain('one.add(a: number, b: number)');
    const called = await client.exec('one.add', { a: 1, b: 2 });
    expect(errorOf(called)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(textOf(called)).toContain('did not answer within 1.5 s');
  });

  test('corrects it when the server answers, and tells its client', async ({ place }) => {
    const { becomes, server } = changing(place);
    becomes('echo');
    await listOnce(place, { one: server });
    becomes('stateful');
    const client = await place.stdio('v1', { one: server });
    await expect
      .poll(() => client.inspect({ server: 'one' }), { timeout: 10_000 })
      .toMatch(/^one: ready, 4 tools$/m);
    expect(await client.inspect({ server: 'one' })).not.toContain('one.add(');
    await expect.poll(() => client.changes.count, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(readFileSync(place.listings()[0]!, 'utf8')).toContain('whoami');
  });

  test('calls a remembered tool of a server that still has it without listing it first', async ({
    place,
  }) => {
    await listOnce(place, { one: fixture('echo') });
    const client = await place.stdio('v1', { one: fixture('echo') });
    expect(await client.text('one.echo', { message: 'at once' })).toBe('at once');
  });

  test('finds a tool that the server has got since', async ({ place }) => {
    const { becomes, server } = changing(place);
    becomes('echo');
    await listOnce(place, { one: server });
    becomes('stateful');
    const client = await place.stdio('v1', { one: server });
    expect(await client.text('one.count')).toBe('1');
  });

  test('starts all the same when the file is broken, and mends it', async ({ place }) => {
    await listOnce(place, { one: fixture('echo') });
    for (const broken of [
      '',
      '{"listing":',
      'null',
      '{"listing":{"tools":7}}',
      '{"listing":{"tools":[null]}}',
    ]) {
      writeFileSync(place.listings()[0]!, broken);
      await listOnce(place, { one: fixture('echo') });
      expect(readFileSync(place.listings()[0]!, 'utf8')).toContain('Adds two numbers');
    }
  });

  test('starts without a place to remember anything', async ({ place }) => {
    writeFileSync(place.state, 'a file where the folder should be');
    const client = await place.stdio('v1', { one: fixture('echo') });
    expect(await client.text('one.echo', { message: 'fine' })).toBe('fine');
  });
});

describe('the files', () => {
  test('are private', async ({ place }) => {
    await listOnce(place, { one: fixture('echo') });
    const files = place.files();
    expect(files.length).toBeGreaterThanOrEqual(2); // the listing, the key
    for (const file of files) expect(statSync(file).mode & 0o777, file).toBe(0o600);
    expect(statSync(dirname(place.listings()[0]!)).mode & 0o777).toBe(0o700);
  });

  test('are others for another environment, argument or name of a variable, and the same for the same', async ({
    place,
  }) => {
    const server = { ...fixture('echo'), env: { TOKEN: '${env:TOKEN}' } };
    await listOnce(place, { one: server }, { TOKEN: 'a' });
    await listOnce(place, { one: server }, { TOKEN: 'a' });
    expect(place.listings()).toHaveLength(1);
    await listOnce(place, { one: server }, { TOKEN: 'b' });
    expect(place.listings()).toHaveLength(2);
    await listOnce(place, { one: { ...server, args: [...server.args, 'more'] } }, { TOKEN: 'b' });
    expect(place.listings()).toHaveLength(3);
  });

  test('hold no secret: neither environment nor headers', async ({ place }) => {
    const { url } = await place.fixtureHttp('legacy-http', 'require-bearer=sk-CANARY-header');
    const servers = {
      process: { ...fixture('echo'), env: { TOKEN: '${env:SECRET}', PLAIN: 'sk-CANARY-plain' } },
      remote: { url, headers: { Authorization: 'Bearer ${env:BEARER}' } },
    };
    await listOnce(place, servers, { SECRET: 'sk-CANARY-env', BEARER: 'sk-CANARY-header' });
    expect(place.listings()).toHaveLength(2);
    for (const file of place.files()) expect(readFileSync(file, 'latin1')).not.toContain('CANARY');
  });
});

describe('tools that the configuration rules out', () => {
  const one = { ...fixture('echo'), tools: { deny: ['add'] } };
  const two = { ...fixture('stateful'), tools: { allow: ['get', 'set'], deny: ['set'] } };
  const three = { ...fixture('wild'), tools: { ask: ['fails'] } };

  test('are in no list, no search and no call, also for the run after', async ({ place }) => {
    await listOnce(place, { one: fixture('echo'), two: fixture('stateful') });
    const client = await place.stdio('v1', { one, two });
    for (const text of [
      await client.inspect({ server: 'one' }),
      await client.inspect({ query: ['add numbers'] }),
    ])
      expect(text).not.toMatch(/one\.add\(/);
    expect(await client.inspect({ server: 'two' })).toMatch(/1 tools?[\s\S]*two\.get\(/);
    for (const tool of ['one.add', 'add', 'two.set', 'two.whoami', 'two["set"]'])
      expect(errorOf(await client.exec(tool, { a: 1, b: 2 })), tool).toMatchObject({ code: 'UNKNOWN_TOOL' });
    expect(textOf(await client.exec('one.ad'))).not.toContain('"add"');
    expect(await client.text('two.get')).toBe('null');
  });

  test('or that a person must confirm are shown and refused', async ({ place }) => {
    const client = await place.stdio('v1', { three });
    expect(await client.inspect({ server: 'three' })).toContain('three.fails(');
    expect(errorOf(await client.exec('three.fails'))).toMatchObject({ code: 'NEEDS_CONFIRMATION' });
    expect(errorOf(await client.exec('three["fails"]'))).toMatchObject({ code: 'NEEDS_CONFIRMATION' });
  });
});
