import { expect, onTestFinished, test } from 'vitest';
import { publish } from './events.ts';
import { Happenings } from './happenings.ts';

function listening() {
  const happenings = new Happenings();
  onTestFinished(() => happenings.close());
  return happenings;
}

const refused = (from: string) =>
  publish('auth.refused', { code: 'UNAUTHORIZED', method: 'GET', path: '/mcp', from });

test('what happens is told, the latest first, for all or for one server', () => {
  const happenings = listening();
  publish('upstream.state', {
    server: 'a',
    status: { state: 'failed', since: 0, stderr: [], reason: 'no\u001b[31m such file' },
  });
  publish('breaker.changed', { server: 'b', state: 'open', failures: 3 });
  expect(happenings.lately(10).map(({ server, level, text }) => [server, level, text])).toEqual([
    ['b', 'warn', 'breaker open after 3 failures'],
    ['a', 'error', expect.stringMatching(/^failed: no.* such file$/)],
  ]);
  expect(happenings.lately(10)[1]!.text).not.toContain('\u001b');
  expect(happenings.lately(10, 'a')).toHaveLength(1);
});

test('that a server is well is told where it was not', () => {
  const happenings = listening();
  for (const state of ['ready', 'idle', 'failed', 'connecting', 'ready', 'ready'] as const)
    publish('upstream.state', { server: 'a', status: { state, since: 0, stderr: [] } });
  expect(
    happenings
      .lately(10)
      .map(({ text }) => text)
      .sort(),
  ).toEqual(['failed', 'ready']);
});

test('a flood of one kind is one, and there is an end to how many are kept', () => {
  const happenings = listening();
  for (let request = 0; request < 1_000; request++) refused('1.2.3.4');
  expect(happenings.lately(10)).toMatchObject([{ kind: 'auth.refused', count: 1_000 }]);
  for (let request = 0; request < 1_000; request++) refused(`1.2.3.${request}`);
  expect(happenings.lately(10_000)).toHaveLength(500);
});

test('the states of a server are kept, whatever else happens', () => {
  const happenings = listening();
  publish('upstream.state', { server: 'a', status: { state: 'ready', since: 0, stderr: [] } });
  for (let request = 0; request < 1_000; request++) refused(`1.2.3.${request}`);
  for (let turn = 0; turn < 100; turn++)
    publish('upstream.state', {
      server: 'b',
      status: { state: turn % 2 === 0 ? 'connecting' : 'ready', since: 0, stderr: [] },
    });
  expect(happenings.statesOf('a')).toMatchObject([{ state: 'ready' }]);
  expect(happenings.statesOf('b')).toHaveLength(50);
  expect(happenings.statesOf('nobody')).toEqual([]);
});
