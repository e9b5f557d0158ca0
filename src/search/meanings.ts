import { formTerm } from './forms.ts';
import { stem } from './stem.ts';
import { synonymsOf } from './synonyms.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A term that a word of a query may stand for. */
export interface Meaning {
  term: number;
  /** What the term is worth in a document that has it. */
  worth: number;
  /** How near it is to the word, up to 1. */
  likeness: number;
}

/** What a synonym is worth beside the word itself. */
const synonymWorth = 0.6;
/** What it is worth that a word has the very form of the query, beside its stem. */
const formWorth = 0.3;
/** What a word is worth that begins like one that no tool has. */
const likeWorth = 0.9;
/** What two words of the query are worth that a tool writes as one, and one that it writes as two. */
const joinedWorth = 0.5;
const shortestPart = 3;
/** A synonym in more than this share of the tools tells nothing about any of them. */
const commonShare = 0.5;

/** What the words of a query may mean in a vocabulary: for each thing it says the terms that say it, one at least. */
export function meanings(tokens: string[], vocabulary: Vocabulary): Meaning[][] {
  const stems = new Set(tokens.map(stem));
  const terms = [...stems].map(word => [
    ...itself(word, 1, vocabulary),
    ...synonyms(word, stems, vocabulary),
    ...alike(word, vocabulary),
  ]);
  const forms = tokens.map(token => itself(formTerm(token), formWorth, vocabulary));
  const joined = tokens
    .slice(1)
    .map((token, index) => itself(stem(tokens[index]! + token), joinedWorth, vocabulary));
  return [...terms, ...forms, ...joined, ...tokens.flatMap(token => apart(token, vocabulary))].filter(
    word => word.length > 0,
  );
}

function itself(term: string, part: number, vocabulary: Vocabulary): Meaning[] {
  const number = vocabulary.numberOf(term);
  return number === undefined
    ? []
    : [{ term: number, worth: part * vocabulary.rarity(number), likeness: part }];
}

/** Those that are in the query itself speak for themselves. */
function synonyms(word: string, stems: Set<string>, vocabulary: Vocabulary): Meaning[] {
  const own = vocabulary.numberOf(word);
  // How rare a word is that no tool has, is not known; its synonyms count by themselves.
  const rarity = own === undefined ? Number.POSITIVE_INFINITY : vocabulary.rarity(own);
  return [...synonymsOf(word)].flatMap(other => {
    const term = stems.has(other) ? undefined : vocabulary.numberOf(other);
    if (term === undefined || vocabulary.share(term) > commonShare) return [];
    return [
      { term, worth: synonymWorth * Math.min(rarity, vocabulary.rarity(term)), likeness: synonymWorth },
    ];
  });
}

/** Other endings of a word that no tool has: `translation` for `translator`. */
function alike(word: string, vocabulary: Vocabulary): Meaning[] {
  if (vocabulary.numberOf(word) !== undefined) return [];
  return vocabulary.like(word).map(([term, likeness]) => {
    return { term, worth: likeWorth * likeness * vocabulary.rarity(term), likeness: 0 };
  });
}

/** The two words that make up one that no tool has: `web page` for `webpage`. */
function apart(token: string, vocabulary: Vocabulary): Meaning[][] {
  if (vocabulary.numberOf(stem(token)) !== undefined) return [];
  for (let at = shortestPart; at <= token.length - shortestPart; at++) {
    const halves = [token.slice(0, at), token.slice(at)].map(half =>
      itself(stem(half), joinedWorth, vocabulary),
    );
    if (halves.every(half => half.length > 0)) return halves;
  }
  return [];
}
