// Numbers arrive as they were written, in both directions: an id of twenty digits is nobody's id once it is rounded.
import { describe, expect } from 'vitest';
import { fixture, sharedPlace, test } from './harness.ts';

const place = sharedPlace();
const values = '{"id":12345678901234567890,"price":1.50,"zero":-0.0,"big":1e400,"plain":[1,2.5]}';
const given = '{"id":98765432109876543210,"ratio":1.0}';
const prefix = 'io.modelcontextprotocol/';

/** Posts `params` as text and returns the text of the answer. */
async function posted(url: string, method: string, params: string, session?: string): Promise<string> {
  const modern = session === undefined && method !== 'initialize';
  const meta = `"_meta":{"${prefix}protocolVersion":"2026-07-28","${prefix}clientInfo":{"name":"x","version":"1"},"${prefix}clientCapabilities":{}}`;
  const name = /"name":"([a-z_]+)"/.exec(params)?.[1];
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session !== undefined && { 'mcp-session-id': session }),
      ...(modern && { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method }),
      ...(modern && name !== undefined && { 'mcp-name': name }),
    },
    body: `{"jsonrpc":"2.0","id":1,"method":"${method}","params":{${modern ? [meta, params].filter(Boolean) : params}}}`,
  });
  const text = await response.text();
  return method === 'initialize' ? response.headers.get('mcp-session-id')! : text;
}

const hello = '"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}';

describe.each(['stdio', 'http'])('from a server over %s', transport => {
  const started = async () => {
    const server =
      transport === 'stdio'
        ? fixture('exact-numbers')
        : { url: (await place.fixtureHttp('exact-numbers', 'http')).url };
    const gateway = await place.serve({ exact: server });
    await gateway.listed('exact');
    return gateway;
  };

  test.each(['legacy', 'modern'])('to a client of the %s era, in both modes', async era => {
    const { base } = await started();
    for (const path of ['/mcp/flat', '/mcp']) {
      const url = `${base}${path}`;
      const session = era === 'legacy' ? await posted(url, 'initialize', hello) : undefined;
      const call = (tool: string, args: string) =>
        path === '/mcp/flat'
          ? posted(url, 'tools/call', `"name":"${tool}","arguments":${args}`, session)
          : posted(
              url,
              'tools/call',
              `"name":"exec","arguments":{"tool":"exact.${tool}","arguments":${args}}`,
              session,
            );
      expect(await call('numbers', '{}')).toContain(`"structuredContent":${values}`);
      expect(await call('numbers', '{}')).toContain('"x":2.0');
      expect(await call('heard', given)).toContain(JSON.stringify(given));
    }
    const session = era === 'legacy' ? await posted(`${base}/mcp/flat`, 'initialize', hello) : undefined;
    expect(await posted(`${base}/mcp/flat`, 'tools/list', '', session)).toContain(
      '"default":1.0,"maximum":1e2',
    );
  });

  test('to whoever reckons with them they are numbers', async () => {
    const { base } = await started();
    const exec = (rest: string) =>
      posted(`${base}/mcp`, 'tools/call', `"name":"exec","arguments":{"tool":"exact.numbers",${rest}}`);
    expect(await exec('"arguments":{"ratio":1.0},"select":"plain[?@ > `1`]"')).toContain('[2.5]');
    expect(await exec('"arguments":{"ratio":1e3}')).toContain('BAD_ARGUMENTS');
    expect(await exec('"arguments":{"ratio":1.0}')).toContain('"structuredContent"');
  });
});

test('on the command line too', async ({ place }) => {
  const file = place.write({ exact: fixture('exact-numbers') });
  const { out } = await place.run(['exec', '--config', file, '--json', 'exact.numbers', '{}']);
  for (const number of ['12345678901234567890', '1e400', '-0.0']) expect(out).toContain(number);
});
