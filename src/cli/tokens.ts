import type { Snapshot } from '../catalog/snapshot.ts';
import { flatTokens } from '../compress/flat.ts';
import { entry } from '../compress/signature.ts';
import { describe } from '../compress/text.ts';
import { estimateTokens } from '../compress/tokens.ts';
import type { Config } from '../config/types.ts';
import { definitions } from '../server/tools/definitions.ts';
import type { Given } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { withListings } from './listed.ts';
import { print, printError, printJson } from './print.ts';
import { configuration, printWarnings } from './setup.ts';
import { grouped, percent, table } from './table.ts';

/** What one server's tools cost a model, in tokens, about. */
interface Cost {
  server: string;
  tools: number;
  /** All of them as the server lists them. */
  flat: number;
  /** All of them as `inspect` shows them. */
  signatures: number;
}

interface Costs {
  servers: Cost[];
  /** The three tools, whatever is behind them. */
  menu: number;
  /** Servers that did not list. */
  missing: string[];
}

const barWidth = 24;

/** `mcpx tokens`: what the configured servers cost a model flat, and through MCPX. */
export async function run(given: Given): Promise<number> {
  const config = await configuration(given);
  printWarnings(config);
  const costs = await withListings(config, ({ snapshot }) => costsOf(snapshot, config));
  if (given.values['json']) printJson(costs);
  else print(shown(costs));
  for (const name of costs.missing) printError(`server "${name}" did not list: mcpx doctor ${name} says why`);
  return costs.missing.length === 0 ? exitCodes.ok : exitCodes.failed;
}

function costsOf(snapshot: Snapshot, config: Config): Costs {
  const all = [...snapshot.servers.values()];
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const servers = all
    .filter(({ listing }) => listing !== undefined)
    .map(({ name, tools, forModel }) => ({
      server: name,
      tools: tools.size,
      flat: sum([...tools.values()].map(flatTokens)),
      signatures: sum([...forModel.values()].map(tool => estimateTokens(`${entry(name, tool)}\n`))),
    }))
    .sort((a, b) => b.flat - a.flat);
  return {
    servers,
    menu: estimateTokens(JSON.stringify(definitions(snapshot, config.gateway.menuTokens))),
    missing: all.filter(({ listing }) => listing === undefined).map(({ name }) => name),
  };
}

function shown({ servers, menu }: Costs): string {
  const flat = servers.reduce((sum, server) => sum + server.flat, 0);
  const signatures = servers.reduce((sum, server) => sum + server.signatures, 0);
  const tools = servers.reduce((sum, server) => sum + server.tools, 0);
  const largest = Math.max(1, ...servers.map(server => server.flat));
  const rows = servers.map(server => [
    describe(server.server, 40),
    ...[server.tools, server.flat, server.signatures].map(grouped),
    percent(server.flat, flat),
    '█'.repeat(Math.max(1, Math.round((server.flat / largest) * barWidth))),
  ]);
  const head = ['server', 'tools', 'flat', 'signatures', 'share', ''];
  const total = ['all', ...[tools, flat, signatures].map(grouped), '', ''];
  return [
    'About how many tokens a model pays:',
    '',
    table([head, ...rows, total], { right: [1, 2, 3, 4] }),
    '',
    `Connected directly, all of them are in the context before the first question: ${grouped(flat)} tokens.`,
    `Through MCPX it is the menu of three tools: ${grouped(menu)} tokens${flat > menu ? `, ${percent(flat - menu, flat)} less` : ''}.`,
  ].join('\n');
}
