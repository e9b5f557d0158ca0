import { byName, type Entry } from './part.ts';
import { synonymsOf } from './synonyms.ts';
import type { Tally } from './tally.ts';
import { isForm, tokenize } from './tokens.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Most tools that one query finds. */
const maxFound = 200;

const maxTokens = 100;
/** What a synonym is worth beside the word itself. */
const synonymWorth = 0.6;
/** What it is worth that a word has the very form of the query, beside its stem. */
const formWorth = 0.3;
/** A synonym in more than this share of the tools tells nothing about any of them. */
const commonShare = 0.5;
/** What a name is worth all of whose words are meant, beside the best tool by words, which has 1. */
const nameWorth = 0.2;
/** What a server is worth: by its best tool, and by what it says about itself. */
const serverWorth = 0.3;
const aboutWorth = 0.3;

/** A tool and what one query says of it; `about` is what the query says of its server. */
interface Scored {
  entry: Entry;
  nameStems: string[];
  score: number;
  about: number;
}

/**
 * The best tools for one query, best first, at most `maxFound`: by the words of the query and their synonyms; then
 * those whose names are covered by the query, and those whose servers have something better to offer, come forward.
 * `only` is the one server to be searched.
 */
export function rank(query: string, vocabulary: Vocabulary, only?: string): Entry[] {
  const asked = [...new Set(tokenize(query))].slice(0, maxTokens);
  scoreWords(asked, vocabulary);
  const found = bestOf(vocabulary, only);
  vocabulary.tally.clear();
  raiseNames(found, asked, vocabulary);
  raiseServers(found);
  return found.sort(inOrder).map(({ entry }) => entry);
}

/** Adds to the scores of all documents what each word of the query, or its best synonym there, says of them. */
function scoreWords(asked: string[], vocabulary: Vocabulary): void {
  const { tally } = vocabulary;
  for (const token of asked) {
    const rarity = vocabulary.rarity(token);
    const posting = vocabulary.posting(token);
    if (isForm(token)) {
      if (posting !== undefined) tally.add(posting, formWorth * rarity);
      continue;
    }
    if (posting !== undefined) tally.raise(posting, rarity);
    for (const other of synonymsOf(token)) {
      const others = vocabulary.posting(other);
      if (others === undefined || vocabulary.share(other) > commonShare || asked.includes(other)) continue;
      tally.raise(others, synonymWorth * Math.min(rarity, vocabulary.rarity(other)));
    }
    tally.settle();
  }
}

/** The best of all tools that have a score, the best one having 1. */
function bestOf({ tally, slots }: Vocabulary, only: string | undefined): Scored[] {
  const found: Scored[] = [];
  const { scores } = tally;
  const least = only === undefined ? threshold(tally) : 0;
  let top = 0;
  for (let at = 0; at < slots.length; at++) {
    const score = scores[at]!;
    if (score === 0 || score < least) continue;
    const { entry, nameStems, server } = slots[at]!;
    if (entry === undefined || (only !== undefined && entry.server !== only)) continue;
    found.push({ entry, nameStems, score, about: scores[server]! });
    if (score > top) top = score;
  }
  for (const scored of found) {
    scored.score /= top;
    scored.about /= top;
  }
  return found.sort(inOrder).slice(0, maxFound);
}

/** A score that `maxFound` tools reach, if so many have any, and not many more: sorting all would take longer. */
function threshold({ scores }: Tally): number {
  let top = 0;
  for (const score of scores) if (score > top) top = score;
  const steps = new Uint32Array(1_001);
  for (const score of scores) if (score > 0) steps[Math.floor((1_000 * score) / top)]!++;
  let count = 0;
  for (let step = 1_000; step > 0; step--) {
    count += steps[step]!;
    // Twice as many, since some are servers; a little less, for what rounding takes.
    if (count >= 2 * maxFound) return ((step - 0.001) * top) / 1_000;
  }
  return 0;
}

/** Best first; equals by name. */
function inOrder(a: Scored, b: Scored): number {
  return b.score - a.score || byName(a.entry, b.entry);
}

/** Adds the share of its name's words that the query has, or has synonyms of, rare words counting more. */
function raiseNames(found: Scored[], asked: string[], vocabulary: Vocabulary): void {
  const worth = new Map<string, number>();
  for (const token of asked) for (const other of synonymsOf(token)) worth.set(other, synonymWorth);
  for (const token of asked) worth.set(token, 1);
  for (const scored of found) {
    let covered = 0;
    let total = 0;
    for (const stem of scored.nameStems) {
      const rarity = vocabulary.rarity(stem);
      total += rarity;
      covered += rarity * (worth.get(stem) ?? 0);
    }
    if (total > 0) scored.score += (nameWorth * covered) / total;
  }
}

/** Adds what the servers are worth: tools that are needed together are often of one server. */
function raiseServers(found: Scored[]): void {
  const best = new Map<string, number>();
  for (const { entry, score } of found) best.set(entry.server, Math.max(score, best.get(entry.server) ?? 0));
  for (const scored of found) {
    scored.score += serverWorth * (best.get(scored.entry.server)! + aboutWorth * scored.about);
  }
}
