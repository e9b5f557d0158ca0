import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import type { McpxError } from '../errors.ts';
import { subscribe } from '../telemetry/events.ts';
import { connect } from './connect.ts';
import { configured, noProxy, scripted } from './connecting.fixture.ts';
import { redactor } from './redact.ts';

const secret = 'sk-CANARY-0123456789';

test('takes out every secret, the longest first, and leaves words alone', () => {
  const redact = redactor([secret, `${secret}-longer`, 'true', '']);
  expect(redact(`a ${secret}-longer b ${secret} c ${secret} true`)).toBe(
    'a [secret] b [secret] c [secret] true',
  );
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
