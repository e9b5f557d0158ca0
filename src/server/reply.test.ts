import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HttpReply } from './reply.ts';

const unreadMs = 700;
/** More than the system keeps for a client that does not read. */
const large = 'x'.repeat(40 * 1024 * 1024);

/** A server and one client of it; each `ask` is an answer that has begun, and the client's end of it, not read yet. */
async function asking() {
  const server = createServer().listen(0, '127.0.0.1');
  const agent = new Agent({ keepAlive: true });
  await once(server, 'listening');
  onTestFinished(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return async () => {
    const asked = get({ port, host: '127.0.0.1', agent });
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>;
    const [{ socket }, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
    const reply = new HttpReply(response, {}, unreadMs);
    await reply.send({ method: 'notifications/progress' });
    const [read] = await answered;
    read.pause();
    return { reply, socket, read };
  };
}

/** Answers, and says how much of it has been read, with a pause after each piece for `slowMs`. */
async function lengthRead(reply: HttpReply, read: IncomingMessage, slowMs: number): Promise<number> {
  await reply.send({ id: 1, result: large });
  reply.end();
  const started = performance.now();
  let length = 0;
  for await (const chunk of read) {
    length += (chunk as Buffer).length;
    if (performance.now() - started < slowMs) await delay(5);
  }
  return length;
}

test('a client that reads nothing of its answer is given up after a while', async () => {
  const { reply, socket } = await (await asking())();
  await reply.send({ id: 1, result: large });
  reply.end();
  expect(reply.unread).toBeGreaterThan(1024 * 1024);
  expect(socket.destroyed).toBe(false);
  await vi.waitFor(() => expect(socket.destroyed).toBe(true), 10_000);
});

test('one that reads slowly has it whole, however long that takes', async () => {
  const { reply, read } = await (await asking())();
  expect(await lengthRead(reply, read, 3 * unreadMs)).toBeGreaterThan(large.length);
});

test('one that has read it keeps its connection for what it asks next', async () => {
  const ask = await asking();
  const { reply, socket, read } = await ask();
  await lengthRead(reply, read, 0);
  await delay(2 * unreadMs);
  const next = await ask();
  expect(next.socket).toBe(socket);
  expect(await lengthRead(next.reply, next.read, 0)).toBeGreaterThan(large.length);
});
