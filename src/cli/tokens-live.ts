import { describe } from '../compress/text.ts';
import type { ClientTokens } from '../telemetry/ledger.ts';
import { counted } from '../words.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { asked } from './instance/find.ts';
import { print, printJson } from './print.ts';
import { mustRun } from './running.ts';
import { grouped, percent, table } from './table.ts';

const maxTools = 20;

/** `mcpx tokens --live`: what the running gateway has cost its clients since it was started. */
export async function run(given: Given): Promise<number> {
  const { clients } = (await asked(await mustRun(given), '/api/tokens')) as { clients: ClientTokens[] };
  if (given.values['json']) printJson(clients);
  else
    print(clients.length === 0 ? 'No client has asked for anything yet.' : clients.map(shown).join('\n\n'));
  return exitCodes.ok;
}

function shown({ client, principal, menu, discovery, tools }: ClientTokens): string {
  const lines = [
    `${describe(client, 100)} (${describe(principal, 100)})`,
    `  menu       ${grouped(menu.tokens)} tokens in ${counted(menu.lists, 'list')}; flat ${grouped(menu.flat)}`,
    `  discovery  ${grouped(discovery.tokens)} tokens in ${discovery.replies === 1 ? '1 reply' : `${discovery.replies} replies`}`,
  ];
  if (tools.length === 0) return lines.join('\n');
  const rows = tools
    .slice(0, maxTools)
    .map(tool => [
      `  ${describe(`${tool.server}.${tool.tool}`, 60)}`,
      ...[tool.calls, tool.arguments, tool.results, tool.resultsBefore].map(grouped),
      percent(tool.resultsBefore - tool.results, tool.resultsBefore),
      tool.wouldSave > 0 ? `shadow: ${percent(tool.wouldSave, tool.results)} less` : '',
    ]);
  const head = ['  tool', 'calls', 'arguments', 'results', 'as they came', 'saved', ''];
  const more = tools.length > maxTools ? [`  and ${tools.length - maxTools} more: --json has all`] : [];
  return [...lines, table([head, ...rows], { right: [1, 2, 3, 4, 5] }), ...more].join('\n');
}
