// What has ended by itself is lent to nobody, and replaced.
import { expect, test } from 'vitest';
import { pooling } from './pool.fixture.ts';

test('one that broke is replaced at the next use', async () => {
  const { pool, acquire, things } = pooling({});
  await acquire('a');
  things[0]!.break();
  expect((await acquire('a')).held).toBe(things[1]);
  expect(pool.counters).toMatchObject({ total: 1, started: 2, discarded: { broken: 1 } });
});

test('one that has ended is not lent, though it has not said so yet', async () => {
  const { pool, acquire, things } = pooling({ sharing: 'all', share: 1 });
  (await acquire()).release();
  things[0]!.closed = true;
  expect(pool.idle).toBe(undefined);
  expect((await acquire()).held).toBe(things[1]);
});

test('one that has ended by the time that it is there is replaced', async () => {
  const { pool, acquire, make, things } = pooling({
    sharing: 'all',
    open: async () => {
      const thing = make();
      thing.closed = thing.id === 1;
      return thing;
    },
  });
  expect((await acquire()).held).toBe(things[1]);
  expect(pool.counters).toMatchObject({ total: 1, discarded: { broken: 1 } });
});
