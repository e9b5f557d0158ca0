const maxCached = 20_000;

const cache = new Map<string, string>();

/**
 * The stem of a lower-case English word: light plural, -ing and -ed endings and a final silent e go, so that
 * `creates`, `created` and `creating` meet `create`. Other scripts and short words stay as they are.
 */
export function stem(word: string): string {
  const known = cache.get(word);
  if (known !== undefined) return known;
  if (cache.size >= maxCached) cache.clear();
  const stem = stemOf(word);
  cache.set(word, stem);
  return stem;
}

function stemOf(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const base = withoutVerbEnding(singular(word));
  return base.length > 4 && base.endsWith('e') ? base.slice(0, -1) : base;
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}

function withoutVerbEnding(word: string): string {
  const base = word.replace(/(?:ing|ed)$/, '');
  // What is left must be a word of its own: `string` and `need` have no ending.
  if (base === word || base.length < 3 || !/[aeiouy]/.test(base)) return word;
  return base.length > 3 && /([bdfgmnprt])\1$/.test(base) ? base.slice(0, -1) : base;
}
