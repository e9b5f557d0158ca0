import { estimateTokens } from '../../compress/tokens.ts';
import type { Hit } from '../../search/index.ts';
import type { View } from '../../view.ts';
import { alike } from './alike.ts';
import { type Line, linesOf, most } from './found-lines.ts';

/** Tools shown where nobody says how many. */
const defaultFound = 15;
/** The estimate may be out by a tenth; the budget is kept all the same. */
const estimated = 0.9;
/** The first are to be called straight away: they are shown in full before others get more room. */
const first = 3;

/** Several tools that one line shows, in more words or fewer. */
interface Item {
  names: number;
  lines: Line[];
  shown: number;
}

/**
 * The first `limit` of what was found, in `gateway.searchTokens` tokens. More than the usual number may take more, in
 * proportion. Where the room is short all are shown in fewer words, the last ones first, before fewer are shown.
 */
export function foundText(gateway: Pick<View, 'config'>, hits: Hit[], limit = defaultFound): string {
  const share = Math.max(1, limit / defaultFound);
  const room = gateway.config.gateway.searchTokens * estimated * share;
  const items = alike(hits.slice(0, limit)).map(group => ({
    names: group.length,
    lines: linesOf(gateway, group),
    shown: 0,
  }));
  const tail = estimateTokens(lastLine(hits.length, true));
  const kept = fill(items, room - tail);
  const left = hits.length - kept.reduce((sum, { names }) => sum + names, 0);
  const cut = kept.some(({ lines, shown }) => lines[shown]!.cut);
  return [...kept.map(({ lines, shown }) => lines[shown]!.text), lastLine(left, cut)]
    .filter(Boolean)
    .join('\n');
}

/** As many items as there is room for, each in as many words as there is room for. */
function fill(items: Item[], room: number): Item[] {
  const kept: Item[] = [];
  let left = room;
  for (const item of items) {
    left -= item.lines[0]!.tokens;
    if (left < 0 && kept.length > 0) break;
    kept.push(item);
  }
  const grow = (item: Item, to: number) => {
    const more = item.lines[to]!.tokens - item.lines[item.shown]!.tokens;
    if (to <= item.shown || more > left) return;
    left -= more;
    item.shown = to;
  };
  left = room - kept.reduce((sum, { lines }) => sum + lines[0]!.tokens, 0);
  for (let detail = 1; detail <= most; detail++) for (const item of kept.slice(0, first)) grow(item, detail);
  for (let detail = 1; detail <= most; detail++) for (const item of kept) grow(item, detail);
  return kept;
}

function lastLine(left: number, cut: boolean): string {
  const hint = cut ? ' `(…)`: inspect({ tool }) shows the parameters.' : '';
  if (left === 0) return hint.trim();
  return `… ${left} more: narrower words, or a higher \`limit\`.${hint}`;
}
