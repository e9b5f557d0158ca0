// After a pause a thing is asked whether it still works, before work depends on it.
import { expect, test, vi } from 'vitest';
import { deferred, pooling, type Thing, turn } from './pool.fixture.ts';

test('after a pause one is looked at before it is used, and replaced when it does not work', async () => {
  const answers = [true, false];
  const validate = vi.fn(async () => answers.shift()!);
  const { pool, acquire, things } = pooling({ sharing: 'all', pauseMs: 30, validate });
  (await acquire()).release();
  (await acquire()).release();
  expect(validate).not.toHaveBeenCalled();
  await turn(50);
  (await acquire()).release();
  expect(validate).toHaveBeenCalledTimes(1);
  await turn(50);
  expect((await acquire()).held).toBe(things[1]);
  expect(pool.counters.discarded).toEqual({ invalid: 1 });
});

test('one that is being looked at is not used, and is looked at once', async () => {
  const works = deferred<boolean>();
  const validate = vi.fn(() => works.promise);
  const { pool, acquire, things } = pooling({ sharing: 'all', pauseMs: 10, validate });
  (await acquire()).release();
  await turn(30);
  const waiting = [acquire(), acquire()];
  expect(pool.idle).toBe(undefined);
  expect(pool.counters).toMatchObject({ busy: 0, waiting: 2 });
  works.resolve(true);
  for (const lease of await Promise.all(waiting)) expect(lease.held).toBe(things[0]);
  expect(validate).toHaveBeenCalledTimes(1);
});

test('whoever waits for one that is being looked at needs no other', async () => {
  const works = deferred<boolean>();
  let opened = 0;
  const { pool, acquire, make, things } = pooling({
    sharing: 'once',
    min: 1,
    pauseMs: 10,
    validate: () => works.promise,
    open: async () => (opened++ === 0 ? make() : new Promise<Thing>(() => {})),
  });
  pool.keep();
  await vi.waitFor(() => expect(pool.counters.spare).toBe(1));
  await turn(30);
  const waiting = acquire();
  await turn(30);
  expect(opened).toBe(2); // the other is for whoever comes next
  works.resolve(true);
  expect((await waiting).held).toBe(things[0]);
});
