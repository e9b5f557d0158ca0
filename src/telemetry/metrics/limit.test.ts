import { expect, test } from 'vitest';
import { Limit } from './limit.ts';

test('names that are shown as one count as one, and take no more room than they are shown with', () => {
  const limit = new Limit(2);
  const long = (end: string) => 'x'.repeat(100_000) + end;
  expect(limit.of(long('1'))).toBe(limit.of(long('2')));
  expect(limit.of('short')).toBe('short');
  expect(limit.of('third')).toBe('other');
  expect(limit.of('short')).toBe('short');
});
