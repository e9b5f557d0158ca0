import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Authenticator } from './auth.ts';

const keys = [{ name: 'laptop', sha256: createHash('sha256').update('sk-right').digest('hex') }];
const bearing = (key: string) => ({ authorization: `Bearer ${key}` });

test('without keys everybody is local', () => {
  const open = new Authenticator([], 'of the instance');
  expect([{}, bearing('any'), bearing('of the instance')].map(headers => open.principal(headers))).toEqual([
    'local',
    'local',
    'local',
  ]);
});

test('with keys, a key or that of the instance opens', () => {
  const keyed = new Authenticator(keys, 'instance');
  expect(keyed.principal(bearing('sk-right'))).toBe('laptop');
  expect(keyed.principal(bearing('instance'))).toBe('local');
  for (const headers of [
    {},
    bearing(''),
    bearing('instance2'),
    bearing('instanc'),
    { authorization: 'instance' },
  ]) {
    expect(() => keyed.principal(headers)).toThrow(expect.objectContaining({ code: 'UNAUTHORIZED' }));
  }
});

test('an instance without a key opens to no empty one', () => {
  const keyed = new Authenticator(keys);
  for (const key of ['', 'undefined']) expect(() => keyed.principal(bearing(key))).toThrow();
});
