import { expect, test } from 'vitest';
import { maskedSettings } from './masked.ts';

test('literal values that may be secret are not shown, references are', () => {
  const settings = {
    command: 'npx',
    args: [
      '-y',
      'x',
      '--api-key',
      'sk-1',
      '--token=sk-2',
      '--port',
      '80',
      '--key',
      '--verbose',
      'https://u:p@h/',
    ],
    env: { A: 'sk-3', B: '${env:B}', C: 'prefix-${env:C}', D: '${env:D:-sk-4}' },
    headers: { Authorization: 'Bearer ${env:T}', 'X-Key': 'sk-5', Mixed: 'Bearer sk-6' },
    url: 'https://me:sk-7@host/path?key=sk-8&id=${env:ID}#part',
    auth: { clientId: 'public', clientSecret: 'sk-9', scopes: ['a'] },
    timeoutMs: 5,
    resultTokens: 100,
  };
  const shown = maskedSettings(settings);
  expect(JSON.stringify(shown)).not.toMatch(/sk-|:p@/);
  expect(shown).toEqual({
    command: 'npx',
    args: [
      '-y',
      'x',
      '--api-key',
      '***',
      '--token=***',
      '--port',
      '80',
      '--key',
      '--verbose',
      'https://***@h/',
    ],
    env: { A: '***', B: '${env:B}', C: '***${env:C}', D: '${env:D:-***}' },
    headers: { Authorization: 'Bearer ${env:T}', 'X-Key': '***', Mixed: 'Bearer ***' },
    url: 'https://***@host/path?key=***&id=${env:ID}#part',
    auth: { clientId: 'public', clientSecret: '***', scopes: ['a'] },
    timeoutMs: 5,
    resultTokens: 100,
  });
});

test('of keys only hashes and references are shown', () => {
  const keys = { a: 'sk-1', b: '${file:key}', c: `sha256:${'0'.repeat(64)}` };
  expect(maskedSettings({ port: 1, keys })).toEqual({ port: 1, keys: { ...keys, a: '***' } });
});

test('secrets in arguments are known by their names, by the option before them, and by their looks', () => {
  const args = [
    'run',
    '-e',
    'GITHUB_PERSONAL_ACCESS_TOKEN=sk-1',
    '-e',
    'REGION=eu',
    '--header',
    'Authorization: Bearer sk-2',
    '-H',
    'X-Whatever:sk-3',
    '--header=X-Key: sk-4',
    '--dsn=postgres://u:sk-5@h/db',
    `ghp_${'a'.repeat(30)}`,
    '--header',
    'Authorization: Bearer ${env:TOKEN}',
    'image',
  ];
  expect(maskedSettings({ args })).toEqual({
    args: [
      'run',
      '-e',
      'GITHUB_PERSONAL_ACCESS_TOKEN=***',
      '-e',
      'REGION=eu',
      '--header',
      'Authorization: Bearer ***',
      '-H',
      'X-Whatever:***',
      '--header=X-Key: ***',
      '--dsn=postgres://***@h/db',
      '***',
      '--header',
      'Authorization: Bearer ${env:TOKEN}',
      'image',
    ],
  });
});

test('a server may be called like a group of secrets', () => {
  const env = { command: 'npx', args: ['-y', 'b'], pool: { max: 1 }, env: { A: 'sk-1' } };
  expect(maskedSettings({ mcpServers: { env } })).toEqual({
    mcpServers: { env: { ...env, env: { A: '***' } } },
  });
});
