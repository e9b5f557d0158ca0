import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Feed } from './feed.ts';
import { Streams } from './stream.ts';

async function served() {
  const feed = new Feed();
  const streams = new Streams(feed);
  const server = createServer((request, response) => streams.open(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {}); // it is cut off
    socket.setEncoding('utf8').write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'readable');
    return socket;
  };
  return { feed, open };
}

test('a reader that does not read is cut off, all others are told', async () => {
  const { feed, open } = await served();
  const [lazy, keen] = [await open(), await open()];
  let heard = '';
  keen.on('data', (text: string) => {
    heard += text;
  });
  const gone = new Promise(resolve => lazy.once('close', resolve));
  const text = 'x'.repeat(10_000);
  for (let sent = 0; sent < 3_000; sent++) {
    feed.add('changed', { principal: 'me', what: text });
    if (sent % 50 === 0) await new Promise(resolve => setImmediate(resolve));
  }
  feed.add('changed', { principal: 'me', what: 'the last one' });
  await expect.poll(() => heard.includes('the last one')).toBe(true);
  lazy.resume(); // what has reached this side already is read now, and then the end
  await gone;
});

test('what is kept is bounded, in events and in characters, and what is too old cannot be had', () => {
  const feed = new Feed();
  const heard: string[] = [];
  feed.listen(text => heard.push(text));
  for (let number = 0; number < 1_500; number++) feed.add('changed', { number });
  const idOf = (text: string) => /^id: (\S+)/.exec(text)![1]!;
  expect(feed.since(idOf(heard[500]!))).toHaveLength(999);
  expect(feed.since(idOf(heard[499]!))).toHaveLength(1_000);
  expect(feed.since(idOf(heard[498]!))).toBeUndefined();
  expect(feed.since(idOf(heard.at(-1)!))).toEqual([]);
  for (let number = 0; number < 20; number++) feed.add('changed', { text: 'x'.repeat(100_000) });
  expect(feed.since(idOf(heard.at(-10)!))).toHaveLength(9);
  expect(feed.since(idOf(heard.at(-15)!))).toBeUndefined();
});

test('ids of another run, of the future and of nobody are unknown', () => {
  const [feed, other] = [new Feed(), new Feed()];
  feed.add('changed', {});
  const run = /(\w+)-0/.exec(new Feed().reset)![1];
  expect(feed.since(/id: (\S+)/.exec(other.reset)![1]!)).toBeUndefined();
  for (const id of ['', 'x', '-1', `${run}-1`, '99999999999999999999-1'])
    expect(feed.since(id)).toBeUndefined();
});
