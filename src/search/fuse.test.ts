import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tool } from '../types.ts';
import { textOf } from './entry-text.ts';
import { fuse } from './fuse.ts';
import type { Entry } from './part.ts';

const entry = (name: string): Entry => ({ server: 's', tool: { name, inputSchema: {} } as Tool });
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(entry) as [Entry, Entry, Entry, Entry];
const named = (entries: Entry[]) => entries.map(({ tool }) => tool.name).join('');

test('what both rankings have is in front, and nothing of either is lost', () => {
  const ranked = [
    { entry: a, score: 1 },
    { entry: b, score: 0.99 },
    { entry: c, score: 0.98 },
  ];
  expect(named(fuse(ranked, [c, d]))).toBe('cabd');
  expect(named(fuse(ranked, []))).toBe('abc');
  expect(named(fuse([], [d, a]))).toBe('da');
});

test('the best by words stays the best where it is so clearly', () => {
  const ranked = [
    { entry: a, score: 1 },
    { entry: b, score: 0.9 },
  ];
  expect(named(fuse(ranked, [b, c]))).toBe('abc');
  expect(named(fuse([{ entry: a, score: 1 }], [b, c, d]))[0]).toBe('a');
});

test('any two rankings become one that has each of their members once', () => {
  const some = fc.uniqueArray(fc.constantFrom(a, b, c, d));
  fc.assert(
    fc.property(some, some, (words, near) => {
      const fused = fuse(
        words.map((entry, place) => ({ entry, score: 1 / (1 + place) })),
        near,
      );
      expect(new Set(fused)).toEqual(new Set([...words, ...near]));
      expect(fused).toHaveLength(new Set(fused).size);
      if (words.length > 0) expect(fused[0]).toBe(words[0]);
    }),
  );
});

test('a tool in words says where it is from, what it is for and what it takes, and no more than is read', () => {
  const tool = {
    name: 'read_file',
    title: 'Read',
    description: 'Reads a file',
    inputSchema: { type: 'object', properties: { path: { type: 'string' }, head: {} } },
  } as Tool;
  expect(textOf({ server: 'files', tool })).toBe('files read_file: Read. Reads a file\npath, head');
  const huge = { ...tool, name: 'x'.repeat(5_000), description: 'y'.repeat(5_000) };
  expect(textOf({ server: 'files', tool: huge }).length).toBe(1_500);
});
