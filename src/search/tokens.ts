import { stem } from './stem.ts';

const maxText = 4000;
const maxWord = 64;
const maxCached = 20_000;

/** English words that say nothing about a tool. */
const stopWords = new Set(
  `a about also an and any are as at be been being both but by can could did do does each either else even ever every
  for from had has have he hello help her here hi him his how however i if im in instead into is it its just kind know
  let like lot many may maybe me might more most much must my need needs no not of on only or other our out own please
  rather really said same say see she should since so some someone something still such sure tell than thank thanks
  that the their then there these they thing things this those through thus to together too until up upon us use used
  using various very via want wants was way we well were what when where whether which while who whom whose why will
  with within without would yes yet you your`.split(/\s+/),
);

const words = /[\p{L}\p{N}\p{M}]+/gu;
/** Runs of CJK, then camelCase parts (`HTTPServer` is HTTP and Server), then digits. */
const parts =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]+|\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{L}\p{M}]/gu;
const isCjk = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

const cache = new Map<string, string[]>();

/**
 * The words of a text in any script as they are compared: identifiers split (and kept whole as well, so that
 * `GitHub` meets `github`), lower case, without stop words, each as its stem and, marked, in the form it has; CJK as
 * pairs of characters.
 */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const word of text.slice(0, maxText).normalize('NFKC').match(words) ?? []) {
    for (const token of cachedSplit(word.slice(0, maxWord))) tokens.push(token);
  }
  return tokens;
}

/** Whether a token is a word in the form it had, and not the stem that stands for all of its forms. */
export function isForm(token: string): boolean {
  return token.startsWith('=');
}

function cachedSplit(word: string): string[] {
  const known = cache.get(word);
  if (known !== undefined) return known;
  // Vocabularies repeat themselves; one that does not is not worth remembering.
  if (cache.size >= maxCached) cache.clear();
  const tokens = split(word);
  cache.set(word, tokens);
  return tokens;
}

function split(word: string): string[] {
  const pieces = word.match(parts) ?? [];
  const tokens = pieces.flatMap(piece => (isCjk.test(piece) ? pairs(piece) : normal(piece)));
  const isCompound = pieces.length > 1 && !pieces.some(piece => isCjk.test(piece));
  return isCompound ? [...tokens, ...normal(word).slice(0, 1)] : tokens;
}

function normal(piece: string): string[] {
  const lower = piece.toLowerCase();
  return stopWords.has(lower) ? [] : [stem(lower), `=${lower}`];
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
