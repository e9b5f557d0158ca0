// Secrets are planted wherever there can be some, and looked for in everything that comes out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { routes } from '../../src/admin/contract/routes.ts';
import { Collector } from '../fixtures/otlp.ts';
import { administered, filled } from './admin.ts';
import { execRaw, fixture, preloaded, test } from './harness.ts';

/** Each is known only by where it comes from, but for what the client says, which is known by its form. */
const planted = {
  env: 'canary of the environment 1',
  literal: 'canary-in-the-file-2',
  header: 'canary-header-3',
  query: 'canary-query-4',
  basic: 'canary-basic-5',
  argument: 'canary-argument-6',
  option: 'canary-in-an-option-12',
  key: 'canary-key-of-a-client-7',
  wrongKey: 'canary-key-that-is-wrong-8',
  collector: 'canary-of-the-collector-9',
  admin: 'canary-of-the-admin-0123456789',
  said: 'sk-canary0123456789abcdef',
  password: 'canary-password-11',
};

const secrets = /canary/i;

test('no secret comes out, in whatever way', async ({ place }) => {
  const collector = new Collector();
  place.onClose(async () => collector.close());
  const endpoint = await collector.listen();
  const remote = await place.fixtureHttp('legacy-http', `require-bearer=${planted.header}`);
  const leaks = {
    ...fixture('leaks', '${env:ARGUMENT}', '--api-key', planted.option),
    env: { SECRET: '${env:SECRET}', OWN: planted.literal },
  };
  const servers = {
    leaks,
    remote: {
      url: `${remote.url}?api_key=\${env:QUERY}`,
      headers: { Authorization: 'Bearer ${env:HEADER}' },
    },
    away: { url: `http://me:${planted.basic}@127.0.0.1:9/mcp`, connectTimeoutMs: 1_000 },
  };
  const { gateway, api } = await administered(place, servers, {
    gateway: {
      keys: { laptop: '${env:KEY}' },
      log: { level: 'debug', payloads: true, file: 'log/mcpx.log' },
      history: { onDisk: true, payloads: true },
      otel: { endpoint, headers: { authorization: '${env:COLLECTOR}' }, payloads: true },
    },
    env: {
      ...preloaded('crashes'),
      SECRET: planted.env,
      HEADER: planted.header,
      QUERY: planted.query,
      ARGUMENT: planted.argument,
      KEY: planted.key,
      COLLECTOR: planted.collector,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      CRASH_WORDS: `no way with ${planted.env}`,
      MCPX_ADMIN_TOKEN: planted.admin,
    },
  });
  await Promise.all([gateway.listed('leaks'), gateway.listed('remote'), gateway.failed('away')]);
  const bearer = { authorization: `Bearer ${planted.key}` };
  await fetch(`${gateway.url}?key=${planted.wrongKey}`, {
    headers: { authorization: `Bearer ${planted.wrongKey}`, connection: 'close' },
  });
  for (const era of ['legacy', 'modern'] as const) {
    const client = await place.rawHttp(era, gateway.url, bearer);
    const given = { password: planted.password, text: `api_key=${planted.said}` };
    const { result } = await execRaw(client, 'leaks.text', given);
    expect(JSON.stringify(result)).toContain(planted.env); // it is there to be found
    expect(JSON.stringify(await execRaw(client, 'remote.headers'))).toContain(planted.header);
    for (const tool of ['tool_error', 'rpc_error', 'die']) await execRaw(client, `leaks.${tool}`);
    for (const wrong of [planted.env, planted.said]) await execRaw(client, `leaks.${wrong}`);
    await execRaw(client, 'away.anything');
  }

  const config = join(place.folder, 'mcpx.json');
  const outputs = new Map<string, Buffer>();
  const told = (name: string, text: string) => outputs.set(name, Buffer.from(text));
  const asAdmin = { authorization: `Bearer ${planted.admin}` };
  const [{ id }] = (await api('GET', '/api/calls', undefined, asAdmin)).body.calls;
  const named: Record<string, string> = { server: 'leaks', tool: 'die', call: String(id) };
  const queries: Record<string, string> = {
    '/api/search': '?query=die',
    '/api/servers/{server}/resource': '?uri=x',
  };
  for (const { method, path } of Object.values(routes)) {
    if (method !== 'GET' || path === '/api/events') continue;
    const { status, body } = await api(
      'GET',
      filled(path, named) + (queries[path] ?? ''),
      undefined,
      asAdmin,
    );
    told(`${status} ${path}`, JSON.stringify(body));
  }
  for (const path of ['/metrics', '/healthz', '/readyz']) {
    const response = await fetch(gateway.base + path, { headers: { ...bearer, connection: 'close' } });
    told(`${response.status} ${path}`, await response.text());
  }
  for (const command of [
    ['stats'],
    ['stats', '--json'],
    ['logs'],
    ['logs', '--json', '--lines', '2000'],
    ['tokens', '--live'],
  ]) {
    const { out, err, code } = await place.run([...command, '--config', config]);
    told(`${code} mcpx ${command.join(' ')}`, out + err);
  }
  expect([...outputs.keys()].filter(name => !/^(200|0) /.test(name))).toEqual([]);

  await vi.waitFor(() => expect(collector.spans.length).toBeGreaterThan(20), { timeout: 20_000 });
  gateway.child.kill('SIGUSR2');
  expect((await gateway.exit).code).toBe(1);
  told('stdout', gateway.out);
  told('stderr', gateway.err);
  outputs.set('traces and metrics', Buffer.concat(collector.raw));
  const files = [...place.files(), join(place.folder, 'log/mcpx.log')];
  const written = (name: RegExp) =>
    Buffer.concat(files.filter(file => name.test(file)).map(file => readFileSync(file)));
  for (const name of [/history/, /audit/, /\.log$/, /./]) outputs.set(`files ${name}`, written(name));
  expect(gateway.err).toContain('no way with [secret]');
  for (const name of ['stderr', 'traces and metrics', 'files /history/', 'files /\\.log$/'])
    expect([name, outputs.get(name)!.includes('[secret]')]).toEqual([name, true]); // it was there to be told
  expect(outputs.get('files /audit/')!.includes('UNAUTHORIZED')).toBe(true);
  const found = [...outputs].filter(([, text]) => secrets.test(text.toString('latin1')));
  expect(found.map(([name, text]) => [name, around(text.toString('latin1'))])).toEqual([]);
});

/** What stands about the first secret in `text`. */
function around(text: string): string {
  const at = text.search(secrets);
  return text.slice(Math.max(0, at - 200), at + 100);
}
