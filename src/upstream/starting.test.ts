import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { fixture } from '../../test/fixtures/start.ts';
import { Cancellation } from '../cancellation.ts';
import type { Slot } from '../pool/starts.ts';
import { connected, expectNoChildren, stdio, text } from './connecting.fixture.ts';
import { ProcessTransport, type StartOptions } from './process.ts';
import { starts } from './starting.ts';

afterAll(expectNoChildren);
const expectNoStarts = () => expect(starts.counters).toEqual({ running: 0, waiting: 0 });
beforeEach(expectNoStarts);
afterAll(expectNoStarts);

const env = { PATH: process.env['PATH'] ?? '' };

function transport(command: { command: string; args: string[] }, options?: StartOptions): ProcessTransport {
  const child = new ProcessTransport({ ...command, cwd: process.cwd(), env }, options);
  onTestFinished(() => child.close(0));
  return child;
}

const mute = fixture('never-initializes');

/** Takes every slot there is. They are given back with the test. */
async function takeAll(): Promise<Slot[]> {
  const slots: Slot[] = [];
  onTestFinished(() => {
    for (const slot of slots) slot.ended();
  });
  for (;;) {
    const cancellation = new Cancellation();
    const slot = starts.enter({ rank: () => 0, cancellation });
    if (!(slot instanceof Promise)) {
      slots.push(slot);
      continue;
    }
    cancellation.cancel(new Error('that is all'));
    await slot.catch(() => {});
    expect(slots.length).toBeGreaterThanOrEqual(8);
    return slots;
  }
}

test('a process waits for its turn', async () => {
  const [slot] = await takeAll();
  const child = transport(mute);
  const starting = child.start();
  await new Promise(resolve => setImmediate(resolve));
  expect(child.pid).toBeUndefined();
  slot!.ended();
  await starting;
  expect(child.pid).toBeDefined();
  await child.close(0);
});

test('the time for which it waits is not that of the server', async () => {
  const slots = await takeAll();
  const connecting = connected({ ...stdio('echo'), connectTimeoutMs: 1_500 });
  await new Promise(resolve => setTimeout(resolve, 1_600));
  for (const slot of slots) slot.ended();
  const connection = await connecting;
  expect(await text(connection, 'echo', { message: 'at last' })).toBe('at last');
  await connection.close(0);
});

test('one that is closed while it waits is not started', async () => {
  const slots = await takeAll();
  const child = transport(mute);
  let closed = 0;
  child.onclose = () => closed++;
  const starting = child.start();
  await child.close();
  await expect(starting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  for (const slot of slots) slot.ended();
  expect(child.pid).toBeUndefined();
  expect(closed).toBe(1);
});

test('one that is closed when its turn has just come is not started, and passes the turn on', async () => {
  const [slot] = await takeAll();
  const child = transport(mute);
  const starting = child.start();
  const next = transport(mute);
  const startingNext = next.start();
  slot!.ended();
  await child.close();
  await expect(starting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  await startingNext;
  expect([child.pid, next.pid]).toEqual([undefined, expect.any(Number)]);
  await next.close(0);
});

test('who cancels ends the wait with the reason given', async () => {
  await takeAll();
  const cancellation = new Cancellation();
  const starting = transport(mute, { cancellation }).start();
  const reason = new Error('the client has left');
  cancellation.cancel(reason);
  await expect(starting).rejects.toBe(reason);
});

test('one that somebody waits for is started before one in the background', async () => {
  const [slot] = await takeAll();
  const background = transport(mute, { rank: () => 1, cancellation: new Cancellation() });
  const wanted = transport(mute);
  const starting = background.start();
  const startingWanted = wanted.start();
  slot!.ended();
  await startingWanted;
  expect(background.pid).toBeUndefined();
  await background.close();
  await expect(starting).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  await wanted.close(0);
});

test('the first byte that it writes gives the turn to the next', async () => {
  const script = "process.stdin.once('data', () => process.stdout.write('x'))";
  const child = transport({ command: process.execPath, args: ['-e', script] });
  await child.start();
  expect(starts.counters.running).toBe(1);
  await child.send({});
  await vi.waitFor(() => expect(starts.counters.running).toBe(0), { timeout: 1_500 }); // before two seconds are over
  expect(child.end).toBeUndefined();
});

test('so does its end, and that it cannot be started', async () => {
  const child = transport(mute);
  await child.start();
  await child.close(0);
  expect(starts.counters.running).toBe(0);
  await expect(transport({ command: 'no-such-command', args: [] }).start()).rejects.toThrow('was not found');
  await expect(transport({ command: 'a\0b', args: [] }).start()).rejects.toThrow('cannot be started');
  expect(starts.counters.running).toBe(0);
});

test('two that download one package start one after the other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mcpx-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const command = join(folder, 'npx');
  await writeFile(command, '#!/bin/sh\nexec sleep 100\n');
  await chmod(command, 0o755);
  const npx = (...args: string[]) => transport({ command, args });
  const [first, second, other] = [npx('-y', 'thing', 'a'), npx('-y', 'thing', 'b'), npx('-y', 'other')];
  const startingSecond = first.start().then(() => second.start());
  await other.start();
  expect(second.pid).toBeUndefined();
  await first.close(0);
  await startingSecond;
  expect(second.pid).toBeDefined();
  await Promise.all([second.close(0), other.close(0)]);
});
