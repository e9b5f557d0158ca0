import { describe, expect, test } from 'vitest';
import { failure, load, warningsOf } from './loading.fixture.ts';

async function target(server: object) {
  const { servers, warnings } = await load({ mcpServers: { a: server } });
  expect(warnings).toEqual([]);
  return servers[0]?.target;
}

const url = 'https://example.com/mcp';

describe('the transport', () => {
  test.each([
    [{ command: 'x' }, 'stdio'],
    [{ command: 'x', type: 'stdio' }, 'stdio'],
    [{ command: 'x', type: 'local' }, 'stdio'],
    [{ url }, 'http'],
    [{ url, type: 'http' }, 'http'],
    [{ url, type: 'streamable-http' }, 'http'],
    [{ url, type: 'streamableHttp' }, 'http'],
    [{ url, type: 'remote' }, 'http'],
    [{ url, type: 'sse' }, 'sse'],
    [{ url: 'https://example.com/sse' }, 'sse'],
    [{ url: 'https://example.com/sse/x?y', type: 'remote' }, 'sse'],
    [{ url: 'https://example.com/sse', type: 'http' }, 'http'],
    [{ url: 'https://sse.example.com/ssex' }, 'http'],
    [{ serverUrl: url }, 'http'],
    [{ httpUrl: url }, 'http'],
  ])('of %j is %s', async (server, type) => {
    expect((await target(server))?.type).toBe(type);
  });
});

describe('other clients’ configurations', () => {
  test('VS Code’s servers and inputs', async () => {
    const config = await load({
      inputs: [{ type: 'promptString', id: 'key', description: 'Key', password: true }],
      servers: {
        asks: { type: 'stdio', command: 'x', env: { KEY: '${input:key}' } },
        fine: { type: 'http', url },
      },
      mcpServers: { more: { command: 'x' } },
    });
    expect(config.servers.map(({ name, problem }) => [name, problem?.message])).toEqual([
      ['more', undefined],
      [
        'asks',
        '${input:key} does not resolve: input "key" would be asked of a person; expected a reference of kind env or file',
      ],
      ['fine', undefined],
    ]);
  });

  test('disabled, autoApprove and alwaysAllow', async () => {
    const { servers, warnings } = await load({
      mcpServers: {
        off: { command: 'x', disabled: true },
        out: { command: 'x', enabled: false },
        on: { command: 'x', disabled: false, autoApprove: ['a'], alwaysAllow: [] },
        default: { command: 'x' },
      },
      defaults: { enabled: false },
    });
    expect(servers.map(({ name }) => name)).toEqual(['on']);
    expect(warnings).toEqual([]);
  });

  test('a server in both sections is an error', async () => {
    const servers = { a: { command: 'x' } };
    expect(await failure({ mcpServers: servers, servers })).toBe(
      '8:5: server "a" stands in both mcpServers and servers; expected it once',
    );
  });

  test('keys of the Python MCPX', async () => {
    const config = await load({
      mcpServers: {},
      schema_compression_enabled: false,
      toon_compression_enabled: true,
      toon_compression_min_size: 3,
      health_check_enabled: true,
      health_check_interval: 30,
      include_structured_content: true,
    });
    expect(warningsOf(config)).toMatchInlineSnapshot(`
      "3:3: schema_compression_enabled is a key of the Python MCPX; it is read as defaults.compress.schemas
      4:3: toon_compression_enabled is a key of the Python MCPX; it is read as defaults.compress.results
      5:3: toon_compression_min_size is a key of the Python MCPX that has no counterpart; it is ignored
      6:3: health_check_enabled is a key of the Python MCPX; it is read as defaults.health.enabled
      7:3: health_check_interval is a key of the Python MCPX; it is read as defaults.health.intervalMs
      8:3: include_structured_content is a key of the Python MCPX; it is read as defaults.compress.structuredContent"
    `);
  });
});
