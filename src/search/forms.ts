import { stem } from './stem.ts';
import { maxWord, tokensOf } from './tokens.ts';

/** A token of a word as two terms: in the very form that it has, and as its stem. */
export interface Form {
  exact: string;
  stem: string;
}

const maxCached = 20_000;

const cache = new Map<string, readonly Form[]>();

/** The forms of a word. The same strings for the same word, as long as it is remembered, since servers repeat each other. */
export function formsOf(word: string): readonly Form[] {
  const short = word.slice(0, maxWord);
  const known = cache.get(short);
  if (known !== undefined) return known;
  if (cache.size >= maxCached) cache.clear(); // what does not repeat itself is not worth remembering
  const forms = tokensOf(short).map(token => ({ exact: formTerm(token), stem: stem(token) }));
  cache.set(short, forms);
  return forms;
}

/** The term of a word in the very form it has, beside its stem. */
export function formTerm(token: string): string {
  return `=${token}`;
}
