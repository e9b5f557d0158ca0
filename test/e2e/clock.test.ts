// The clock of the machine is put on by an hour, then back by two: clients, connections and calls do not notice.
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { execRaw, fixture, preloaded, test } from './harness.ts';

const sessionIdleMs = 8_000;

test('nobody is taken for gone, nothing for old, and no call for late', async ({ place }) => {
  const gateway = await place.serve(
    {
      own: fixture('stateful'),
      common: { ...fixture('stateful'), isolation: 'shared', pool: { lifetimeMs: 60_000, idleMs: 60_000 } },
      hangs: { ...fixture('hangs-in-call'), timeoutMs: 60_000 },
    },
    { gateway: { sessionIdleMs }, env: preloaded('jumping-clock') },
  );
  const wire = await place.rawHttp('legacy', gateway.url);
  const say = async (tool: string, given = {}) => {
    const { result } = await execRaw(wire, tool, given);
    return (result!['content'] as { text: string }[])[0]!.text;
  };
  for (const server of ['own', 'common']) await say(`${server}.set`, { value: 'kept' });
  let ended = false;
  const other = await place.rawHttp('modern', gateway.url);
  const hanging = execRaw(other, 'hangs.hang').catch(() => {});
  void hanging.then(() => {
    ended = true;
  });

  for (const ahead of [3_600_000, -3_600_000]) {
    gateway.child.kill('SIGUSR2');
    await gateway.says(`the clock is ${ahead} ms ahead`);
    await delay(sessionIdleMs / 4 + 500); // who is gone is looked for once in a quarter of that time
    for (const server of ['own', 'common']) expect(await say(`${server}.get`)).toBe('"kept"');
    expect(ended).toBe(false);
  }
  other.end();
  await hanging;
});
