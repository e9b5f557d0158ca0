// A server that behaves badly, and what its neighbours notice of it.
import { expect } from 'vitest';
import { residentMb } from '../fixtures/start.ts';
import { errorOf, execRaw, fixture, test } from './harness.ts';

const roomMb = 100;

test('a storm of log messages reaches who called, in order, and takes neither memory nor places of others', async ({
  place,
}) => {
  const count = 200_000;
  const gateway = await place.serve({ loud: fixture('log-flood'), echo: fixture('echo') });
  const wire = await place.rawHttp('legacy', gateway.url);
  const other = await place.http('v2 modern', gateway.url);
  await execRaw(wire, 'loud.echo', { message: 'open' });
  await other.text('echo.echo', { message: 'open' });
  const before = residentMb(gateway.pid);
  let flooding = true;
  const flood = execRaw(wire, 'loud.flood', { count }).finally(() => {
    flooding = false;
  });
  let served = 0;
  while (flooding) {
    expect(await other.text('echo.echo', { message: `${served}` })).toBe(`${served}`);
    served++;
  }
  expect((await flood).result).toMatchObject({ content: [{ text: `${count} messages` }] });
  expect(served).toBeGreaterThan(2); // how many there are depends on what else the machine does
  expect(residentMb(gateway.pid) - before).toBeLessThan(roomMb);
  const numbers = wire.notifications.map(({ params }) => (params!['data'] as { number: number }).number);
  expect(numbers.length).toBeGreaterThan(0);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test('a server whose places are all taken by calls that never end takes none of others', async ({
  place,
}) => {
  const hog = { ...fixture('hangs-in-call'), concurrency: 8, queue: 8, timeoutMs: 20_000 };
  const gateway = await place.serve({ hog, echo: fixture('echo') });
  const client = await place.http('v2 modern', gateway.url);
  const stuck = Array.from({ length: 16 }, () => client.exec('hog.hang'));
  expect(errorOf(await client.exec('hog.hang'))).toMatchObject({ code: 'SERVER_BUSY', retryable: true });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, turn) => client.text('echo.echo', { message: `${turn}` })),
  );
  expect(answers).toEqual(answers.map((_, turn) => `${turn}`));
  await client.close();
  await Promise.allSettled(stuck);
});

test('a healthy server is started before dozens of hanging ones have been given up', async ({ place }) => {
  const hanging = Object.fromEntries(
    Array.from({ length: 36 }, (_, number) => [`mute${number}`, fixture('never-initializes')]),
  );
  const gateway = await place.serve({ ...hanging, echo: fixture('echo') });
  await expect.poll(() => place.left().length).toBeGreaterThan(8); // those that are started at one time have been
  const client = await place.http('v2 modern', gateway.url);
  expect(await client.text('echo.echo', { message: 'at last' })).toBe('at last');
  const { servers } = (await gateway.health()) as unknown as { servers: { name: string; state: string }[] };
  const states = servers.filter(({ name }) => name.startsWith('mute')).map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(['connecting']));
});
