// Who may use the gateway over HTTP, where it listens, and that no answer goes to somebody else.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect } from 'vitest';
import { envelope, execRaw, fixture, freePort, main, type Place, Printing, test } from './harness.ts';

const servers = { echo: fixture('echo') };
const keys = {
  laptop: '${env:MCPX_KEY}',
  hashed: `sha256:${createHash('sha256').update('other-key').digest('hex')}`,
};
const keyed = { gateway: { keys }, env: { MCPX_KEY: 'sk-right' } };

describe('with keys', () => {
  test('a request without one, or with a wrong one, gets 401 and nothing else', async ({ place }) => {
    const { url } = await place.serve(servers, keyed);
    const bodies = new Set<string>();
    const wrong = [
      'Bearer wrong',
      'Bearer sk-righ',
      'Bearer sk-rightt',
      'Bearer ',
      'Basic c2stcmlnaHQ=',
      'sk-right',
    ];
    for (const authorization of wrong) {
      for (const method of ['POST', 'GET', 'DELETE', 'PUT']) {
        const headers = { authorization, 'content-type': 'application/json' };
        const response = await fetch(url, { method, headers, body: method === 'POST' ? '{}' : undefined });
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
        const body = await response.text();
        if (authorization.startsWith('Bearer ') && authorization.length > 7) bodies.add(body);
      }
    }
    expect(bodies.size).toBe(1); // what is wrong with a key is not told
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
  });

  test.for(['sk-right', 'other-key'])('%s opens', async (key, { place }) => {
    const { url } = await place.serve(servers, keyed);
    const headers = { authorization: `Bearer ${key}` };
    for (const era of ['legacy', 'modern'] as const) {
      const wire = await place.rawHttp(era, url, headers);
      expect((await execRaw(wire, 'echo.echo', { message: 'hi' })).result).toMatchObject({
        content: [{ text: 'hi' }],
      });
    }
  });

  test('health is told to everybody, its detail only with a key', async ({ place }) => {
    const gateway = await place.serve(servers, keyed);
    expect(await gateway.health()).toEqual({ status: 'alive' });
    expect(await gateway.health({ authorization: 'Bearer wrong' })).toEqual({ status: 'alive' });
    expect((await gateway.health({ authorization: 'Bearer sk-right' })).servers).toHaveLength(1);
  });

  test('no key is printed anywhere, or handed to a server', async ({ place }) => {
    const gateway = await place.serve({ environment: fixture('environment') }, keyed);
    const wire = await place.rawHttp('legacy', gateway.url, { authorization: 'Bearer sk-right' });
    const { result } = await execRaw(wire, 'environment.env');
    expect(JSON.stringify(result)).not.toContain('sk-right');
    await gateway.stop();
    expect(gateway.out + gateway.err).not.toContain('sk-right');
  });
});

describe('an address that other machines can reach', () => {
  test.for(['0.0.0.0', '::', '192.0.2.1'])('is refused without keys: %s', async (host, { place }) => {
    const config = place.write(servers);
    const { code, err } = await place.run(['serve', '--config', config, '--host', host, '--port', '1']);
    expect(code).toBe(1);
    expect(err).toContain(`${host} is reachable from other machines, and no keys are set.`);
    expect(err).toContain('--insecure');
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('is served with --insecure, with a warning', async ({ place }) => {
    const gateway = await place.serve(servers, { args: ['--host', '0.0.0.0', '--insecure'] });
    await gateway.says('warning: everybody who can reach 0.0.0.0 can run every tool');
    expect((await gateway.health()).status).toBe('alive');
  });

  test('is served with keys, to those who have one', async ({ place }) => {
    const gateway = await place.serve(servers, { ...keyed, args: ['--host', '0.0.0.0'] });
    expect((await fetch(gateway.url, { method: 'POST' })).status).toBe(401);
    expect(gateway.err).not.toContain('warning: everybody');
  });
});

describe('a port that is taken', () => {
  test('is an error when somebody named it', async ({ place }) => {
    const port = await occupied(place);
    const { code, err } = await place.run([
      'serve',
      '--config',
      place.write(servers),
      '--port',
      String(port),
    ]);
    expect(code).toBe(1);
    expect(err).toContain(`port ${port} on 127.0.0.1 is taken`);
    const named = await place.run(['serve', '--config', place.write(servers, { gateway: { port } })]);
    expect(named.code).toBe(1);
  });

  test('is passed over when nobody named one', async ({ place }) => {
    const first = createServer().on('error', () => {}); // somebody else may have it: that is as good
    first.listen(8000, '127.0.0.1');
    place.onClose(async () => {
      first.close();
    });
    const gateway = new Printing([main, 'serve', '--config', place.write(servers)], place.env());
    place.onClose(async () => {
      gateway.child.kill('SIGTERM');
      await gateway.exit;
    });
    await gateway.says(/serves 1 server at http:\/\/127\.0\.0\.1:80(0[1-9]|1\d|20)\/mcp/);
  });

  test('is one that is no port', async ({ place }) => {
    for (const port of ['70000', 'x', '-1', '1.5']) {
      const { code, err } = await place.run(['serve', '--config', place.write(servers), `--port=${port}`]);
      expect([code, err]).toEqual([2, expect.stringContaining('is no port')]);
    }
  });
});

test('a hundred clients with the same ids get each their own answers', { timeout: 60_000 }, async ({
  place,
}) => {
  const { url } = await place.serve(servers);
  const clients = await Promise.all(Array.from({ length: 50 }, () => place.rawHttp('legacy', url)));
  const ask = async (client: number, id: number) => {
    const message = `client ${client} call ${id}`;
    const modern = client >= clients.length;
    const params = { name: 'exec', arguments: { tool: 'echo.echo', arguments: { message } } };
    const meta = modern ? { _meta: envelope(`client ${client}`) } : {};
    const headers: Record<string, string> = modern
      ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'exec' }
      : { 'mcp-session-id': clients[client]!.session! };
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, ...meta } }),
    });
    const text = await response.text(); // a stream, where it took more than five seconds
    const answer = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as {
      id: number;
      result: { content: { text: string }[] };
    };
    return answer.id === id && answer.result.content[0]!.text === message;
  };
  let delivered = 0;
  const rounds = 30;
  const one = async (client: number) => {
    for (let id = 1; id <= rounds; id++) if (await ask(client, id)) delivered++;
  };
  await Promise.all(Array.from({ length: 100 }, (_, client) => one(client)));
  expect(delivered).toBe(100 * rounds);
});

/** A port on which something listens. */
async function occupied(place: Place): Promise<number> {
  const port = await freePort();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  place.onClose(async () => {
    server.close();
  });
  return port;
}
