/** Names compared are cut to this many characters, so that hostile ones stay cheap. */
const longest = 64;

/**
 * The candidates that `word` was most likely meant to be, best first, `limit` at most. Case and separators
 * count for nothing; a candidate further away than a third of the longer name (and two letters) is left out.
 */
export function nearest(word: string, candidates: Iterable<string>, limit: number): string[] {
  const wanted = plain(word);
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const offered = plain(candidate);
    const allowed = Math.max(2, Math.floor(Math.max(wanted.length, offered.length) / 3));
    if (Math.abs(wanted.length - offered.length) > allowed) continue;
    const distance = edits(wanted, offered);
    if (distance <= allowed && distance < offered.length) near.push({ candidate, distance });
  }
  near.sort((a, b) => a.distance - b.distance);
  return near.slice(0, limit).map(entry => entry.candidate);
}

function plain(name: string): string {
  const letters = name.toLowerCase().replaceAll(/[\s_.-]/g, '');
  return letters.slice(0, longest);
}

/** Levenshtein's distance: insertions, deletions and substitutions that make one string the other. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++) {
      const substituted = row[column - 1]! + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
