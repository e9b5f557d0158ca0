import { stem } from './stem.ts';

const maxText = 4000;
const maxWord = 64;
const maxCached = 20_000;

/** English words that say nothing about a tool. */
const stopWords = new Set(
  `a an and are as at be but by can do does for from had has have how i if in into is it its me my no not of on or
  our please so such that the their then there these they this to us was we were what when where which who will
  with would you your`.split(/\s+/),
);

const words = /[\p{L}\p{N}\p{M}]+/gu;
/** Runs of CJK, then camelCase parts (`HTTPServer` is HTTP and Server), then digits. */
const parts =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]+|\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{L}\p{M}]/gu;
const isCjk = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

const cache = new Map<string, string[]>();

/**
 * The words of a text in any script as they are compared: identifiers split (and kept whole as well, so that
 * `GitHub` meets `github`), lower case, stemmed, without stop words; CJK as pairs of characters.
 */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [word] of text.slice(0, maxText).normalize('NFKC').matchAll(words)) {
    for (const token of cachedSplit(word.slice(0, maxWord))) tokens.push(token);
  }
  return tokens;
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
  return isCompound ? [...tokens, ...normal(word)] : tokens;
}

function normal(piece: string): string[] {
  const lower = piece.toLowerCase();
  return stopWords.has(lower) ? [] : [stem(lower)];
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
