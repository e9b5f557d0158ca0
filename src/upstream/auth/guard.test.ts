import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Guard, pinned } from './guard.ts';

const proxy = { http: '', https: '', no: '' };
const guard = (server: string, ...trusted: string[]) => new Guard(server, { trusted, proxy });
const refusedAs = 'LOGIN_FAILED';

/** What a server at the first may name at the second. */
test.for([
  ['https://8.8.8.8/mcp', 'https://1.1.1.1/', true],
  ['https://8.8.8.8/mcp', 'http://127.0.0.1/', false],
  ['https://8.8.8.8/mcp', 'http://localhost:1234/', false],
  ['https://8.8.8.8/mcp', 'http://0x7f.1/', false],
  ['https://8.8.8.8/mcp', 'http://2130706433/', false],
  ['https://8.8.8.8/mcp', 'http://[::1]/', false],
  ['https://8.8.8.8/mcp', 'http://10.0.0.1/', false],
  ['https://8.8.8.8/mcp', 'http://192.168.1.1/', false],
  ['https://8.8.8.8/mcp', 'http://169.254.169.254/', false],
  ['https://8.8.8.8/mcp', 'http://[::ffff:169.254.169.254]/', false],
  ['https://8.8.8.8/mcp', 'http://0/', false],
  ['https://8.8.8.8/mcp', 'file:///etc/passwd', false],
  ['https://8.8.8.8/mcp', 'javascript:alert(1)', false],
  ['https://8.8.8.8/mcp', 'a:b?c', false],
  ['https://8.8.8.8/mcp', 'vscode://x/$(touch%20pwned)', false],
  ['https://8.8.8.8/mcp', 'data:application/json,{}', false],
  ['http://10.1.1.1/mcp', 'http://10.2.2.2/', true],
  ['http://10.1.1.1/mcp', 'http://127.0.0.1/', false],
  ['http://10.1.1.1/mcp', 'http://169.254.169.254/', false],
  ['http://127.0.0.1:1/mcp', 'http://localhost:2/', true],
  ['http://127.0.0.1:1/mcp', 'http://10.2.2.2/', true],
  ['http://127.0.0.1:1/mcp', 'http://169.254.169.254/', false],
  ['http://169.254.1.1/mcp', 'http://169.254.169.254/', false],
  ['http://169.254.1.1/mcp', 'http://169.254.1.1:8080/', true],
] as const)('%s may name %s: %s', async ([server, named, may]) => {
  const checked = guard(server).check(new URL(named));
  if (may) await checked;
  else await expect(checked).rejects.toMatchObject({ code: refusedAs });
});

test('what the configuration names is reached wherever it is', async () => {
  await guard('https://8.8.8.8/mcp', 'http://10.0.0.1/issuer').check(new URL('http://10.0.0.1:8080/token'));
});

async function serving(answer: (response: import('node:http').ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close().closeAllConnections());
  await new Promise(resolve => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('redirects are told, not followed', async () => {
  const base = await serving(response =>
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
  );
  const response = await guard(base).fetch(base);
  expect([response.status, response.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
});

test('an answer that does not end is given up', async () => {
  const base = await serving(response => {
    const flood = setInterval(() => response.write(Buffer.alloc(256 * 1024)), 1);
    response.once('close', () => clearInterval(flood));
  });
  await expect(guard(base).fetch(base)).rejects.toMatchObject({
    name: 'TypeError',
    cause: { code: refusedAs, message: expect.stringMatching(/more than 1 MB/) },
  });
});

test('what is refused rejects as what fetch throws, so that nothing else is tried', async () => {
  await expect(guard('https://8.8.8.8/mcp').fetch('http://10.0.0.1/')).rejects.toBeInstanceOf(TypeError);
});

test('a name is connected to at the address that was looked at, whatever it has become', async () => {
  const lookup = pinned('rebound.example', [{ address: '192.0.2.7', family: 4 }]);
  const all = await new Promise(resolve =>
    lookup('rebound.example', { all: true }, (_, addresses) => resolve(addresses)),
  );
  expect(all).toEqual([{ address: '192.0.2.7', family: 4 }]);
  const one = await new Promise(resolve => lookup('rebound.example', {}, (_, address) => resolve(address)));
  expect(one).toBe('192.0.2.7');
});
