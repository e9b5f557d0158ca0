import { expect, test } from 'vitest';
import { asInstance } from './instance.ts';

const sound = {
  pid: 12,
  processStart: '34',
  address: 'http://127.0.0.1:8000',
  config: '/home/me/mcpx.json',
  version: '0.1.0',
  startedAt: 1_795_000_000_000,
  key: 'k'.repeat(43),
};

test('what a gateway writes is an instance', () => {
  expect(asInstance(sound, 12)).toEqual(sound);
  expect(asInstance({ ...sound, processStart: undefined }, 12)).toBeDefined();
  expect(asInstance({ ...sound, address: 'http://[::1]:8000', more: 1 }, 12)).toBeDefined();
});

test.for([
  null,
  'text',
  [sound],
  { ...sound, pid: 13 },
  { ...sound, pid: '12' },
  { ...sound, processStart: 34 },
  { ...sound, address: 'https://127.0.0.1:8000' },
  { ...sound, address: 'http://127.0.0.1:8000/path' },
  { ...sound, address: 'http://me:secret@127.0.0.1:8000' },
  { ...sound, address: 'file:///etc/passwd' },
  { ...sound, address: 'nonsense' },
  { ...sound, config: undefined },
  { ...sound, version: 1 },
  { ...sound, startedAt: 'today' },
  { ...sound, key: 'short' },
  { ...sound, key: `${'k'.repeat(42)}\n` },
])('what is none: %j', value => {
  expect(asInstance(value, 12)).toBeUndefined();
});
