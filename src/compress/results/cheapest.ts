import { estimateTokens } from '../tokens.ts';
import { type ExactJson, readExactly } from './exact-json.ts';
import { hasTable } from './table.ts';

/** Texts longer than this, in characters, are left as they are: parsing takes a while. */
const maxLength = 1_048_576;
/** Values whose compact JSON is longer, in characters, are not tried as TOON, which takes ten times as long. */
const maxToonLength = 131_072;
/** What a form must cost at most, as a part of what it replaces: so much the estimate may be wrong. */
const worthwhile = 0.95;
const worthwhileToon = 0.9;

/** A JSON text in fewer tokens. */
export interface Cheaper {
  text: string;
  form: 'json' | 'toon';
  /** About how many tokens it takes. */
  tokens: number;
  /** About how many the text took that it stands for. */
  of: number;
}

/**
 * The cheapest form of a text that is JSON: compact JSON or TOON, each of which decodes to exactly the same value.
 * Undefined when the text is not JSON, cannot be rewritten without loss, or is the cheapest already.
 */
export async function cheapest(text: string): Promise<Cheaper | undefined> {
  const exact = text.length <= maxLength ? readExactly(text) : undefined;
  if (exact === undefined) return undefined;
  const of = estimateTokens(text);
  const compact = text === exact.compact ? of : Math.min(of, estimateTokens(exact.compact));
  const toon = await toonOf(exact);
  const tokens = toon === undefined ? compact : estimateTokens(toon);
  if (toon !== undefined && tokens <= worthwhileToon * compact)
    return { text: toon, form: 'toon', tokens, of };
  return compact <= worthwhile * of ? { text: exact.compact, form: 'json', tokens: compact, of } : undefined;
}

/** The value as TOON, where that may be cheaper and gives back the same JSON. */
async function toonOf({ value, compact }: ExactJson): Promise<string | undefined> {
  if (compact.length > maxToonLength || !hasTable(value)) return undefined;
  const { encode, decode } = await import('@toon-format/toon');
  try {
    const toon = encode(value);
    return JSON.stringify(decode(toon)) === compact ? toon : undefined;
  } catch {
    return undefined; // a value that TOON cannot say
  }
}
