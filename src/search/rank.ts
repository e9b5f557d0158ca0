import { type Meaning, meanings } from './meanings.ts';
import type { Entry } from './part.ts';
import type { Tally } from './tally.ts';
import { tokenize } from './tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Most tools that one query finds, about. */
const maxFound = 200;

const maxTokens = 100;
/** What a name is worth all of whose words are meant, beside the best tool by words, which has 1. */
const nameWorth = 0.2;
/** What a server is worth: by its best tool, and by what it says about itself. */
const serverWorth = 0.3;
const aboutWorth = 0.3;

/** A tool and how well it fits, beside others of the same query. */
export interface Ranked {
  entry: Entry;
  score: number;
}

/** The slot of a tool and what one query says of it; `about` is what the query says of its server. */
interface Scored {
  slot: number;
  score: number;
  about: number;
}

/**
 * The best tools for one query, best first, some hundreds at most: by the words of the query and what they may mean; then
 * those whose names are covered by the query, and those whose servers have something better to offer, come forward.
 * `only` is the one server to be searched.
 */
export function rank(query: string, vocabulary: Vocabulary, only?: string): Ranked[] {
  const tokens = [...new Set(tokenize(query))].slice(0, maxTokens);
  const asked = meanings(tokens, vocabulary);
  scoreWords(asked, vocabulary);
  const found = bestOf(vocabulary, only);
  vocabulary.tally.clear();
  raiseNames(found, asked, vocabulary);
  raiseServers(found, vocabulary);
  return found.sort(inOrder).map(({ slot, score }) => ({ entry: vocabulary.entries[slot]!, score }));
}

/** Adds to the scores of all documents the most that any meaning of each word says of them. */
function scoreWords(asked: Meaning[][], vocabulary: Vocabulary): void {
  const { tally } = vocabulary;
  for (const word of asked) {
    if (word.length === 1) {
      tally.add(vocabulary.posting(word[0]!.term), word[0]!.worth);
      continue;
    }
    for (const { term, worth } of word) tally.raise(vocabulary.posting(term), worth);
    tally.settle();
  }
}

/** The best of all tools that have a score, the best one having 1. */
function bestOf(vocabulary: Vocabulary, only: string | undefined): Scored[] {
  const { tally, servers } = vocabulary;
  const { scores } = tally;
  const [start, end] = vocabulary.range(only);
  let top = 0;
  for (let slot = start; slot < end; slot++) if (scores[slot]! > top) top = scores[slot]!;
  if (top === 0) return [];
  const found: Scored[] = [];
  const least = threshold(tally, start, end, top);
  for (let slot = start; slot < end; slot++) {
    const score = scores[slot]!;
    if (score === 0 || score < least) continue;
    found.push({ slot, score: score / top, about: scores[servers[slot]!]! / top });
  }
  return found;
}

/** A score that `maxFound` tools reach, if so many have any, and not many more: sorting all would take longer. */
function threshold({ scores }: Tally, start: number, end: number, top: number): number {
  const steps = new Uint32Array(1_001);
  const scale = 1_000 / top;
  for (let slot = start; slot < end; slot++)
    if (scores[slot]! > 0) steps[Math.floor(scale * scores[slot]!)]!++;
  let count = 0;
  for (let step = 1_000; step > 0; step--) {
    count += steps[step]!;
    // A little less, for what rounding takes.
    if (count >= maxFound) return (step - 0.001) / scale;
  }
  return 0;
}

/** Best first; equals by name, as their slots are. */
function inOrder(a: Scored, b: Scored): number {
  return b.score - a.score || a.slot - b.slot;
}

/** Adds the share of its name's words that the query has, or has synonyms of, rare words counting more. */
function raiseNames(found: Scored[], asked: Meaning[][], vocabulary: Vocabulary): void {
  const meant = new Map<number, number>();
  for (const word of asked) {
    for (const { term, likeness } of word) meant.set(term, Math.max(likeness, meant.get(term) ?? 0));
  }
  for (const scored of found) {
    let covered = 0;
    let total = 0;
    for (const stem of vocabulary.nameStems[scored.slot]!) {
      const rarity = vocabulary.rarity(stem);
      total += rarity;
      covered += rarity * (meant.get(stem) ?? 0);
    }
    if (total > 0) scored.score += (nameWorth * covered) / total;
  }
}

/** Adds what the servers are worth: tools that are needed together are often of one server. */
function raiseServers(found: Scored[], { servers }: Vocabulary): void {
  const best = new Map<number, number>();
  for (const { slot, score } of found) {
    const server = servers[slot]!;
    if (score > (best.get(server) ?? 0)) best.set(server, score);
  }
  for (const scored of found) {
    scored.score += serverWorth * (best.get(servers[scored.slot]!)! + aboutWorth * scored.about);
  }
}
