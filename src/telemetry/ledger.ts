import { type Events, subscribe } from './events.ts';

/** What a tool has cost a client, in tokens. */
interface ToolTokens {
  server: string;
  tool: string;
  calls: number;
  arguments: number;
  results: number;
  /** What the results would have cost as they came. */
  resultsBefore: number;
  /** What compression would have saved of them, where it is only being watched. */
  wouldSave: number;
}

/** What MCPX has cost a client so far, and what its servers would have cost it without, in tokens. */
export interface ClientTokens {
  client: string;
  principal: string;
  menu: { lists: number; tokens: number; flat: number };
  discovery: { replies: number; tokens: number };
  tools: ToolTokens[];
}

/** Clients, and tools of one client, that are counted apart; those beyond are counted together. */
const maxClients = 200;
const maxTools = 1_000;
const others = 'other';

interface Account extends Omit<ClientTokens, 'tools'> {
  tools: Map<string, ToolTokens>;
}

/** Counts the tokens that go to and come from each client, since it was made. Bounded, in memory. */
export class Ledger {
  readonly #accounts = new Map<string, Account>();
  readonly #ends: (() => void)[];

  constructor() {
    this.#ends = [
      subscribe('menu.listed', event => this.#listed(event)),
      subscribe('discovery.answered', event => this.#discovered(event)),
      subscribe('result.answered', event => this.#answered(event)),
      subscribe('result.shadowed', event => this.#shadowed(event)),
    ];
  }

  /** By client; of each, the tools that cost most first. */
  get report(): ClientTokens[] {
    return [...this.#accounts.values()].map(account => ({
      ...account,
      tools: [...account.tools.values()].sort((a, b) => costOf(b) - costOf(a)),
    }));
  }

  /** Counts no more. */
  close(): void {
    for (const end of this.#ends) end();
  }

  #listed({ client, principal, tokens, flat }: Events['menu.listed']): void {
    const { menu } = this.#account(client, principal);
    menu.lists++;
    menu.tokens += tokens;
    menu.flat += flat;
  }

  #discovered({ client, principal, tokens }: Events['discovery.answered']): void {
    const { discovery } = this.#account(client, principal);
    discovery.replies++;
    discovery.tokens += tokens;
  }

  #answered(event: Events['result.answered']): void {
    const row = this.#row(event);
    row.calls++;
    row.arguments += event.argumentTokens;
    row.results += event.tokens;
    row.resultsBefore += event.before;
  }

  #shadowed(event: Events['result.shadowed']): void {
    this.#row(event).wouldSave += event.saved;
  }

  #row(of: { client: string; principal: string; server: string; tool: string }): ToolTokens {
    const { tools } = this.#account(of.client, of.principal);
    const key = JSON.stringify([of.server, of.tool]);
    return tools.get(key) ?? added(tools, tools.size < maxTools ? key : others, of);
  }

  #account(client: string, principal: string): Account {
    const key = JSON.stringify([principal, client]);
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const isFull = this.#accounts.size >= maxClients;
    const place = isFull ? others : key;
    const account = this.#accounts.get(place) ?? {
      ...(isFull ? { client: others, principal: others } : { client, principal }),
      menu: { lists: 0, tokens: 0, flat: 0 },
      discovery: { replies: 0, tokens: 0 },
      tools: new Map(),
    };
    this.#accounts.set(place, account);
    return account;
  }
}

function added(
  tools: Map<string, ToolTokens>,
  key: string,
  { server, tool }: { server: string; tool: string },
): ToolTokens {
  const names = key === others ? { server: others, tool: others } : { server, tool };
  const row = tools.get(key) ?? {
    ...names,
    calls: 0,
    arguments: 0,
    results: 0,
    resultsBefore: 0,
    wouldSave: 0,
  };
  tools.set(key, row);
  return row;
}

function costOf(row: ToolTokens): number {
  return row.arguments + row.results;
}
