import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { McpxError } from '../errors.ts';
import { type Lease, type Owned, OwnedPool } from './owned.ts';

class Thing implements Owned {
  closed = false;
  closedWith?: number;
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
  async close(graceMs?: number): Promise<void> {
    this.closed = true;
    this.closedWith = graceMs;
  }
}

/** A pool whose things are made when the test says so. `takeApart`: what giving one up waits for. */
function pool(max = 10, takeApart: () => Promise<void> = async () => {}) {
  const made: Thing[] = [];
  const asked: { make: () => Thing; fail: (error: Error) => void; cancellation: Cancellation }[] = [];
  const things = new OwnedPool<Thing>({
    max,
    open: cancellation =>
      new Promise((resolve, fail) => {
        const make = () => {
          const thing = new Thing(made.push(undefined as never));
          made[thing.number - 1] = thing;
          resolve(thing);
          return thing;
        };
        cancellation.onCancel(reason => void takeApart().then(() => fail(reason)));
        asked.push({ make, fail, cancellation });
      }),
  });
  const acquire = (owner: string, cancellation = new Cancellation()) =>
    things.acquire(owner, cancellation) as Promise<Lease<Thing>>;
  /** Acquires, and makes what is asked for. */
  const held = async (owner: string) => {
    const waiting = acquire(owner);
    if (waiting instanceof Promise) asked.at(-1)!.make();
    return (await waiting).held;
  };
  return { things, asked, made, acquire, held };
}

const left = new McpxError('CALL_CANCELLED', 'left');

test('an owner keeps its thing, and nobody else gets it', async () => {
  const { held, asked, things } = pool();
  const [mine, theirs] = [await held('me'), await held('them')];
  expect(await held('me')).toBe(mine);
  expect(theirs).not.toBe(mine);
  expect(asked).toHaveLength(2);
  expect(things.size).toBe(2);
});

test('what is there is leased synchronously', async () => {
  const { held, things } = pool();
  const mine = await held('me');
  const lease = things.acquire('me', new Cancellation()) as Lease<Thing>;
  expect(lease.held).toBe(mine);
  lease.release();
  lease.release();
  expect(mine.closed).toBe(false);
});

test('work of one owner shares one opening', async () => {
  const { acquire, asked } = pool();
  const leases = [acquire('me'), acquire('me'), acquire('me')];
  const thing = asked[0]!.make();
  expect((await Promise.all(leases)).map(({ held }) => held)).toEqual([thing, thing, thing]);
  expect(asked).toHaveLength(1);
});

test('an opening that fails is told to all who wait, and tried again by the next', async () => {
  const { acquire, asked, held, things } = pool();
  const waiting = [acquire('me'), acquire('me')];
  asked[0]!.fail(new Error('broken'));
  for (const lease of waiting) await expect(lease).rejects.toThrow('broken');
  expect(things.size).toBe(0);
  expect((await held('me')).closed).toBe(false);
});

test('an opening is given up when the last who waits cancels; work that comes then gets another', async () => {
  let takenApart!: () => void;
  const { acquire, asked, things } = pool(10, () => new Promise(resolve => (takenApart = resolve)));
  const cancellation = new Cancellation();
  const cancelled = acquire('me', cancellation);
  cancellation.cancel(left);
  await expect(cancelled).rejects.toBe(left);
  expect(asked[0]!.cancellation.reason).toBeDefined();

  const next = acquire('me');
  expect(asked).toHaveLength(2);
  const thing = asked[1]!.make();
  expect((await next).held).toBe(thing);
  takenApart();
  expect((await acquire('me')).held).toBe(thing);
  expect(things.size).toBe(1);
});

test('what is made though nobody wants it any more is closed', async () => {
  const { acquire, asked, things } = pool(10, () => new Promise(() => {}));
  const cancellation = new Cancellation();
  const cancelled = acquire('me', cancellation);
  cancellation.cancel(left);
  await expect(cancelled).rejects.toBe(left);
  const thing = asked[0]!.make();
  await things.close();
  expect(thing.closed).toBe(true);
});

test('an owner that leaves while its thing is made gets none, and none stays', async () => {
  const { acquire, asked, things } = pool(10, () => new Promise(() => {}));
  const waiting = acquire('me');
  await things.leave('me');
  const thing = asked[0]!.make();
  await expect(waiting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  expect(thing.closed).toBe(true);
  expect(things.size).toBe(0);
});

test('a thing that has ended is replaced at the next use, at the limit too', async () => {
  const { held } = pool(2);
  const first = await held('me');
  await held('them');
  first.closed = true;
  const second = await held('me');
  expect(second).not.toBe(first);
  expect(await held('me')).toBe(second);
});

test('more owners than allowed are refused, unless a thing of another has ended', async () => {
  const { acquire, held, things } = pool(2);
  const first = await held('a');
  await held('b');
  await expect(acquire('c')).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS' });
  await held('b');
  first.closed = true;
  await held('c');
  await expect(acquire('a')).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS' });
  await things.leave('b');
  expect((await held('a')).closed).toBe(false);
});

test('leaving closes with the time given, and touches nobody else', async () => {
  const { held, things } = pool();
  const [mine, theirs] = [await held('me'), await held('them')];
  await things.leave('me', 7);
  await things.leave('nobody');
  expect(mine).toMatchObject({ closed: true, closedWith: 7 });
  expect(theirs.closed).toBe(false);
});

test('a thing that is discarded is closed; a lease of an earlier one discards nothing', async () => {
  const { acquire, held } = pool();
  await held('me');
  const old = await acquire('me');
  old.discard();
  expect(old.held.closed).toBe(true);
  const next = await held('me');
  old.discard();
  expect(next.closed).toBe(false);
  expect(await held('me')).toBe(next);
});

test('cancelled work opens nothing', async () => {
  const { acquire, asked } = pool();
  const cancellation = new Cancellation();
  cancellation.cancel(left);
  await expect(acquire('me', cancellation)).rejects.toBe(left);
  expect(asked).toEqual([]);
});

test('closing waits until what was being made has been taken apart, and nothing is made after it', async () => {
  let takenApart!: () => void;
  const { acquire, held, things } = pool(10, () => new Promise(resolve => (takenApart = resolve)));
  const mine = await held('me');
  const waiting = acquire('them').catch(error => error);
  let closed = false;
  const closing = things.close(3).then(() => {
    closed = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  expect(mine).toMatchObject({ closed: true, closedWith: 3 });
  expect(closed).toBe(false);
  takenApart();
  await closing;
  expect(await waiting).toMatchObject({ code: 'CALL_CANCELLED' });
  await expect(acquire('late')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
