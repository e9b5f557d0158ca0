import { stripVTControlCharacters } from 'node:util';

const unusual = /[^\n\t\x20-\x7e]/;

/** Text from outside, made harmless for a terminal: no escape sequences, no control, direction or invisible characters. */
export function harmless(text: string): string {
  if (!unusual.test(text)) return text;
  return stripVTControlCharacters(text).replace(/[\p{Cc}\p{Cf}]/gu, character =>
    /[\n\t]/.test(character) ? character : '',
  );
}
