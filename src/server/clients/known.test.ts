import { expect, test } from 'vitest';
import { traitsOf } from './known.ts';

test('the configuration goes before what is known, setting by setting', () => {
  expect(traitsOf('claude-ai', {})).toEqual({ listChanged: false });
  expect(traitsOf('claude-ai', { 'claude-ai': { mode: 'flat' } })).toEqual({
    listChanged: false,
    mode: 'flat',
  });
  expect(traitsOf('claude-ai', { 'claude-ai': { listChanged: true } })).toEqual({ listChanged: true });
});

test('the whole name goes before its beginning, the longer beginning before the shorter', () => {
  const configured = {
    '*': { nameLength: 20 },
    'ed*': { nameLength: 30 },
    'edit*': { nameLength: 40 },
    editor: { nameLength: 50 },
  };
  const lengths = ['x', 'edna', 'editing', 'editor'].map(name => traitsOf(name, configured).nameLength);
  expect(lengths).toEqual([20, 30, 40, 50]);
});
