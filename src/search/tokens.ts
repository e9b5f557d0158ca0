const maxText = 4000;
/** Characters of a word that are read. */
export const maxWord = 64;
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

const isAscii = /^[\0-\x7f]*$/;
const asciiWords = /[A-Za-z0-9]+/g;
const words = /[\p{L}\p{N}\p{M}]+/gu;
/** Runs of CJK, then camelCase parts (`HTTPServer` is HTTP and Server), then digits. */
const parts =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ー]+|\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{L}\p{M}]/gu;
const isCjk = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;
const isSmallAscii = /^[a-z]+$/;

const cache = new Map<string, string[]>();

/**
 * The tokens of a text in any script: identifiers split (and kept whole as well, so that `GitHub` meets `github`), lower
 * case, without stop words; CJK as pairs of characters.
 */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const word of wordsOf(text)) for (const token of tokensOf(word)) tokens.push(token);
  return tokens;
}

/** The words of a text as they stand there. */
export function wordsOf(text: string): readonly string[] {
  const short = text.slice(0, maxText);
  return (isAscii.test(short) ? short.match(asciiWords) : short.normalize('NFKC').match(words)) ?? [];
}

/** The tokens of one word. */
export function tokensOf(word: string): string[] {
  const short = word.slice(0, maxWord);
  const known = cache.get(short);
  if (known !== undefined) return known;
  // Vocabularies repeat themselves; one that does not is not worth remembering.
  if (cache.size >= maxCached) cache.clear();
  const tokens = split(short);
  cache.set(short, tokens);
  return tokens;
}

function split(word: string): string[] {
  if (isSmallAscii.test(word)) return saying(word);
  const pieces = word.match(parts) ?? [];
  const hasCjk = pieces.some(piece => isCjk.test(piece));
  const tokens = pieces.flatMap(piece => (isCjk.test(piece) ? pairs(piece) : saying(piece.toLowerCase())));
  return pieces.length > 1 && !hasCjk ? [...tokens, ...saying(word.toLowerCase())] : tokens;
}

function saying(token: string): string[] {
  return stopWords.has(token) ? [] : [token];
}

function pairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
