import { address } from '../../compress/address.ts';
import { mostTokens } from '../../compress/most-tokens.ts';
import { signature } from '../../compress/signature.ts';
import { describe } from '../../compress/text.ts';
import type { Hit } from '../../search/index.ts';
import type { Tool } from '../../types.ts';
import type { View } from '../../view.ts';
import { isCompact } from './show-tool.ts';

/** One way to show some tools in a line. */
export interface Line {
  text: string;
  /** With the line's end, at the most. */
  tokens: number;
  /** Whether it leaves out the parameters. */
  cut: boolean;
}

/** From the least to the most: characters of the parameters, and of what the tool is for. */
const details = [
  { parameters: 0, about: 50 },
  { parameters: 60, about: 60 },
  { parameters: 130, about: 90 },
  { parameters: 330, about: 160 },
];

/** The last of the ways to show a tool. */
export const most = details.length - 1;

const known = new WeakMap<Tool, Line[]>();

/** The ways to show a tool and those that are just like it, from the fewest words to the most. */
export function linesOf(gateway: Pick<View, 'config'>, group: Hit[]): Line[] {
  const [{ server, tool }] = group as [Hit];
  const lines = known.get(tool) ?? details.map((_, detail) => lineOf(gateway, server, tool, detail));
  known.set(tool, lines);
  if (group.length === 1) return lines;
  const others = `; likewise ${group
    .slice(1)
    .map(hit => address(hit.server, hit.tool.name))
    .join(', ')}`;
  const tokens = mostTokens(others);
  return lines.map(line => ({ ...line, text: line.text + others, tokens: line.tokens + tokens }));
}

function lineOf(gateway: Pick<View, 'config'>, server: string, tool: Tool, detail: number): Line {
  const { parameters, about } = details[detail]!;
  const name = address(server, tool.name);
  const purpose = describe(tool.description, about) || describe(tool['title'], about);
  const cut = parameters === 0 || (detail < most && !isCompact(gateway, server));
  const call = cut ? `${name}(…)` : callOf(gateway, server, tool, name.length + parameters);
  const text = purpose ? `${call} — ${purpose}` : call;
  return { text, tokens: mostTokens(`${text}\n`), cut };
}

function callOf(gateway: Pick<View, 'config'>, server: string, tool: Tool, maxLength: number): string {
  if (isCompact(gateway, server)) return signature(server, tool, { maxLength, result: maxLength > 300 });
  return `${address(server, tool.name)} ${JSON.stringify(tool.inputSchema)}`;
}
