/** Scripts that a server may write in. */
export const scripts = [
  ...['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Hebrew', 'Arabic', 'Syriac', 'Nko', 'Georgian', 'Cherokee'],
  ...[
    'Devanagari',
    'Bengali',
    'Gurmukhi',
    'Gujarati',
    'Oriya',
    'Tamil',
    'Telugu',
    'Kannada',
    'Malayalam',
    'Sinhala',
  ],
  ...['Thai', 'Lao', 'Tibetan', 'Myanmar', 'Khmer', 'Mongolian', 'Ethiopic', 'Canadian_Aboriginal', 'Vai'],
  ...['Hangul', 'Hiragana', 'Katakana', 'Bopomofo', 'Han', 'Yi', 'Gothic', 'Cuneiform', 'Adlam'],
];

/** Makes words of random letters of a script, the same ones in every run. */
export function randomWords(script: string): () => string {
  const isOfScript = new RegExp(`(?=[\\p{L}\\p{M}])\\p{sc=${script}}`, 'u');
  const letters = Array.from({ length: 0x13000 }, (_, code) => String.fromCodePoint(code)).filter(letter =>
    isOfScript.test(letter),
  );
  let seed = 7;
  const below = (count: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * count);
  };
  return () => Array.from({ length: 2 + below(8) }, () => letters[below(letters.length)]!).join('');
}
