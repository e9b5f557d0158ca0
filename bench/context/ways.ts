import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { address } from '../../src/compress/address.ts';
import { about } from '../../src/compress/signature.ts';
import type { Gateway } from '../../src/gateway.ts';
import { definitions } from '../../src/server/tools/definitions.ts';
import { inspect } from '../../src/server/tools/inspect.ts';
import type { CallContext, JsonObject, Tool } from '../../src/types.ts';
import type { Task, TaskSet } from './sets.ts';

export const waysToTools = ['flat', 'one list', 'search, call', 'search, inspect, call'] as const;

type Way = (typeof waysToTools)[number];

/** Tokens of one task in each way, and how many of its tools one search did not show. */
type Cost = Record<Way, number> & { missed: number };

/** For each task of a set. */
export async function costs({ snapshot, tasks }: TaskSet): Promise<Cost[]> {
  const gateway = {
    snapshot,
    config: { servers: [], gateway: { searchTokens: 600 } },
    configOf: () => undefined,
    statuses: () => new Map(),
    unlisted: () => [],
  };
  const asked = new Replies(gateway as unknown as Gateway);
  const tools = [...snapshot.servers.values()].flatMap(server =>
    [...server.tools.values()].map(tool => ({ server: server.name, tool })),
  );
  const flat = tokensOf(tools.map(({ tool }) => listed(tool)));
  const list = tokensOf(
    tools.map(({ server, tool }) => `${address(server, tool.name)}${about(tool)}`).join('\n'),
  );
  const menu = tokensOf(definitions(snapshot, 800));
  const made: Cost[] = [];
  for (const task of tasks) {
    const { tokens, missed } = await asked.search(task);
    const schemas = task.gold.map(({ server, tool }) =>
      listed(snapshot.servers.get(server)!.tools.get(tool)!),
    );
    const inspected = await asked.each(task.gold);
    made.push({
      flat,
      'one list': list + tokensOf(schemas),
      'search, call': menu + tokens,
      'search, inspect, call': menu + tokens + inspected,
      missed,
    });
  }
  return made;
}

/** What `inspect` is asked and answers. */
class Replies {
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /**
   * A search with the task's own words; for the tools that it names without their parameters, those tools in full; for those
   * that it does not show, all tools of their servers.
   */
  async search({ query, gold }: Task): Promise<{ tokens: number; missed: number }> {
    const first = await this.#ask({ query: [query] });
    const isShown = ({ server, tool }: Task['gold'][number]) =>
      first.text.includes(`${address(server, tool)}(`);
    const missing = gold.filter(tool => !isShown(tool));
    const cut = gold.filter(({ server, tool }) => first.text.includes(`${address(server, tool)}(…)`));
    let tokens = first.tokens + (await this.each(cut));
    for (const server of new Set(missing.map(({ server }) => server))) {
      const limit = this.#gateway.snapshot.servers.get(server)!.tools.size;
      tokens += (await this.#ask({ server, limit })).tokens;
    }
    return { tokens, missed: missing.length };
  }

  async each(gold: Task['gold']): Promise<number> {
    let tokens = 0;
    for (const { server, tool } of gold) tokens += (await this.#ask({ server, tool })).tokens;
    return tokens;
  }

  async #ask(input: JsonObject): Promise<{ text: string; tokens: number }> {
    const { content } = await inspect(this.#gateway, input, {} as CallContext);
    const text = (content as { text: string }[]).map(block => block.text).join('\n');
    return { text, tokens: tokensOf(input) + countTokens(text) };
  }
}

function listed({ name, description, inputSchema }: Tool): JsonObject {
  return { name, description, inputSchema };
}

function tokensOf(value: unknown): number {
  return countTokens(typeof value === 'string' ? value : JSON.stringify(value));
}
