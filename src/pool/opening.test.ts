import { expect, test } from 'vitest';
import { Cancellation } from '../cancellation.ts';
import { Opening } from './opening.ts';

/** An opening that does what the test says. */
function opening() {
  let resolve!: (thing: string) => void;
  let reject!: (error: Error) => void;
  const opened = new Opening<string>(
    cancellation =>
      new Promise((done, fail) => {
        [resolve, reject] = [done, fail];
        cancellation.onCancel(fail);
      }),
  );
  return { opened, resolve, reject };
}

test('all who wait get the same thing', async () => {
  const { opened, resolve } = opening();
  const waiting = [opened.wait(new Cancellation()), opened.wait(new Cancellation())];
  resolve('thing');
  expect(await Promise.all(waiting)).toEqual(['thing', 'thing']);
  expect(opened.abandoned).toBe(false);
});

test('all who wait get the same failure, and one that nobody waits for harms nobody', async () => {
  const { opened, reject } = opening();
  const waiting = opened.wait(new Cancellation());
  reject(new Error('broken'));
  await expect(waiting).rejects.toThrow('broken');
  opening().reject(new Error('unheard'));
});

test('it goes on while anybody waits, and is given up when the last has', async () => {
  const { opened } = opening();
  const [first, last] = [new Cancellation(), new Cancellation()];
  const waiting = [opened.wait(first), opened.wait(last)];
  first.cancel(new Error('first left'));
  await expect(waiting[0]).rejects.toThrow('first left');
  expect(opened.abandoned).toBe(false);
  last.cancel(new Error('last left'));
  await expect(waiting[1]).rejects.toThrow('last left');
  expect(opened.abandoned).toBe(true);
  await expect(opened.result).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
});
