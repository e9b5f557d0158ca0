import { signature } from '../../compress/signature.ts';
import type { Hit } from '../../search/index.ts';
import { tokenize } from '../../search/tokens.ts';

/** Of more hits only so many are compared, since each is compared with all. */
const maxCompared = 60;
/** Of more, the next begin a line of their own. */
const maxGroup = 5;
/** The share of words that two descriptions have in common when they say the same. */
const sameShare = 0.8;

/**
 * The hits in their order, those that are nearly the same together at the place of the best: tools of one server that take
 * the same and say the same, but for a word of their names, such as `get_user_v1` and `get_user_v2`.
 */
export function alike(hits: readonly Hit[]): Hit[][] {
  const groups: Hit[][] = [];
  for (const [index, hit] of hits.entries()) {
    const group =
      index < maxCompared
        ? groups.find(group => group.length < maxGroup && isAlike(group[0]!, hit))
        : undefined;
    if (group === undefined) groups.push([hit]);
    else group.push(hit);
  }
  return groups;
}

function isAlike(a: Hit, b: Hit): boolean {
  if (a.server !== b.server || takes(a) !== takes(b)) return false;
  const [said, other] = [wordsOf(a.tool.description), wordsOf(b.tool.description)];
  const [name, otherName] = [partsOf(a.tool.name), partsOf(b.tool.name)];
  const differing = Math.max(name.size, otherName.size) - common(name, otherName);
  const all = Math.max(said.size, other.size);
  return differing <= 1 && all > 0 && common(said, other) >= sameShare * all;
}

/** What a tool takes, as text; two that take nothing need not be alike. */
function takes({ server, tool }: Hit): string {
  return signature(server, { ...tool, name: 'x' }, { maxLength: 400, result: false });
}

function wordsOf(text: unknown): Set<string> {
  return new Set(typeof text === 'string' ? tokenize(text) : []);
}

function partsOf(name: string): Set<string> {
  return new Set(name.slice(0, 200).split(/[\s_./-]+|(?<=\p{Ll})(?=\p{Lu})/u));
}

function common(a: Set<string>, b: Set<string>): number {
  return [...a].filter(word => b.has(word)).length;
}
