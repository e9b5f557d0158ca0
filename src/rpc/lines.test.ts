import { PassThrough, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type LineOptions, LineTransport } from './lines.ts';

function attached(options: Partial<LineOptions> = {}, output: Writable = new PassThrough()) {
  const input = new PassThrough();
  const lines = new LineTransport(options);
  const messages: unknown[] = [];
  const skipped: string[] = [];
  let closed = 0;
  lines.onmessage = message => messages.push(message);
  lines.onskip = line => skipped.push(line);
  lines.onclose = () => closed++;
  lines.attach(input, output);
  return { input, output, lines, messages, skipped, closed: () => closed };
}

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

/** Keeps what it is given and never finishes a write. */
function unread(): Writable {
  return new Writable({ highWaterMark: 1024, write: () => {} });
}

test('messages pass as they were parsed, unknown keys and their order included', async () => {
  const { input, messages } = attached();
  const line = '{"zebra":1,"jsonrpc":"2.0","id":7,"result":{"b":1,"a":[null]},"x":{"y":2}}';
  input.write(`${line}\r\n`);
  await turn();
  expect(JSON.stringify(messages[0])).toBe(line);
});

test('a character that is cut between two chunks is whole again', async () => {
  const { input, messages } = attached();
  const bytes = Buffer.from(`${JSON.stringify({ ...ping, params: { text: 'é🎉' } })}\n`);
  for (const byte of bytes) input.write(Buffer.from([byte]));
  await turn();
  expect(messages).toEqual([{ ...ping, params: { text: 'é🎉' } }]);
});

test('bytes that are no UTF-8 are replaced, in a message as in noise', async () => {
  const { input, messages, lines } = attached();
  input.write(Buffer.from([0xff, 0xfe, 0xc3]));
  input.write(Buffer.from([0x28, 0x0a]));
  const [before, after] = JSON.stringify({ ...ping, params: { text: '#' } }).split('#');
  input.write(Buffer.concat([Buffer.from(before!), Buffer.from([0xc3])]));
  input.write(`${after}\n`);
  await turn();
  expect(lines.skipped).toBe(1);
  expect(messages).toEqual([{ ...ping, params: { text: '\ufffd' } }]);
});

test('what is no JSON-RPC is skipped and counted, blank lines are not even counted', async () => {
  const { input, lines, messages, skipped } = attached();
  const noise = [
    '=== banner ===',
    '{"level":"info"}',
    '[1,2]',
    'null',
    '{"jsonrpc":"1.0","id":1,"result":{}}',
  ];
  input.write(`${noise.join('\n')}\n\n   \n${JSON.stringify(ping)}\n${'x'.repeat(500)}\n`);
  await turn();
  expect(messages).toEqual([ping]);
  expect(lines.skipped).toBe(6);
  expect(skipped).toEqual([...noise, 'x'.repeat(200)]);
});

test('all that is sent in one turn leaves in one write', async () => {
  const written: string[] = [];
  const output = new Writable({
    decodeStrings: false,
    write: (chunk, _, done) => {
      written.push(String(chunk));
      done();
    },
  });
  const { lines } = attached({}, output);
  for (let id = 1; id <= 3; id++) void lines.send({ ...ping, id });
  await lines.flushed();
  expect(written.filter(Boolean)).toEqual([
    [1, 2, 3].map(id => `${JSON.stringify({ ...ping, id })}\n`).join(''),
  ]);
});

test('a peer that does not read is given up once too much waits for it', async () => {
  const { lines, closed } = attached({ maxBuffered: 10_000 }, unread());
  const big = { ...ping, params: { text: 'x'.repeat(20_000) } };
  await lines.send(big);
  await turn();
  await expect(lines.send(ping)).rejects.toMatchObject({ code: 'UPSTREAM_LOST' });
  await expect(lines.send(ping)).rejects.toMatchObject({ message: 'the connection is closed' });
  expect(closed()).toBe(1);
});

test('reading stops while the peer does not read, and goes on when it does', async () => {
  let finish = () => {};
  const output = new Writable({
    highWaterMark: 10,
    write: (_chunk, _encoding, done) => {
      finish = done;
    },
  });
  const { input, lines, messages } = attached({ pauseWhenFull: true }, output);
  await lines.send(ping);
  await turn();
  input.write(`${JSON.stringify(ping)}\n`);
  await turn();
  expect(input.isPaused()).toBe(true);
  expect(messages).toEqual([]);
  finish();
  await turn();
  await turn();
  expect(messages).toEqual([ping]);
});

test('half a line and then the end is the end, not a message', async () => {
  const { input, messages, closed } = attached();
  input.end('{"jsonrpc":"2.0","id":1,"resu');
  await turn();
  await turn();
  expect(messages).toEqual([]);
  expect(closed()).toBe(1);
});

test('a message nested deeper than the stack is refused, and the next one goes out', async () => {
  const { lines, output } = attached();
  const deep = JSON.parse(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`) as object;
  await expect(lines.send({ ...ping, params: deep })).rejects.toBeInstanceOf(RangeError);
  await lines.send(ping);
  await lines.flushed();
  expect(String((output as PassThrough).read())).toBe(`${JSON.stringify(ping)}\n`);
});

test('an error of whoever takes a message does not stop the reading', async () => {
  const { input, lines } = attached();
  const heard: unknown[] = [];
  const errors: Error[] = [];
  lines.onerror = error => errors.push(error);
  lines.onmessage = message => {
    heard.push(message);
    if (heard.length === 1) throw new Error('tripped');
  };
  input.write(`${JSON.stringify(ping)}\n${JSON.stringify(ping)}\n`);
  await turn();
  expect(heard).toHaveLength(2);
  expect(errors.map(error => error.message)).toEqual(['tripped']);
});

test('a closed connection takes and gives nothing more', async () => {
  const { input, lines, messages, closed } = attached();
  await lines.close();
  await lines.close();
  input.write(`${JSON.stringify(ping)}\n`);
  await turn();
  expect(messages).toEqual([]);
  expect(closed()).toBe(1);
  await lines.flushed();
});
