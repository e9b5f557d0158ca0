/** What can be asked of the history. Works on pages of records, wherever they are kept. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallRecord } from './record.ts';
import { type Figures, Sum, Tally } from './tally.ts';

/** Which calls; all of it must fit. */
export interface Filter {
  /** Ended then or later, in epoch milliseconds. */
  since?: number;
  /** Ended before, in epoch milliseconds. */
  until?: number;
  principal?: string;
  client?: string;
  server?: string;
  tool?: string;
  outcome?: string;
  request?: string;
}

/** Members of a filter that a record must have as they are. */
export const equalities = ['principal', 'client', 'server', 'tool', 'outcome', 'request'] as const;

export interface Page {
  /** Only calls with a smaller id: the last of the page before. */
  before?: number;
  limit: number;
  /** With what they were given and gave, where that is kept. */
  payloads?: boolean;
}

/** The calls that fit, the latest first. */
export type Source = (filter: Filter, page: Page) => CallRecord[];

export interface Stats {
  all: Figures;
  /** Those with most calls first. What is no tool is told by its method; what is too much for a list is `other`. */
  tools: (Figures & { server: string; tool: string })[];
  servers: (Figures & { server: string })[];
  clients: (Figures & { principal: string; client: string })[];
  /** The calls that took longest. */
  slowest: CallRecord[];
}

/** Each list has so many rows at most. */
const mostRows = 2_000;
const mostSlowest = 20;
/** Calls that are looked at without a pause; a database is written to meanwhile. */
const atATime = 2_000;

/** Adds up the calls that fit. */
export async function statsFrom(source: Source, filter: Filter): Promise<Stats> {
  const all = new Sum();
  const tools = new Tally(mostRows, ({ server, tool, method }) => [server, tool ?? method]);
  const servers = new Tally(mostRows, ({ server }) => [server]);
  const clients = new Tally(mostRows, ({ principal, client }) => [principal, client]);
  let slowest: CallRecord[] = [];
  for (let page: CallRecord[] = [], isLast = false; !isLast; isLast = page.length < atATime) {
    if (page.length > 0) await nextTurn();
    page = source(filter, { before: page.at(-1)?.id, limit: atATime });
    for (const record of page) for (const sum of [all, tools, servers, clients]) sum.add(record);
    slowest = [...slowest, ...page].sort((a, b) => b.ms - a.ms).slice(0, mostSlowest);
  }
  return {
    all: all.figures,
    tools: tools.rows.map(({ key: [server = '', tool = ''], figures }) => ({ server, tool, ...figures })),
    servers: servers.rows.map(({ key: [server = ''], figures }) => ({ server, ...figures })),
    clients: clients.rows.map(({ key: [principal = '', client = ''], figures }) => ({
      principal,
      client,
      ...figures,
    })),
    slowest,
  };
}
