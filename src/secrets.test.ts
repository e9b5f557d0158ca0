import { expect, test } from 'vitest';
import { Cancellation } from './cancellation.ts';
import type { McpxError } from './errors.ts';
import { isSecretName, learnSecrets, redacted, withoutSecrets } from './secrets.ts';
import { subscribe } from './telemetry/events.ts';
import { connect } from './upstream/connect.ts';
import { configured, noProxy, scripted } from './upstream/connecting.fixture.ts';

const secret = 'sk-CANARY-0123456789';

test('takes out every secret, the longest first, and leaves words alone', () => {
  learnSecrets([secret, `${secret}-longer`, 'true', '']);
  expect(withoutSecrets(`a ${secret}-longer b ${secret} c ${secret} true`)).toBe(
    'a [secret] b [secret] c [secret] true',
  );
});

test('a secret is found in JSON and in an address, too', () => {
  learnSecrets(['quote " and \\ and /slash?']);
  expect(withoutSecrets(JSON.stringify({ a: 'x quote " and \\ and /slash? y' }))).toBe(
    '{"a":"x [secret] y"}',
  );
  expect(withoutSecrets(`?q=${encodeURIComponent('quote " and \\ and /slash?')}`)).toBe('?q=[secret]');
});

test.for([
  ['Authorization: Bearer abcdefghijklmnop1234', 'Authorization: Bearer [secret]'],
  ['at https://me:hunter2@host/path', 'at https://[secret]@host/path'],
  ['GET /x?api_key=zzz&page=1', 'GET /x?api_key=[secret]&page=1'],
  ['{"password":"hunter2","page":1}', '{"password":"[secret]","page":1}'],
  ['{"text":"{\\"client_secret\\":\\"abc\\"}"}', '{"text":"{\\"client_secret\\":\\"[secret]\\"}"}'],
  ['invalid api key: 0123456789abcdef', 'invalid api key: 0123456789abcdef'],
  ['invalid apiKey: 0123456789abcdef', 'invalid apiKey: [secret]'],
  ['MY_TOKEN=abc123', 'MY_TOKEN=[secret]'],
  ['key ghp_0123456789abcdefghij0123', 'key [secret]'],
  ['sk-proj-0123456789abcdef!', '[secret]!'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def', '[secret]'],
  ['"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----"', '"[secret]"'],
  ['"-----BEGIN RSA PRIVATE KEY-----\\nMIIE","next":1', '"[secret]","next":1'],
])('what looks like a secret is taken out of %s', ([text, wanted]) => {
  expect(redacted(text!)).toBe(wanted);
});

test.for([
  'My token is fine; Basic authentication is not',
  '{"tokens":512,"argumentTokens":3}',
  'files.read_text_file: ok in 12 ms',
  'https://example.com/mcp?page=2#tokens',
  'Unexpected token: foo',
])('what is none stays: %s', text => {
  expect(redacted(text)).toBe(text);
});

test('no text, however made, takes long to be looked through', () => {
  for (const part of [
    'token',
    'a',
    '"',
    '\\',
    '://a:',
    '-----BEGIN ',
    'eyJaaaaaaaa.',
    'Bearer  ',
    'secret = ',
  ]) {
    const started = performance.now();
    redacted(part.repeat(100_000 / part.length));
    expect(performance.now() - started, part).toBeLessThan(1_000);
  }
});

test('names of secrets are known', () => {
  expect(
    ['password', 'apiKey', 'X-Api-Key', 'client_secret', 'Authorization', 'refreshTokens'].filter(
      isSecretName,
    ),
  ).toHaveLength(6);
  expect(['path', 'tokenizer', 'keyboard', 'secretary'].filter(isSecretName)).toEqual([]);
});

test('a server that prints its token does not spread it', async () => {
  const script =
    'console.log(process.env.TOKEN); console.error(`bad token ${process.env.TOKEN}`); process.exit(1)';
  const target = scripted(script, { TOKEN: secret });
  const said: string[] = [];
  const ends = [
    subscribe('upstream.stderr', ({ line }) => void said.push(line)),
    subscribe('upstream.noise', ({ line }) => void said.push(line)),
  ];
  const server = configured(target, { secrets: [secret] });
  const failed = connect({ server, proxy: noProxy, cancellation: new Cancellation() });
  const error: McpxError = await failed.then(
    () => expect.unreachable(),
    thrown => thrown,
  );
  for (const end of ends) end();
  expect(error.text).toContain('bad token [secret]');
  expect(said).toContain('bad token [secret]');
  expect(said).toContain('[secret]');
  expect(JSON.stringify([error.text, error.data, said])).not.toContain(secret);
});
