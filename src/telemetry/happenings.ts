/** What happened lately, for people: rare events in a sentence each, and the states of each server. */
import { type EventName, type Events, subscribe } from './events.ts';
import { safeName, safeText } from './safe.ts';

export interface Happening {
  /** Later ones have larger ones. */
  id: number;
  /** Epoch milliseconds; of several that are one, the last. */
  at: number;
  kind: EventName;
  level: 'info' | 'warn' | 'error';
  server?: string;
  text: string;
  /** How many there were in a row, at least 1. */
  count: number;
}

export interface StateThen {
  at: number;
  state: string;
  reason?: string;
}

type Said = Pick<Happening, 'level' | 'text'> & { server?: string };

const most = { happenings: 500, servers: 1_000, states: 50 };
/** Equal ones among so many of the last count as one: a flood must not push out everything else. */
const lookedBack = 20;

/** Listens from the start of the gateway on; costs nothing while nothing of this kind happens. */
export class Happenings {
  readonly #all: Happening[] = [];
  readonly #states = new Map<string, StateThen[]>();
  readonly #ends: (() => void)[];
  #lastId = 0;

  constructor() {
    this.#ends = (Object.keys(sayings) as (keyof typeof sayings)[]).map(kind => this.#listen(kind));
    this.#ends.push(subscribe('upstream.state', event => this.#addState(event)));
  }

  /** The latest first. */
  lately(limit: number, server?: string): Happening[] {
    const wanted = server === undefined ? this.#all : this.#all.filter(each => each.server === server);
    return wanted.toSorted((a, b) => b.at - a.at || b.id - a.id).slice(0, limit);
  }

  /** The states that a server has had, the latest last. */
  statesOf(server: string): readonly StateThen[] {
    return this.#states.get(safeName(server)) ?? [];
  }

  close(): void {
    for (const end of this.#ends) end();
  }

  #listen<K extends keyof typeof sayings>(kind: K): () => void {
    const say = sayings[kind] as (event: Events[K]) => Said | undefined;
    return subscribe(kind, event => {
      const said = say(event);
      if (said !== undefined && !this.#isUsual(kind, said)) this.#add(kind, said);
    });
  }

  /** That a server is well is told only where it was not. */
  #isUsual(kind: EventName, { level, server }: Said): boolean {
    if (kind !== 'upstream.state' || level !== 'info') return false;
    const before = this.statesOf(server ?? '').findLast(({ state }) => told.has(state));
    return before === undefined || !bad.has(before.state);
  }

  #add(kind: EventName, { level, text, server }: Said): void {
    const safe = safeText(text, 500);
    const same = this.#all.slice(-lookedBack).find(each => each.kind === kind && each.text === safe);
    const at = Date.now();
    if (same !== undefined) {
      same.count++;
      same.at = at;
      return;
    }
    this.#all.push({
      id: ++this.#lastId,
      at,
      kind,
      level,
      ...(server !== undefined && { server: safeName(server) }),
      text: safe,
      count: 1,
    });
    if (this.#all.length > most.happenings) this.#all.shift();
  }

  #addState({ server, status: { state, reason } }: Events['upstream.state']): void {
    const name = safeName(server);
    const states = this.#states.get(name) ?? [];
    if (states.length === 0 && this.#states.size >= most.servers) return;
    states.push({ at: Date.now(), state, ...(reason !== undefined && { reason: safeText(reason, 500) }) });
    if (states.length > most.states) states.shift();
    this.#states.set(name, states);
  }
}

const bad: ReadonlySet<string> = new Set(['failed', 'needs_auth', 'degraded']);
/** States that are told; all others come and go. */
const told: ReadonlySet<string> = new Set([...bad, 'ready']);

const quoted = (name: string) => `“${name}”`;

/** What is worth telling of each kind. */
const sayings = {
  'upstream.state': ({ server, status: { state, reason } }: Events['upstream.state']): Said | undefined => {
    if (!told.has(state)) return undefined;
    const isBad = bad.has(state);
    return {
      server,
      level: isBad ? 'error' : 'info',
      text: reason === undefined ? state : `${state}: ${reason}`,
    };
  },
  'breaker.changed': ({ server, state, failures, reason }: Events['breaker.changed']): Said => ({
    server,
    level: state === 'closed' ? 'info' : 'warn',
    text: `breaker ${state}${state === 'open' ? ` after ${failures} failures` : ''}${reason ? `: ${reason}` : ''}`,
  }),
  'process.ended': ({ server, code, signal }: Events['process.ended']): Said | undefined =>
    code === 0 || signal === 'SIGTERM'
      ? undefined
      : { server, level: 'warn', text: `a process ended with ${signal ?? `code ${code}`}` },
  'config.reloaded': ({ cause, added, removed, replaced, adjusted }: Events['config.reloaded']): Said => ({
    level: 'info',
    text: `configuration reloaded (${cause}): ${added.length} added, ${removed.length} removed, ${replaced.length} restarted, ${adjusted.length} adjusted`,
  }),
  'config.refused': ({ problems }: Events['config.refused']): Said => ({
    level: 'error',
    text: `the configuration cannot be used, the one before goes on: ${problems[0] ?? ''}`,
  }),
  'gateway.changed': ({ principal, what }: Events['gateway.changed']): Said => ({
    level: 'info',
    text: `${principal} ${what}`,
  }),
  'auth.refused': ({ code, from }: Events['auth.refused']): Said => ({
    level: 'warn',
    text: `requests from ${from} were refused: ${code}`,
  }),
  'call.refused': ({ server, tool, client, reason }: Events['call.refused']): Said => ({
    server,
    level: 'warn',
    text: `a call of ${quoted(tool)} by ${quoted(client)} was not made: ${reason}`,
  }),
  'telemetry.failed': ({ part, reason }: Events['telemetry.failed']): Said => ({
    level: 'warn',
    text: `${part} does not work: ${reason}`,
  }),
  'telemetry.recovered': ({ part }: Events['telemetry.recovered']): Said => ({
    level: 'info',
    text: `${part} works again`,
  }),
  'embeddings.failed': ({ reason }: Events['embeddings.failed']): Said => ({
    level: 'warn',
    text: `embeddings do not work, searches go on by words: ${reason}`,
  }),
  'embeddings.recovered': (): Said => ({ level: 'info', text: 'embeddings work again' }),
};
