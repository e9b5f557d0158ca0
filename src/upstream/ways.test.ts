import { expect, test } from 'vitest';
import { type Failure, firstWay, isWay, nextWay, type Way } from './ways.ts';

const legacy = { kind: 'legacy' } as const;
const auto = { kind: 'auto' } as const;
const modern = { kind: 'modern', discover: { supportedVersions: ['2026-07-28'] } } as const;
const way = (type: Way['type'], mode: Way['mode']): Way => ({ type, mode });
const failed = (failure: Partial<Failure> = {}): Failure => ({ ended: false, ...failure });

test('the first way is the remembered one where it fits, else to ask', () => {
  expect(firstWay('stdio', undefined)).toEqual(way('stdio', auto));
  expect(firstWay('http', undefined)).toEqual(way('http', auto));
  expect(firstWay('sse', undefined)).toEqual(way('sse', legacy));
  expect(firstWay('http', way('sse', legacy))).toEqual(way('sse', legacy));
  expect(firstWay('sse', way('http', modern))).toEqual(way('sse', legacy));
  expect(firstWay('stdio', way('stdio', modern))).toEqual(way('stdio', modern));
});

test.each<[string, Way, Failure, Way | undefined, boolean?]>([
  ['it ended on the question', way('stdio', auto), failed({ ended: true }), way('stdio', legacy)],
  ['it ended on the old handshake', way('stdio', legacy), failed({ ended: true }), undefined],
  ['it answered late', way('stdio', auto), failed({ lateDiscover: modern.discover }), way('stdio', modern)],
  ['it answered late to a modern one', way('stdio', modern), failed({ lateDiscover: {} }), undefined],
  ['405', way('http', auto), failed({ status: 405 }), way('sse', legacy)],
  ['404', way('http', legacy), failed({ status: 404 }), way('sse', legacy)],
  ['500', way('http', auto), failed({ status: 500 }), undefined],
  ['401', way('http', auto), failed({ status: 401 }), undefined],
  ['SSE refused too', way('sse', legacy), failed({ status: 405 }), undefined],
  ['memory was wrong', way('http', modern), failed({ status: 400 }), way('http', auto), true],
  ['memory of SSE was wrong', way('sse', legacy), failed({ status: 404 }), way('http', auto), true],
  ['memory was right but not allowed', way('http', modern), failed({ status: 401 }), undefined, true],
])('after a failure (%s)', (_, tried, failure, next, remembered = false) => {
  const type = tried.type === 'stdio' ? 'stdio' : 'http';
  expect(nextWay(tried, failure, type, remembered)).toEqual(next);
});

test('only what can be a way is read from disk as one', () => {
  for (const good of [way('stdio', legacy), way('sse', legacy), way('http', modern)]) {
    expect(isWay(JSON.parse(JSON.stringify(good)))).toBe(true);
  }
  const bad = [undefined, null, 1, {}, { type: 'stdio' }, way('stdio', auto), { type: 'ftp', mode: legacy }];
  for (const value of [...bad, { type: 'http', mode: { kind: 'modern' } }]) expect(isWay(value)).toBe(false);
});
