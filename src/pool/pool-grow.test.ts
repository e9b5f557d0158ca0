// Things that everybody may use: more of them while work waits, and no more than that.
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Lease } from './member.ts';
import { pooling, type Thing, turn } from './pool.fixture.ts';

test('more are opened when work has waited, up to the most there may be', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', max: 3, share: 1 });
  const leases = await Promise.all(['a', 'b', 'c'].map(acquireNamed(acquire)));
  expect(new Set(leases.map(({ held }) => held)).size).toBe(3);
  const late = acquire('d');
  await turn(150);
  expect(things).toHaveLength(3);
  leases[0]!.release();
  await late;
  expect(pool.counters.total).toBe(3);
});

test('none is opened when work is quick', async () => {
  vi.useFakeTimers(); // time that does not pass on a busy machine
  onTestFinished(() => void vi.useRealTimers());
  const { acquire, things } = pooling({ sharing: 'all', max: 8, share: 2 });
  const work = async () => {
    for (let round = 0; round < 20; round++) {
      const lease = await acquire();
      await turn(5);
      lease.release();
    }
  };
  const done = Promise.all(Array.from({ length: 8 }, work));
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
  expect(things).toHaveLength(1);
});

test('where much waits the number of things doubles, and no more', async () => {
  const atOneTime: number[] = [];
  let lastly = 0;
  const { acquire, make, things } = pooling({
    sharing: 'all',
    share: 1,
    max: 8,
    open: async () => {
      if (lastly++ === 0)
        queueMicrotask(() => {
          atOneTime.push(lastly);
          lastly = 0;
        });
      return make();
    },
  });
  await Promise.all(Array.from({ length: 8 }, () => acquire()));
  expect(things).toHaveLength(8);
  expect(atOneTime).toEqual([1, 1, 2, 4]);
});

/** For `map`, which passes more than a name. */
function acquireNamed(acquire: (owner: string) => Promise<Lease<Thing>>) {
  return (name: string) => acquire(name);
}
