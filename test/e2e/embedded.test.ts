// MCPX inside a program, this one. That the built library can do the same is seen in package.test.ts.
import { beforeEach, expect, vi } from 'vitest';
import { type Configuration, createGateway, serve } from '../../src/index.ts';
import { fixture, test } from './harness.ts';

const echo: Configuration = { mcpServers: { echo: fixture('echo') } };
const both: Configuration = { mcpServers: { ...echo.mcpServers, second: fixture('echo') } };

beforeEach<{ place: { state: string } }>(({ place }) => {
  vi.stubEnv('XDG_STATE_HOME', place.state);
  return () => vi.unstubAllEnvs();
});

test('the three tools are functions', async ({ place: _ }) => {
  const gateway = await createGateway(echo);
  try {
    const result = await gateway.exec({ tool: 'echo.echo', arguments: { message: 'hello' } });
    expect(result.content[0]).toMatchObject({ type: 'text', text: 'hello' });
    expect((await gateway.inspect({ server: 'echo' })).content[0]?.['text']).toContain('echo.echo(');
    expect(await gateway.exec({ tool: 'echo.no_such_tool' })).toMatchObject({ isError: true });
  } finally {
    await gateway.close();
  }
});

test('a call ends when its signal says so', async ({ place: _ }) => {
  const gateway = await createGateway({ mcpServers: { hang: fixture('hangs-in-call') } });
  try {
    const giveUp = new AbortController();
    const call = gateway.exec({ tool: 'hang.hang' }, giveUp);
    await gateway.exec({ tool: 'hang.echo', arguments: { message: 'the call before has arrived' } });
    giveUp.abort();
    expect((await call).content[0]?.['text']).toContain('the program cancelled it');
    const told = async () => (await gateway.exec({ tool: 'hang.cancelled' })).content[0]?.['text'];
    await vi.waitFor(async () => expect(await told()).toContain('requestId'));
  } finally {
    await gateway.close();
  }
});

test('it serves over HTTP, changes while it does, and closes', async ({ place }) => {
  const { gateway, url } = await serve(echo, { port: 0 });
  try {
    const client = await place.http('v2 legacy', url);
    expect((await client.tools()).map(({ name }) => name)).toEqual(['inspect', 'exec', 'resources']);
    await gateway.reload(both);
    const { content } = await gateway.exec({ tool: 'second.echo', arguments: { message: 'new' } });
    expect(content[0]).toMatchObject({ text: 'new' });
    expect((await fetch(new URL('/api/servers', url))).status).toBe(404);
    await expect(gateway.listen()).rejects.toMatchObject({ code: 'USAGE' });
  } finally {
    await gateway.close();
  }
  await expect(fetch(url)).rejects.toThrow();
});

test('where it listens counts, whatever the configuration says of it', async ({ place: _ }) => {
  const keyed: Configuration = { ...echo, gateway: { keys: { me: 'a-key-of-enough-length' } } };
  const gateway = await createGateway(keyed);
  try {
    const url = await gateway.listen({ host: '0.0.0.0', port: 0 });
    await expect(gateway.reload(echo)).rejects.toMatchObject({ code: 'BIND_REFUSED' });
    const { port } = new URL(url);
    expect((await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST' })).status).toBe(401);
  } finally {
    await gateway.close();
  }
});

test('it listens once, and not after its end', async ({ place: _ }) => {
  const gateway = await createGateway(echo);
  const both = await Promise.allSettled([gateway.listen({ port: 0 }), gateway.listen({ port: 0 })]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const [{ value: url } = { value: '' }] = both as PromiseFulfilledResult<string>[];
  await gateway.close();
  await expect(fetch(url)).rejects.toThrow();
  await expect(gateway.listen({ port: 0 })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });

  const late = await createGateway(echo);
  const listening = late.listen({ port: 0 }).catch(() => url);
  await late.close();
  await expect(fetch(await listening)).rejects.toThrow();
});

test('what cannot be used is refused with a code', async ({ place: _ }) => {
  const wrong = { mcpServers: { echo: { command: 1 } } } as unknown as Configuration;
  await expect(createGateway(wrong)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(createGateway('/no/such/file')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(serve(echo, { host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'BIND_REFUSED' });
});
