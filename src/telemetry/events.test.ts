import { expect, test } from 'vitest';
import { listened, publish, subscribe } from './events.ts';

test('subscribers get each event of their name, until they end it', () => {
  const heard: unknown[] = [];
  expect(listened('upstream.stderr')).toBe(false);
  publish('upstream.stderr', { server: 'x', line: 'nobody listens' });
  const off = subscribe('upstream.stderr', event => heard.push(event));
  const offOther = subscribe('client.closed', event => heard.push(event));
  expect(listened('upstream.stderr')).toBe(true);
  publish('upstream.stderr', { server: 'x', line: 'heard' });
  off();
  publish('upstream.stderr', { server: 'x', line: 'too late' });
  publish('client.closed', { session: 's', principal: 'p', reason: 'gone', ms: 1 });
  offOther();
  expect(heard).toEqual([
    { server: 'x', line: 'heard' },
    { session: 's', principal: 'p', reason: 'gone', ms: 1 },
  ]);
  expect(listened('upstream.stderr')).toBe(false);
});
