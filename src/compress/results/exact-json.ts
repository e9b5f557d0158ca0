/** A text that is a JSON object or array, and all of what it says survives being parsed. */
export interface ExactJson {
  value: unknown;
  /** The same without blanks and needless escapes. */
  compact: string;
}

/** Longer texts, in characters, are better left alone: reading and writing them again holds up everybody else. */
export const longJson = 4_194_304;

const quote = 34;
const backslash = 92;

/**
 * Reads `text`; undefined when it is no JSON object or array, or says something that would get lost: a number such as
 * 1.0 or one beyond 2^53, a key that stands twice, an order of keys that cannot be kept. Takes time in proportion to its
 * length.
 */
export function readExactly(text: string): ExactJson | undefined {
  const first = text.charCodeAt(endOfBlanks(text, 0));
  if (first !== 0x7b && first !== 0x5b) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const compact = JSON.stringify(value);
    return saysTheSame(text, compact) ? { value, compact } : undefined;
  } catch {
    return undefined; // no JSON, or nested too deeply to be written again
  }
}

/** Whether two valid JSON texts, the second without blanks, differ only in blanks and in how strings are escaped. */
function saysTheSame(text: string, compact: string): boolean {
  let at = 0;
  let other = 0;
  while (other < compact.length) {
    at = endOfBlanks(text, at);
    if (text.charCodeAt(at) !== compact.charCodeAt(other)) return false;
    if (text.charCodeAt(at) !== quote) {
      at++;
      other++;
      continue;
    }
    const [end, otherEnd] = [endOfString(text, at), endOfString(compact, other)];
    const [string, otherString] = [text.slice(at, end), compact.slice(other, otherEnd)];
    if (string !== otherString && JSON.parse(string) !== JSON.parse(otherString)) return false;
    at = end;
    other = otherEnd;
  }
  return true;
}

function endOfBlanks(text: string, from: number): number {
  let at = from;
  for (; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) at++;
  }
}
