import { address } from '../../compress/address.ts';
import { mostTokens } from '../../compress/most-tokens.ts';
import type { Hit } from '../../search/index.ts';
import type { View } from '../../view.ts';
import { alike } from './alike.ts';
import { type Line, linesOf, most } from './found-lines.ts';

/** Tools shown where nobody says how many: so many in a line each, the others by name alone. */
const described = 10;
export const defaultFound = 40;
/** So many may be asked for without more room for them. */
const usualFound = 15;
/** The first are to be called straight away: they are shown in full before others get more room. */
const first = 3;
/** What begins the line of names. */
const also = 'Also: ';

/** Several tools that are shown together, by their names alone or in a line of more words or fewer. */
interface Item {
  names: string[];
  nameTokens: number;
  lines: Line[];
  /** Which of the lines; -1 where it is the names. */
  shown: number;
}

/**
 * The first `limit` of what was found, in `gateway.searchTokens` tokens. More than the usual number may take more, in
 * proportion. Where the room is short, those further down are shown in fewer words or by name, before fewer are shown.
 */
export function foundText(gateway: Pick<View, 'config'>, hits: Hit[], limit?: number): string {
  const share = Math.max(1, (limit ?? 0) / usualFound);
  const room =
    gateway.config.gateway.searchTokens * share - mostTokens(`${also}\n${lastLine(hits.length, true)}`);
  const items = alike(hits.slice(0, limit ?? defaultFound)).map(group => itemOf(gateway, group));
  const kept = fill(items, limit ?? described, room);
  const named = kept.filter(({ shown }) => shown < 0).flatMap(({ names }) => names);
  const lines = kept.flatMap(({ lines, shown }) => lines[shown] ?? []);
  const left = hits.length - kept.reduce((sum, { names }) => sum + names.length, 0);
  const cut = named.length > 0 || lines.some(line => line.cut);
  const texts = [...lines.map(({ text }) => text), named.length === 0 ? '' : also + named.join(', ')];
  return [...texts, lastLine(left, cut)].filter(Boolean).join('\n');
}

function itemOf(gateway: Pick<View, 'config'>, group: Hit[]): Item {
  const names = group.map(({ server, tool }) => address(server, tool.name));
  const nameTokens = mostTokens(names.map(name => `${name}, `).join(''));
  return { names, nameTokens, lines: linesOf(gateway, group), shown: -1 };
}

/** As many items as there is room for, the first `count` in a line each, all in as many words as there is room for. */
function fill(items: Item[], count: number, room: number): Item[] {
  let left = room;
  const kept: Item[] = [];
  for (const item of items) {
    item.shown = kept.length < count ? 0 : -1;
    const tokens = tokensOf(item, item.shown);
    if (tokens > left) continue;
    left -= tokens;
    kept.push(item);
  }
  const grow = (item: Item, to: number) => {
    const more = tokensOf(item, to) - tokensOf(item, item.shown);
    if (to <= item.shown || more > left) return;
    left -= more;
    item.shown = to;
  };
  for (let detail = 0; detail <= most; detail++) for (const item of kept.slice(0, first)) grow(item, detail);
  for (let detail = 0; detail <= most; detail++) for (const item of kept) grow(item, detail);
  return kept;
}

function tokensOf({ nameTokens, lines }: Item, shown: number): number {
  return lines[shown]?.tokens ?? nameTokens;
}

function lastLine(left: number, cut: boolean): string {
  const hint = cut ? ' `(…)`: inspect({ tool }) shows the parameters.' : '';
  if (left === 0) return hint.trim();
  return `… ${left} more: narrower words, or a higher \`limit\`.${hint}`;
}
