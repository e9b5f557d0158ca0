import { expect, test } from 'vitest';
import { withReferences } from './references.ts';

const values = (variables: Map<string, string>) => Object.fromEntries(variables);

test('secrets become references, wherever they stand; nothing else does', () => {
  const { entry, variables } = withReferences('my server', {
    command: 'npx',
    args: [
      '-y',
      'x',
      '--api-key',
      'CANARY-1',
      '--token=CANARY-2',
      '--port',
      '80',
      'https://h/?profile=free&key=CANARY-3',
    ],
    env: {
      GITHUB_TOKEN: 'CANARY-4',
      LEVEL: 'debug',
      URI: 'postgresql://me:CANARYpw5@host/db',
      KNOWN: '${env:KNOWN}',
    },
    headers: { Authorization: 'Bearer CANARY-6', 'X-Api-Key': 'CANARY-7', 'X-Region': 'us' },
    url: 'https://me:CANARY-8@host/mcp',
    auth: { clientId: 'public', clientSecret: 'CANARY-9' },
  });
  expect(JSON.stringify(entry)).not.toContain('CANARY');
  expect(entry).toMatchObject({
    args: [
      '-y',
      'x',
      '--api-key',
      '${env:MY_SERVER_API_KEY}',
      '--token=${env:MY_SERVER_TOKEN}',
      '--port',
      '80',
      'https://h/?profile=free&key=${env:MY_SERVER_KEY}',
    ],
    env: { GITHUB_TOKEN: '${env:GITHUB_TOKEN}', LEVEL: 'debug', URI: '${env:URI}', KNOWN: '${env:KNOWN}' },
    headers: {
      Authorization: 'Bearer ${env:MY_SERVER_AUTHORIZATION}',
      'X-Api-Key': '${env:MY_SERVER_X_API_KEY}',
      'X-Region': 'us',
    },
    url: 'https://${env:MY_SERVER_LOGIN}@host/mcp',
    auth: { clientId: 'public', clientSecret: '${env:MY_SERVER_CLIENT_SECRET}' },
  });
  expect(values(variables)).toMatchObject({ GITHUB_TOKEN: 'CANARY-4', MY_SERVER_LOGIN: 'me:CANARY-8' });
  expect(variables.size).toBe(9);
});

test('one variable for one value, and never one for two', () => {
  const taken = new Map([['API_KEY', 'first-secret']]);
  const same = withReferences('a', { env: { API_KEY: 'first-secret' } }, taken);
  expect(same.entry).toEqual({ env: { API_KEY: '${env:API_KEY}' } });
  const other = withReferences('b', { env: { API_KEY: 'second-secret' } }, taken);
  expect(other.entry).toEqual({ env: { API_KEY: '${env:B_API_KEY}' } });
  const third = withReferences(
    'b',
    { env: { API_KEY: 'third-secret' } },
    new Map([...taken, ...other.variables]),
  );
  expect(third.entry).toEqual({ env: { API_KEY: '${env:B_API_KEY_2}' } });
});

test('a name that is no variable becomes one', () => {
  expect(values(withReferences('1password', { headers: { 'x-token': 'CANARY' } }).variables)).toEqual({
    MCP_1PASSWORD_X_TOKEN: 'CANARY',
  });
});
