import { expect, test } from 'vitest';
import { Dictionary } from './dictionary.ts';
import { createPart } from './part.ts';
import { serverOf, vocabularyOf } from './vocabulary.fixture.ts';
import { Vocabulary } from './vocabulary.ts';

/** What is alike, as terms. */
function like(word: string, ...tools: string[]) {
  const vocabulary = vocabularyOf(...tools);
  const found = new Map(vocabulary.like(word));
  return tools.flatMap(tool => found.get(vocabulary.numberOf(tool)!) ?? []);
}

test('words are alike that begin as each other for about two thirds of the longer', () => {
  expect(like('translator', 'translation')).toEqual([8 / 11]);
  expect(like('translation', 'translator')).toEqual([8 / 11]);
  expect(like('configurable', 'configuration')).toEqual([9 / 13]);
  expect(like('confirm', 'configuration')).toEqual([]);
  expect(like('abcdefghijklmxxxxxxx', 'abcdefghijklmyyyyyyy')).toEqual([13 / 20]); // just so
  expect(like('tab', 'table')).toEqual([]);
  expect(like('tabl', 'tablx')).toEqual([0.8]);
  expect(like('table1', 'table')).toEqual([]);
  expect(like('table', '1table')).toEqual([]);
});

test('the eight most alike are taken, the most alike first', () => {
  const words = 'abcdefghijk'
    .split('')
    .map((_, index, letters) => `worth${letters.slice(0, index).join('')}`);
  const vocabulary = vocabularyOf(...words.toReversed());
  const found = vocabulary.like('worthabx').map(([, likeness]) => likeness);
  expect(found).toHaveLength(4);
  expect(found).toEqual(found.toSorted((a, b) => b - a));
  const many = vocabularyOf(...'abcdefghijk'.split('').map(letter => `wordless${letter}`));
  expect(many.like('wordlessz')).toHaveLength(8);
});

test('it counts the terms that documents have, not those of servers that are gone', () => {
  const dictionary = new Dictionary();
  const [kept, gone] = ['kept', 'gone'].map(name => createPart(serverOf(name, [`${name}_tool`])));
  const both = new Vocabulary([kept!, gone!], dictionary);
  expect(both.size).toBe(6); // kept, gone and tool, each as its form and its stem
  const one = new Vocabulary([kept!], dictionary);
  expect([one.size, dictionary.size]).toEqual([4, 6]);
  expect(one.numberOf('gone')).toBeUndefined();
  expect(one.numberOf('kept')).toBe(both.numberOf('kept'));
});

test('a term is rarer the fewer documents have it', () => {
  const vocabulary = vocabularyOf('p1', 'p2', 'p3', 'q1');
  const rarity = (term: string) => vocabulary.rarity(vocabulary.numberOf(term)!);
  expect(rarity('p')).toBeCloseTo(Math.log(1 + 1.5 / 3.5));
  expect(rarity('q')).toBeCloseTo(Math.log(1 + 3.5 / 1.5));
  const all = vocabularyOf('server');
  expect(all.rarity(all.numberOf('server')!)).toBeCloseTo(Math.log(1 + 0.5 / 2.5)); // more documents than tools
  expect([vocabulary.share(vocabulary.numberOf('p')!), vocabularyOf().entries.length]).toEqual([0.75, 0]);
});
