import { address } from '../../compress/address.ts';
import { describe } from '../../compress/text.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import { currentEnvironment } from '../../config/environment.ts';
import { stateFolder } from '../../config/locate.ts';
import type { Config } from '../../config/types.ts';
import { embeddingsFor } from '../../embeddings/embeddings.ts';
import { McpxError } from '../../errors.ts';
import type { Gateway } from '../../gateway.ts';
import { SearchIndex, type SearchServer } from '../../search/index.ts';
import { indexOf, search } from '../../server/tools/find.ts';
import { foundText } from '../../server/tools/found.ts';
import type { Given } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withListings } from '../listed.ts';
import { text as option } from '../options.ts';
import { print, printError, printJson } from '../print.ts';
import { configuration } from '../setup.ts';
import { type Query, queriesIn, toolsBeside } from './queries.ts';

const cuts = [1, 3, 5, 10] as const;
const maxMissed = 20;
const shipped = { servers: [], gateway: { searchTokens: 600 } } as unknown as Config;

/** How one query went: the places of its tools among what was found, from 1; Infinity where one was not. */
interface Outcome extends Query {
  places: number[];
  replyTokens: number;
}

interface Measured {
  outcomes: Outcome[];
  /** Why the endpoint for embeddings, where one is configured, did not do its part. */
  failure?: string;
}

/** `mcpx eval FILE`: how often search finds the right tools, of the set beside FILE or of the configured servers. */
export async function run(given: Given): Promise<number> {
  const [file] = given.words;
  if (file === undefined)
    throw new McpxError('USAGE', 'eval needs a file of queries.', { help: 'mcpx eval FILE' });
  const set = toolsBeside(file);
  const { outcomes, failure } =
    set === undefined
      ? await withListings(await configuration(given), gateway => ofCatalog(file, gateway))
      : await ofSet(queriesIn(file, set.ids), set.servers, given);
  if (given.values['json']) printJson({ ...summaryOf(outcomes), missed: missedIn(outcomes) });
  else print(shown(outcomes));
  if (failure === undefined) return exitCodes.ok;
  printError(`the endpoint for embeddings did not work, so these numbers are of words alone: ${failure}`);
  return exitCodes.failed;
}

/** Of the user's own servers, as a model finds them. */
function ofCatalog(file: string, gateway: Gateway): Promise<Measured> {
  const ids = new Map<string, string>();
  for (const { name, tools } of gateway.snapshot.servers.values()) {
    for (const tool of tools.keys()) ids.set(`${name}.${tool}`, address(name, tool));
  }
  return outcomesOf(queriesIn(file, ids), indexOf(gateway), gateway);
}

/** Of a set; as the configuration says where one is named, else as MCPX is shipped. */
async function ofSet(queries: Query[], servers: SearchServer[], given: Given): Promise<Measured> {
  const index = new SearchIndex();
  index.update(servers);
  const named = option(given, 'config') === undefined ? undefined : await configuration(given);
  const embeddings = named && embeddingsFor(named, stateFolder(currentEnvironment()));
  try {
    return await outcomesOf(queries, index, { config: named ?? shipped, embeddings });
  } finally {
    await embeddings?.close();
  }
}

async function outcomesOf(
  queries: Query[],
  index: SearchIndex,
  gateway: Pick<Gateway, 'config' | 'embeddings'>,
): Promise<Measured> {
  const { embeddings } = gateway;
  const outcomes: Outcome[] = [];
  await embeddings?.prepare(index.entries);
  for (const { text, gold } of queries) {
    const hits = await search(index, embeddings, [text]);
    const found = hits.map(({ server, tool }) => address(server, tool.name));
    const places = gold.map(name => found.indexOf(name) + 1 || Number.POSITIVE_INFINITY);
    outcomes.push({ text, gold, places, replyTokens: estimateTokens(foundText(gateway, hits)) });
  }
  return { outcomes, failure: embeddings?.report.reason };
}

function summaryOf(outcomes: Outcome[]) {
  const mean = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  const recall = (cut: number) =>
    mean(({ places }) => places.filter(place => place <= cut).length / places.length);
  return {
    queries: outcomes.length,
    recall: Object.fromEntries(cuts.map(cut => [cut, recall(cut)])),
    mrr: mean(({ places }) => 1 / Math.min(...places)),
    replyTokens: mean(({ replyTokens }) => replyTokens),
  };
}

/** Tools that were not among the first ten, by query. */
function missedIn(outcomes: Outcome[]): { query: string; missed: string[] }[] {
  return outcomes.flatMap(({ text, gold, places }) => {
    const missed = gold.filter((_, index) => places[index]! > 10);
    return missed.length === 0 ? [] : [{ query: text, missed }];
  });
}

function shown(outcomes: Outcome[]): string {
  const { queries, recall, mrr, replyTokens } = summaryOf(outcomes);
  const missed = missedIn(outcomes);
  const lines = [
    `${queries} queries`,
    ...cuts.map(cut => `  recall@${cut}`.padEnd(14) + recall[cut]!.toFixed(3)),
    `  MRR         ${mrr.toFixed(3)}`,
    `  a reply     about ${Math.round(replyTokens)} tokens`,
  ];
  if (missed.length > 0) lines.push('', 'Not among the first ten:');
  for (const { query, missed: names } of missed.slice(0, maxMissed)) {
    lines.push(`  ${describe(query, 90)}`, `    ${describe(names.join(', '), 200)}`);
  }
  if (missed.length > maxMissed) lines.push(`  and ${missed.length - maxMissed} more: --json has all`);
  return lines.join('\n');
}
