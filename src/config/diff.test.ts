import { expect, test } from 'vitest';
import { type Difference, difference, isSame } from './diff.ts';
import { load } from './loading.fixture.ts';

/** The difference between two configurations as they are written; only what is not empty. */
async function between(before: object, after: object, env = {}): Promise<Partial<Difference>> {
  const whole = difference(await load(before, env), await load(after, env));
  return Object.fromEntries(Object.entries(whole).filter(([, part]) => part.length > 0));
}

const server = { command: 'node', args: ['server.js'], cwd: '/' };
const one = (more: object) => ({ mcpServers: { one: { ...server, ...more } } });

test('the same configuration in other words is the same', async () => {
  const before = await load({ mcpServers: { one: { ...server, timeoutMs: 5 } } });
  const after = await load({ defaults: { timeoutMs: 5 }, servers: { one: { ...server, disabled: false } } });
  expect(isSame(difference(before, after))).toBe(true);
});

test('servers come and go, by being disabled too', async () => {
  const before = { mcpServers: { a: server, b: server, c: { ...server, enabled: false } } };
  const after = { mcpServers: { c: server, a: { ...server, disabled: true }, d: server } };
  expect(await between(before, after)).toEqual({ added: ['c', 'd'], removed: ['a', 'b'] });
});

test.each([
  [{ args: ['other.js'] }, ['args']],
  [{ command: 'deno' }, ['command']],
  [{ cwd: '/tmp' }, ['cwd']],
  [{ env: { A: '1' } }, ['env']],
  [{ inheritEnv: ['OTHER'] }, ['inheritEnv']],
  [{ isolation: 'call' }, ['isolation', 'pool.max']],
  [{ env: { A: '${env:NOWHERE}' } }, ['references']],
  [{ args: ['other.js'], timeoutMs: 5 }, ['args', 'timeoutMs']],
])('a server with %j must be connected to anew', async (more, settings) => {
  const { replaced, ...others } = await between(one({}), one(more), { OTHER: 'x' });
  expect(others).toEqual({});
  expect(replaced).toEqual([{ server: 'one', settings }]);
});

test.each([
  [{ timeoutMs: 5 }, ['timeoutMs']],
  [{ pool: { max: 3, idleMs: 7 } }, ['pool.max', 'pool.idleMs']],
  [{ concurrency: 1, queue: 0 }, ['concurrency', 'queue']],
  [{ health: { threshold: 9 } }, ['health.threshold']],
  [{ cache: { ttlMs: 1 } }, ['cache.ttlMs']],
  [{ tools: { ask: ['x'], examples: { y: ['z'] } } }, ['tools.ask', 'tools.examples']],
  [{ compress: { results: 'shadow' }, resultTokens: 1 }, ['compress.results', 'resultTokens']],
  [{ maxTotalMs: 1, connectTimeoutMs: 2, retry: true }, ['connectTimeoutMs', 'maxTotalMs', 'retry']],
])('a server with %j keeps its connections', async (more, settings) => {
  const { adjusted, ...others } = await between(one({}), one(more));
  expect(others).toEqual({});
  expect(adjusted).toEqual([{ server: 'one', settings: expect.arrayContaining(settings) }]);
  expect(adjusted![0]!.settings).toHaveLength(settings.length);
});

test('a secret that changes is named, never shown; one that is only written elsewhere is the same', async () => {
  const written = { mcpServers: { far: { url: 'https://a.example/mcp', headers: { X: '${env:KEY}' } } } };
  const before = await load(written, { KEY: 'first-secret' });
  const after = await load(written, { KEY: 'second-secret' });
  const { replaced } = difference(before, after);
  expect(replaced).toEqual([{ server: 'far', settings: ['headers'] }]);
  const literal = await load({
    mcpServers: { far: { url: 'https://a.example/mcp', headers: { X: 'first-secret' } } },
  });
  expect(isSame(difference(before, literal))).toBe(true);
});

test('of the gateway the address, and what watches it, wait for the next start', async () => {
  const gateway = {
    host: '127.0.0.2',
    port: 9,
    drainMs: 1,
    keys: { a: 'secret-key' },
    results: { ttlMs: 5 },
    log: { level: 'warn', format: 'json' },
    history: { maxMb: 1 },
  };
  expect(await between({ mcpServers: {} }, { mcpServers: {}, gateway })).toEqual({
    gateway: ['drainMs', 'results.ttlMs', 'log.level', 'keys'],
    restart: ['host', 'port', 'log.format', 'history.maxMb'],
  });
});
