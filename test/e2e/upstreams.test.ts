// Servers of every transport and era are reached, each in its own protocol.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect } from 'vitest';
import {
  execRaw,
  fixture,
  type Gateway,
  type McpClient,
  type Place,
  type Server,
  sharedPlace,
  test,
} from './harness.ts';

const modern = '2026-07-28';

/** For each way to be a server: the protocol that it is spoken to in, and the fixture. */
const kinds = {
  'stdio of 2025': ['2025-11-25', () => fixture('echo')],
  'stdio of both eras': [modern, () => fixture('modern-stdio', 'dual')],
  'stdio of 2026 only': [modern, () => fixture('modern-stdio')],
  'stdio that starts slowly': ['2025-11-25', () => fixture('slow-start', '700')],
  'stdio mute to what it does not know': ['2025-11-25', () => fixture('mute-to-unknown')],
  'stdio dying of what it does not know': ['2025-11-25', () => fixture('dies-on-unknown')],
  'HTTP of 2025, answering in streams': ['2025-11-25', place => http(place, 'legacy-http')],
  'HTTP of 2025, answering in JSON': ['2025-11-25', place => http(place, 'legacy-http', 'json')],
  'HTTP of 2026 only': [modern, place => http(place, 'modern-http')],
  'HTTP of both eras': [modern, place => http(place, 'modern-http', 'dual')],
  'SSE, by its type': [
    '2025-11-25',
    async place => ({ ...(await http(place, 'sse-only', 'root')), type: 'sse' }),
  ],
  'SSE, by its address': ['2025-11-25', place => http(place, 'sse-only')],
  'SSE, by falling back': ['2025-11-25', place => http(place, 'sse-only', 'root')],
} satisfies Record<string, [string, (place: Place) => Server | Promise<Server>]>;

type Kind = keyof typeof kinds;
const all = Object.keys(kinds) as Kind[];
const rich = all.filter(kind => /HTTP|SSE|of both|of 2026/.test(kind));
const growing = all.filter(kind => kind.includes('HTTP'));

/** What is remembered of a server. */
interface Kept {
  way: { mode: { kind: string } };
}

let place: Place;
let gateway: Gateway;
let client: McpClient;

beforeAll(async () => {
  place = sharedPlace();
  const servers: Record<string, Server> = {};
  for (const kind of all) servers[kind] = await kinds[kind][1](place);
  gateway = await place.serve(servers);
  client = await place.http('v1', gateway.url);
});

const at = (kind: Kind, tool: string) => `${kind}.${tool}`;

test.for(all)('%s: is listed and called', async kind => {
  await gateway.listed(kind);
  expect(await client.text(at(kind, 'echo'), { message: 'hello' })).toBe('hello');
});

test.for(all)('%s: doctor knows its protocol', async kind => {
  const { out } = await place.run(['doctor', kind, '--json', '--config', join(place.folder, 'mcpx.json')]);
  expect(JSON.parse(out)).toMatchObject([{ server: kind, ok: true, protocol: kinds[kind][0] }]);
});

describe('relays', () => {
  test.for(rich)('structured results and progress of %s', async kind => {
    expect((await client.exec(at(kind, 'add'), { a: 2, b: 3 })).structuredContent).toEqual({ sum: 5 });
    const heard: number[] = [];
    const options = { onprogress: ({ progress }: { progress: number }) => heard.push(progress) };
    await client.exec(at(kind, 'work'), { steps: 3, ms: 100 }, options);
    expect(heard).toEqual(kind.includes('JSON') ? [] : [1, 2, 3]);
  });

  test.for(rich)('resources of %s', async kind => {
    expect((await client.resources({ server: kind, uri: 'good://said/hello' })).content).toEqual([
      { type: 'text', text: 'hello' },
    ]);
  });

  test.for(growing)('a tool that %s adds later', async kind => {
    expect(await client.inspect({ server: kind })).not.toContain('grown_1');
    const grown = await client.text(at(kind, 'grow'));
    await expect.poll(() => client.inspect({ server: kind }), { timeout: 20_000 }).toContain(grown);
  });
});

test('a tool that a 2026 server over stdio adds by itself is found', async ({ place }) => {
  const gateway = await place.serve({ grows: fixture('modern-stdio', 'grows') });
  const client = await place.http('v2 modern', gateway.url);
  await gateway.listed('grows');
  expect(await client.inspect({ server: 'grows' })).not.toContain('grown_1');
  await expect.poll(() => client.inspect({ server: 'grows' }), { timeout: 20_000 }).toContain('grown_1');
});

describe('a server that asks for a credential', () => {
  test('needs_auth is told at once, with what to do, and it is not asked again', async ({ place }) => {
    const { url } = await place.fixtureHttp('legacy-http', 'require-bearer=right');
    const gateway = await place.serve({ locked: { url } });
    await gateway.says('locked: needs_auth');
    const client = await place.http('v1', gateway.url);
    expect(await client.inspect()).toMatch(/- locked: needs_auth \(.*HTTP status 401/);
    expect(await client.text('locked.echo', { message: 'x' })).toMatch(/needs_auth[\s\S]*headers/);
  });

  test('is called with the one that the configuration names', async ({ place }) => {
    const { url } = await place.fixtureHttp('legacy-http', 'require-bearer=right');
    const locked = { url, headers: { Authorization: 'Bearer ${env:TOKEN}' } };
    const client = await place.stdio('v2 legacy', { locked }, { env: { TOKEN: 'right' } });
    expect(JSON.parse(await client.text('locked.headers'))).toMatchObject({ authorization: 'Bearer right' });
  });
});

test.for(['legacy', 'modern'] as const)(
  'what a %s client sends to be let in goes to no server',
  async (era, { place }) => {
    const { url } = await place.fixtureHttp('legacy-http');
    const key = 'the-key-of-a-client';
    const settings = { gateway: { keys: { laptop: '${env:KEY}' } }, env: { KEY: key } };
    const gateway = await place.serve({ remote: { url } }, settings);
    const wire = await place.rawHttp(era, gateway.url, {
      authorization: `Bearer ${key}`,
      cookie: 'session=of-a-client',
      'x-forwarded-for': '192.0.2.7',
    });
    const { result } = await execRaw(wire, 'remote.headers');
    const [{ text }] = result!['content'] as [{ text: string }];
    expect(JSON.parse(text)).toHaveProperty('mcp-session-id');
    for (const own of [key, 'of-a-client', '192.0.2.7', wire.session ?? 'none'])
      expect(text).not.toContain(own);
  },
);

describe('how a server was reached is remembered', () => {
  test.for([
    ['dies-on-unknown', 2],
    ['mute-to-unknown', undefined],
    ['modern-stdio', undefined],
  ] as const)('%s is started once the next time', async ([name, firstStarts], { place }) => {
    const starts = join(place.folder, 'starts');
    writeFileSync(starts, '');
    const { command, args } = fixture(name);
    const script = `echo started >> "${starts}"; exec "$0" "$@"`;
    const servers = { counted: { command: '/bin/sh', args: ['-c', script, command, ...args] } };
    const run = async () => {
      const gateway = await place.serve(servers);
      await gateway.listed('counted');
      const counted = readFileSync(starts, 'utf8').match(/started/g)!.length;
      await gateway.stop();
      writeFileSync(starts, '');
      return counted;
    };
    const first = await run();
    if (firstStarts !== undefined) expect(first).toBe(firstStarts);
    const { way } = JSON.parse(readFileSync(place.listings()[0]!, 'utf8')) as {
      way: { mode: { kind: string } };
    };
    expect(way.mode.kind).toBe(name === 'modern-stdio' ? 'modern' : 'legacy');
    expect(await run()).toBe(1);
  });

  test.for([
    ['echo', 'modern-stdio', 'modern'],
    ['modern-stdio', 'echo', 'legacy'],
  ] as const)('and forgotten when %s has become %s', async ([before, after, kind], { place }) => {
    const script = join(place.folder, 'server.sh');
    for (const name of [before, after]) {
      const { command, args } = fixture(name);
      writeFileSync(script, `exec "${command}" "${args[0]}"\n`);
      const gateway = await place.serve({ changing: { command: '/bin/sh', args: [script] } });
      const client = await place.http('v1', gateway.url);
      await gateway.listed('changing');
      expect(await client.text('changing.echo', { message: name })).toBe(name);
      await client.close();
      await gateway.stop();
    }
    const { way } = JSON.parse(readFileSync(place.listings()[0]!, 'utf8')) as Kept;
    expect(way.mode.kind).toBe(kind);
  });
});

describe('a process gets', () => {
  test('the environment of the configuration, what any program needs, and nothing else', async ({
    place,
  }) => {
    const servers = {
      plain: { ...fixture('environment'), env: { OWN: '${env:SECRET}' } },
      trusting: { ...fixture('environment'), inheritEnv: ['SECRET'] },
    };
    const env = {
      SECRET: 'sk-CANARY',
      OTHER: 'sk-CANARY',
      LC_ALL: 'C.UTF-8',
      HTTPS_PROXY: 'http://127.0.0.1:9',
    };
    const client = await place.stdio('v1', servers, { env });
    const plain = JSON.parse(await client.text('plain.env')) as { env: Record<string, string>; cwd: string };
    expect(plain.cwd).toBe(place.folder);
    expect(plain.env).toMatchObject({
      OWN: 'sk-CANARY',
      LC_ALL: 'C.UTF-8',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HOME: place.folder,
    });
    expect(Object.keys(plain.env)).not.toContain('SECRET');
    expect(Object.keys(plain.env)).not.toContain('OTHER');
    const trusting = JSON.parse(await client.text('trusting.env')) as { env: Record<string, string> };
    expect(trusting.env['SECRET']).toBe('sk-CANARY');
    expect(Object.keys(trusting.env)).not.toContain('OTHER');
  });

  test('its arguments as they are: no shell looks at them', async ({ place }) => {
    const args = ['$(touch pwned)', '; true', '*', '-rf', '', 'two words', '`id`', '"', "'"];
    const client = await place.stdio('v1', { environment: fixture('environment', ...args) });
    expect(JSON.parse(await client.text('environment.env'))).toMatchObject({ argv: args });
  });
});

async function http(place: Place, name: string, ...args: string[]): Promise<Server> {
  const { url } = await place.fixtureHttp(name, ...args);
  return { url };
}
