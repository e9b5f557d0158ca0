import { stem } from './stem.ts';
import { maxWord, tokensOf } from './tokens.ts';

/** A term and the number that the part at hand has given it; which part that is, `part` says. */
export interface Term {
  readonly text: string;
  part: number;
  number: number;
}

/** A token of a word as two terms: in the very form that it has, and as its stem. */
export interface Form {
  readonly exact: Term;
  readonly stem: Term;
}

const maxCached = 20_000;

const words = new Map<string, readonly Form[]>();
const terms = new Map<string, Term>();
let parts = 0;

/** The number of one more part that is going to be read, and to number terms, before any other. */
export function nextPart(): number {
  if (words.size > maxCached) {
    words.clear(); // what does not repeat itself is not worth remembering
    terms.clear();
  }
  parts++;
  return parts;
}

/** The forms of a word; the same objects for all words and parts, since servers repeat each other. */
export function formsOf(word: string): readonly Form[] {
  const known = words.get(word);
  if (known !== undefined) return known;
  const short = word.slice(0, maxWord);
  const forms = tokensOf(short).map(token => ({ exact: termOf(formTerm(token)), stem: termOf(stem(token)) }));
  words.set(short, forms);
  return forms;
}

function termOf(text: string): Term {
  const term = terms.get(text) ?? { text, part: 0, number: 0 };
  terms.set(text, term);
  return term;
}

/** The term of a word in the very form it has, beside its stem. */
export function formTerm(token: string): string {
  return `=${token}`;
}
