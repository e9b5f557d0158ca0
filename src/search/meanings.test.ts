import { expect, test } from 'vitest';
import { meanings } from './meanings.ts';
import { tokenize } from './tokens.ts';
import { vocabularyOf } from './vocabulary.fixture.ts';
import type { Vocabulary } from './vocabulary.ts';

/** For each thing that a query says, the terms that say it: what each is worth for its rarity, and how near it is. */
function said(query: string, vocabulary: Vocabulary, terms: string[]) {
  const names = new Map(terms.map(term => [vocabulary.numberOf(term), term]));
  return meanings(tokenize(query), vocabulary).map(word =>
    word.map(({ term, worth, likeness }) => [
      names.get(term) ?? 'another',
      Number((worth / vocabulary.rarity(term)).toFixed(3)),
      likeness,
    ]),
  );
}

test('a word is meant itself, and in the very form that it has', () => {
  const terms = ['repository', '=repositories', '=list', 'list'];
  const vocabulary = vocabularyOf('list_repositories');
  expect(said('repositories', vocabulary, terms)).toEqual([
    [['repository', 1, 1]],
    [['=repositories', 0.3, 0.3]],
  ]);
  expect(said('repository', vocabulary, terms)).toEqual([[['repository', 1, 1]]]);
  expect(said('nothing of it', vocabulary, terms)).toEqual([]);
});

test('a synonym is worth less, and no more for being rarer than the word itself', () => {
  expect(said('erase', vocabularyOf('delete_row', 'x'), ['delet'])).toEqual([[['delet', 0.6, 0.6]]]);
  const vocabulary = vocabularyOf('erase_a', 'erase_b', 'delete_c', 'd1', 'e1', 'f1');
  const [erase, remove] = ['eras', 'delet'].map(term => vocabulary.rarity(vocabulary.numberOf(term)!)) as [
    number,
    number,
  ];
  expect(erase).toBeLessThan(remove);
  const [[, synonym]] = said('erase', vocabulary, ['eras', 'delet']) as [[unknown, unknown]];
  expect(synonym).toEqual(['delet', Number(((0.6 * erase) / remove).toFixed(3)), 0.6]);
  const [[, common]] = said('delete', vocabulary, ['eras', 'delet']) as [[unknown, unknown]];
  expect(common).toEqual(['eras', 0.6, 0.6]);
});

test('a synonym that the query has itself speaks for itself', () => {
  const [first] = said('erase delete', vocabularyOf('delete_row', 'erase_row'), ['eras', 'delet']);
  expect(first).toEqual([['eras', 1, 1]]);
});

test('a synonym that more than half of the tools have says nothing', () => {
  const tools = ['delete_a', 'delete_b', 'c', 'd'];
  expect(said('erase', vocabularyOf(...tools), ['delet'])).toEqual([[['delet', 0.6, 0.6]]]);
  expect(said('erase', vocabularyOf(...tools, 'delete_e'), ['delet'])).toEqual([]);
});

test('a word that no tool has means those that begin like it', () => {
  const terms = ['translation', 'translator'];
  const likeness = 8 / 11;
  expect(said('translator', vocabularyOf('translation'), terms)).toEqual([
    [['translation', Number((0.9 * likeness).toFixed(3)), 0]],
  ]);
  expect(said('translator', vocabularyOf('translation', 'translator'), terms)[0]).toEqual([
    ['translator', 1, 1],
  ]);
});

test('two words may be written as one, and one as two', () => {
  expect(said('web hook', vocabularyOf('webhook'), ['webhook'])).toEqual([[['webhook', 0.5, 0.5]]]);
  expect(said('webhook', vocabularyOf('web_hook', 'x'), ['web', 'hook'])).toEqual([
    [['web', 0.5, 0.5]],
    [['hook', 0.5, 0.5]],
  ]);
  expect(said('hookweb', vocabularyOf('web'), ['web'])).toEqual([]);
  expect(said('webhook', vocabularyOf('webhook', 'web', 'hook'), ['webhook'])[0]).toEqual([
    ['webhook', 1, 1],
  ]);
  expect(said('webhook', vocabularyOf('webhook', 'web', 'hook'), [])).toHaveLength(2);
  expect(said('onhook', vocabularyOf('on1', 'hook'), [])).toEqual([]); // a part of two letters is none
});
