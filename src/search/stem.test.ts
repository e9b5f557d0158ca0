import { expect, test } from 'vitest';
import { stem } from './stem.ts';

test.each([
  ['create', 'creates', 'created', 'creating'],
  ['query', 'queries'],
  ['box', 'boxes'],
  ['class', 'classes'],
  ['search', 'searches', 'searched', 'searching'],
  ['dish', 'dishes'],
  ['size', 'sizes'],
  ['cache', 'caches', 'cached', 'caching'],
  ['add', 'adds', 'added', 'adding'],
  ['plan', 'plans', 'planned', 'planning'],
  ['run', 'runs', 'running'],
  ['call', 'calls', 'called', 'calling'],
  ['ping', 'pings', 'pinged', 'pinging'],
  ['tie', 'ties'],
  ['string', 'strings'],
  ['feed', 'feeds'],
  ['image', 'images'],
])('%s and its forms have one stem', (...forms) => {
  expect([...new Set(forms.map(stem))]).toHaveLength(1);
});

test.each([
  'string',
  'need',
  'being',
  'status',
  'analysis',
  'access',
  'feed',
  'sing',
  'use',
  'dns',
  '搜索',
  'v2s',
  'Ings',
])('%s stays as it is', word => {
  expect(stem(word)).toBe(word);
});

test.each([
  ['processing', 'process'],
  ['speeding', 'speed'],
  ['bridges', 'bridg'],
  ['ashesx', 'ashesx'],
  ['matching', 'match'],
])('%s becomes %s', (word, stemmed) => {
  expect(stem(word)).toBe(stemmed);
});
