import { expect, test } from 'vitest';
import type { Tool } from '../types.ts';
import { explain } from './explain.ts';

const tool = {
  name: 'create_issue',
  description: 'Opens new issues in a repository',
  inputSchema: {
    type: 'object',
    properties: { repo: { type: 'string', description: 'Where' }, kind: { enum: ['bug', 'wish'] } },
  },
} as unknown as Tool;

test('each word is told with the fields that have it, in whatever form', () => {
  expect(explain('creating issues for github bugs', 'github', tool, ['file a bug'])).toEqual([
    { word: 'creating', field: 'name' },
    { word: 'issues', field: 'name' },
    { word: 'issues', field: 'description' },
    { word: 'github', field: 'server' },
    { word: 'bugs', field: 'values' },
    { word: 'bugs', field: 'examples' },
  ]);
});

test('what nothing has is not told, and words that say nothing are none', () => {
  expect(explain('the weather', 'github', tool)).toEqual([]);
});
