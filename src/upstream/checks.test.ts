import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { alive } from '../../test/fixtures/start.ts';
import { Checks, type ChecksOptions } from './checks.ts';
import { connected, expectNoChildren, stdio } from './connecting.fixture.ts';
import { Health } from './health.ts';

afterAll(expectNoChildren);

const patience = { timeout: 10_000, interval: 10 };

function checking(options: Partial<ChecksOptions>) {
  const health = new Health({ threshold: 2, onopen: () => {}, onclose: () => {} });
  const settings = {
    enabled: true,
    intervalMs: 50,
    timeoutMs: 200,
    threshold: 2,
    connection: () => undefined,
  };
  const checks = new Checks({ ...settings, health, ...options });
  onTestFinished(() => checks.stop());
  return { checks, health };
}

/** A connection to a server that hangs as soon as the test says so. */
async function moody() {
  const folder = mkdtempSync(join(tmpdir(), 'mcpx-checks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'frozen');
  const connection = await connected(stdio('hangs-on-demand', file));
  return { connection, freeze: () => writeFileSync(file, ''), thaw: () => rmSync(file) };
}

test('a silent server is asked, and what it says is heard', async () => {
  const { connection } = await moody();
  const { health } = checking({ connection: () => connection });
  await vi.waitFor(() => expect(health.report).toMatchObject({ ok: true, by: 'check' }), patience);
  expect(connection.closed).toBe(false);
});

test('one that hangs is given up once it has been left alone, and its process is ended', async () => {
  const { connection, freeze } = await moody();
  freeze();
  const { health } = checking({ connection: () => (connection.closed ? undefined : connection) });
  await vi.waitFor(() => expect(health.report.breaker.state).toBe('open'), patience);
  expect(health.report).toMatchObject({
    ok: false,
    by: 'check',
    reason: 'the server did not answer a health check within 0.2 s',
    breaker: { failures: 2 },
  });
  expect(connection.closed).toBe(true);
  await vi.waitFor(() => expect(alive(connection.pid!)).toBe(false), patience);
});

test('it is asked once at a time, and what we close ourselves is no failure', async () => {
  const { connection, freeze } = await moody();
  freeze();
  const ping = vi.spyOn(connection, 'ping');
  const find = vi.fn(() => connection);
  const { health } = checking({ connection: find, intervalMs: 10, timeoutMs: 60_000 });
  await vi.waitFor(() => expect(find.mock.calls.length).toBeGreaterThan(5), patience);
  expect(ping).toHaveBeenCalledTimes(1);
  expect(connection.inFlight).toBe(1);
  await connection.close(0);
  await expect(ping.mock.results[0]!.value).rejects.toThrow('the gateway has closed the connection');
  expect(health.report).toEqual({ breaker: { state: 'closed', failures: 0, retryInMs: 0 } });
});

test('a connection in doubt is given up when it does not answer, and what waits on it is lost', async () => {
  const { connection, freeze } = await moody();
  const { checks, health } = checking({ threshold: 3 });
  health.heard('call'); // another connection works
  freeze();
  const lost = connection.open('tools/call', { name: 'whoami', arguments: {} }).response;
  lost.catch(() => {}); // told below
  checks.doubt(connection);
  await vi.waitFor(() => expect(connection.closed).toBe(true), patience);
  expect(health.report).toMatchObject({ ok: false, by: 'check', breaker: { state: 'closed', failures: 1 } });
  await expect(lost).rejects.toMatchObject({
    code: 'UPSTREAM_LOST',
    message: 'the server did not answer a health check within 0.2 s',
  });
  await vi.waitFor(() => expect(alive(connection.pid!)).toBe(false), patience);
});

test('one that was only slow is left alone', async () => {
  const { connection, freeze, thaw } = await moody();
  const { checks, health } = checking({ threshold: 1_000 });
  const ping = vi.spyOn(connection, 'ping');
  freeze();
  checks.doubt(connection);
  await vi.waitFor(
    () => expect(ping.mock.settledResults.map(({ type }) => type)).toContain('rejected'),
    patience,
  );
  thaw();
  await vi.waitFor(
    () => expect(ping.mock.settledResults.map(({ type }) => type)).toContain('fulfilled'),
    patience,
  );
  const asked = ping.mock.calls.length;
  await new Promise(resolve => setTimeout(resolve, 300));
  expect(ping.mock.calls.length).toBe(asked);
  expect(connection.closed).toBe(false);
  expect(health.report.breaker.failures).toBe(0);
});

test('nobody is asked who has spoken just now, when checks are off, or after they were stopped', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const find = vi.fn(() => undefined);
  const { checks, health } = checking({ connection: find, intervalMs: 1_000 });
  checking({ connection: find, enabled: false });
  health.heard('call');
  vi.advanceTimersByTime(999);
  health.heard('call');
  vi.advanceTimersByTime(500);
  expect(find).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(find).toHaveBeenCalledTimes(1);
  checks.stop();
  vi.advanceTimersByTime(60_000);
  expect(find).toHaveBeenCalledTimes(1);
});
