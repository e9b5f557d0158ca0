import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listened, publish } from '../events.ts';
import type { CallNote } from '../notes.ts';
import { Flood } from './flood.ts';
import { Log, type LogOptions, type Sink } from './log.ts';
import { pretty } from './pretty.ts';
import { StreamSink } from './stream-sink.ts';
import { LogTail } from './tail.ts';

/** A log that has told nothing yet, and whose writer is loaded. */
async function logged(options: Partial<LogOptions> = {}) {
  const tail = new LogTail();
  const sink: Sink = { write: (line, level) => line.includes('first words') || tail.write(line, level) };
  const log = new Log({ level: 'info', payloads: false, sinks: [sink], ...options });
  onTestFinished(() => log.close());
  publish('telemetry.failed', { part: 'first words', reason: '' });
  await import('./pino.ts');
  await new Promise(resolve => setImmediate(resolve));
  const lines = () => tail.lines.map(line => JSON.parse(line) as Record<string, unknown>);
  return { log, tail, lines };
}

const breaker = (state: string) => publish('breaker.changed', { server: 's', state, failures: 1 });

test('lines are JSON with a time, a level and a message', async () => {
  const { lines } = await logged();
  publish('upstream.stderr', { server: 's', line: 'hello' });
  expect(lines()).toEqual([
    { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), server: 's', stderr: true, msg: 's: hello' },
  ]);
});

test('the level may change at any time, and what it leaves out is not even listened to', async () => {
  const { log, lines } = await logged({ level: 'error' });
  expect(listened('breaker.changed')).toBe(false);
  expect(listened('call.ended')).toBe(false);
  breaker('open');
  log.level = 'warn';
  breaker('open');
  breaker('closed');
  log.level = 'debug';
  breaker('half-open');
  log.level = 'silent';
  breaker('open');
  expect(lines().map(({ level, breaker: state }) => [level, state])).toEqual([
    ['warn', 'open'],
    ['debug', 'half-open'],
  ]);
  expect(listened('telemetry.failed')).toBe(false);
});

test('what happens before the writer is loaded is told after it', async () => {
  const tail = new LogTail();
  const log = new Log({ level: 'info', payloads: false, sinks: [tail] });
  breaker('open');
  expect(tail.lines).toEqual([]);
  await log.close();
  expect(tail.lines).toHaveLength(1);
});

test('a server that floods its stderr is cut short, and the lines that are missing are counted', async () => {
  const { lines } = await logged();
  for (let i = 0; i < 1_000; i++) publish('upstream.stderr', { server: 'flood', line: `line ${i}` });
  expect(lines()).toHaveLength(100);
  const flood = new Flood(1);
  expect([flood.admit('a'), flood.admit('a'), flood.admit('b')]).toEqual([0, undefined, 0]);
});

test('a stream that nobody reads holds up nobody and grows no further', async () => {
  const stream = new PassThrough({ highWaterMark: 1 });
  const sink = new StreamSink(stream, { least: 'info', format: line => line });
  const line = `${JSON.stringify({ level: 'info', msg: 'x'.repeat(1_000) })}\n`;
  for (let i = 0; i < 10_000; i++) sink.write(line, 'info');
  expect(stream.writableLength).toBeLessThan(1.2 * 1024 * 1024);
  stream.resume();
  await new Promise(resolve => stream.once('drain', resolve));
  const rest = new Promise<string>(resolve =>
    stream.on('data', text => /left out/.test(text) && resolve(`${text}`)),
  );
  sink.write(line, 'info');
  sink.flush();
  expect(await rest).toMatch(/\d{4} lines were left out/);
});

test('for people a line has its time, its message and what that does not say', () => {
  const line = JSON.stringify({
    level: 'warn',
    time: 'T',
    request: 'r-1',
    server: 's',
    outcome: 'failed',
    msg: 's.x: failed\nT s: forged',
  });
  expect(pretty(line, false)).toBe('T WARN s.x: failed\n    T s: forged request=r-1\n');
});

test('the last lines are kept, however many there are', async () => {
  const { tail } = await logged();
  const heard: string[] = [];
  const end = tail.follow(line => heard.push(line));
  for (let i = 0; i < 3_000; i++) publish('telemetry.recovered', { part: `part ${i}` });
  end();
  publish('telemetry.recovered', { part: 'the last' });
  expect(tail.lines).toHaveLength(2_000);
  expect(tail.lines.at(-1)).toContain('the last works again');
  expect(heard).toHaveLength(3_000);
});

const call = (outcome: 'ok' | 'failed'): CallNote => ({
  request: undefined,
  principal: 'p',
  client: 'c',
  server: 's',
  method: 'tools/call',
  tool: outcome,
  params: {},
  at: 0,
  queueMs: 0,
  upstreamMs: 0,
  sent: 0,
  received: 0,
  attempts: 1,
  cached: undefined,
  ms: 1,
  outcome,
  code: undefined,
  error: undefined,
  response: undefined,
});

test('of very many calls in a second the first are told and those that fail, and the others cost nothing', async () => {
  const { lines } = await logged();
  for (let n = 0; n < 100; n++) publish('call.ended', call('ok'));
  expect([listened('call.ended'), listened('request.ended')]).toEqual([false, false]);
  publish('call.failed', call('failed'));
  expect(lines().map(({ tool }) => tool)).toEqual([...Array.from({ length: 20 }, () => 'ok'), 'failed']);
  await vi.waitFor(() => expect(listened('call.ended')).toBe(true), 10_000);
  publish('call.ended', call('ok'));
  expect(lines()).toHaveLength(22);
});

test('at debug every call is told', async () => {
  const { lines } = await logged({ level: 'debug' });
  for (let n = 0; n < 100; n++) publish('call.ended', call('ok'));
  expect(lines()).toHaveLength(100);
});

test('what no sink takes is not listened to', async () => {
  await logged({ sinks: [new StreamSink(new PassThrough(), { least: 'error', format: line => line })] });
  expect([listened('call.ended'), listened('upstream.stderr')]).toEqual([false, false]);
  expect(listened('upstream.state')).toBe(true);
});
