import { expect, onTestFinished, test, vi } from 'vitest';
import type { ServerConfig, Target } from '../config/types.ts';
import { connected, stdio } from './connecting.fixture.ts';
import { Lister } from './lister.ts';

const ceiling = { timeout: 20_000, interval: 20 };

/** A lister of the fixture `hinted`, and how often it has listed. */
function listing(server: ServerConfig & { target: Target }, restMs?: number) {
  const seen = { times: 0 };
  const onListing = () => {
    seen.times++;
  };
  const lister = new Lister({ server, restMs, onListing, open: () => connected(server) });
  onTestFinished(() => lister.close(0));
  void lister.list();
  return { lister, seen };
}

test('a listing that is good for a time is taken again, but not from a server that tells, nor too often', async () => {
  const again = listing(stdio('hinted', '50'), 10);
  const telling = listing(stdio('hinted', '50', 'tells'), 10);
  const resting = listing(stdio('hinted', '50'));
  const stale = listing(stdio('hinted', '0'), 10);
  const endless = listing(stdio('hinted', '1e300'), 10);
  await vi.waitFor(() => expect(again.seen.times).toBeGreaterThan(5), ceiling);
  await Promise.all([telling, resting, stale, endless].map(({ lister }) => lister.list()));
  for (const { seen } of [telling, resting, stale, endless]) expect(seen.times).toBeLessThan(3);
  await again.lister.close();
  const { times } = again.seen;
  await resting.lister.list();
  expect(again.seen.times).toBe(times);
});

test('what is only listed again does not keep the connection open', async () => {
  const server = stdio('hinted', '50');
  const { lister, seen } = listing({ ...server, pool: { ...server.pool, idleMs: 500 } }, 10);
  await vi.waitFor(() => expect(lister.status.state).toBe('idle'), ceiling);
  expect(seen.times).toBeGreaterThan(2);
  const { times } = seen;
  const other = listing(stdio('hinted', '50'), 10);
  await vi.waitFor(() => expect(other.seen.times).toBeGreaterThan(5), ceiling);
  expect(seen.times).toBe(times);
});
