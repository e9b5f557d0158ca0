import { isUsualIdeograph } from './ideographs.ts';
import { estimateTokens, inBlocks } from './tokens.ts';

/**
 * Tokens that a character may cost beyond the estimate where its words are unusual ones (see `inBlocks`). Much where words
 * are cheap and letters are not.
 */
const perDoubt = inBlocks([
  [0x0080, 0.6],
  [0x0280, 0.3],
  [0x0380, 0.4],
  [0x0480, 1.2],
  [0x0500, 0.4],
  [0x0580, 0.3],
  [0x0900, 0.7],
  [0x0980, 0.8],
  [0x0a80, 0.9],
  [0x0b00, 1.2],
  [0x0b80, 0.8],
  [0x0c00, 0.9],
  [0x0d80, 1],
  [0x0e00, 0.65],
  [0x0e80, 0.3],
  [0x1000, 0.75],
  [0x1080, 0.3],
  [0x1780, 0.6],
  [0x1800, 0.3],
  [0x2000, 0.5],
  [0x3100, 0.5],
  [0x4e00, 0.15],
  [0xa000, 0.3],
  [0xac00, 0.35],
  [0xd800, 0.5],
]);
/** Beside that, an ideograph that few texts have, a Korean syllable that ends as few do, and a pair that is no emoji. */
const perRareIdeograph = 1.1;
const perRareSyllable = 1.4;
const perRarePair = 1;
const usualEnds = new Set([0, 1, 4, 8, 16, 17, 19, 20, 21]);
/** How far the estimate of what has none of these may be out. */
const doubt = 1.15;

/**
 * What a text costs at the most in a JSON string, which is how it reaches most models, so that a budget is kept: a sixth
 * above the estimate, more for other scripts, so that random letters do not cost more either.
 */
export function mostTokens(text: string): number {
  let doubts = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 128) doubts += perDoubt[code >> 7]! + rarity(code);
  }
  return estimateTokens(JSON.stringify(text).slice(1, -1)) * doubt + doubts;
}

function rarity(code: number): number {
  if (code >= 0x4e00 && code < 0xa000) return isUsualIdeograph(code) ? 0 : perRareIdeograph;
  if (code >= 0xac00 && code < 0xd7a4) return usualEnds.has((code - 0xac00) % 28) ? 0 : perRareSyllable;
  const beginsPair = code >= 0xd800 && code < 0xdc00;
  return beginsPair && (code < 0xd83c || code > 0xd83e) ? perRarePair : 0;
}
