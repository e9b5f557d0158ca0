import type { UpstreamRequest } from './call/call.ts';
import type { KeptResults } from './call/kept/kept.ts';
import type { Learned } from './call/learned/learned.ts';
import type { Collisions } from './catalog/collisions.ts';
import type { Snapshot } from './catalog/snapshot.ts';
import type { Config, ServerConfig } from './config/types.ts';
import type { Embeddings } from './embeddings/embeddings.ts';
import type { CallContext, RawResponse } from './types.ts';
import type { UpstreamReport } from './upstream/upstream.ts';

/** What a client sees of the gateway: all of it, or the servers that it has chosen. */
export interface View {
  /** The servers that it has chosen, be they there or not; all of them where it has not. */
  readonly chosen?: ReadonlySet<string>;
  readonly config: Config;
  readonly snapshot: Snapshot;
  /** Results that were too large for the model. */
  readonly kept: KeptResults;
  /** What queries and tools mean, where an endpoint for that is configured. */
  readonly embeddings: Embeddings | undefined;
  /** What calls have taught searches, where they may. */
  readonly learned: Learned | undefined;
  /** Names that two servers use. */
  readonly collisions: Collisions;
  /** How `server` is configured. */
  configOf(server: string): ServerConfig | undefined;
  /** How each server is, in the order of the configuration. */
  statuses(): Map<string, UpstreamReport>;
  /** Servers that have never listed and whose first attempt is still under way. */
  unlisted(): string[];
  /** Resolves when the attempt to list `server` has ended, well or not, or after `ms`. A failed server is tried again. */
  listed(server: string, ms: number): Promise<void>;
  /** One request to one upstream, raw answer. Rejects with an McpxError when there is none. */
  call(request: UpstreamRequest, context: CallContext): Promise<RawResponse>;
  /** Resolves when a person has logged in to `server`, which is what was lacking; rejects with `thrown` when nobody has. */
  signIn(thrown: unknown, server: string, context: CallContext): Promise<void>;
  /** The same as `owner` sees it. */
  for(owner: string): View;
}

/** The part of `view` that consists of the servers in `chosen`. */
export function part(view: View, chosen: ReadonlySet<string>): View {
  const narrowed = new WeakMap<Snapshot, Snapshot>();
  const own = new WeakMap<View, View>();
  const base = personal(view, () => {
    const known = narrowed.get(view.snapshot) ?? only(view.snapshot, chosen);
    narrowed.set(view.snapshot, known);
    return known;
  });
  // Assigned, not spread: what `base` answers must stay an answer of the moment.
  const whole: View = Object.assign(base, {
    chosen,
    configOf: (server: string) => (chosen.has(server) ? view.configOf(server) : undefined),
    statuses: () => new Map([...view.statuses()].filter(([name]) => chosen.has(name))),
    unlisted: () => view.unlisted().filter(name => chosen.has(name)),
    for: (owner: string) => {
      const other = view.for(owner);
      if (other === view) return whole;
      const known = own.get(other) ?? part(other, chosen);
      own.set(other, known);
      return known;
    },
  });
  return whole;
}

/** `view` with another snapshot. */
export function personal(view: View, snapshot: () => Snapshot): View {
  return {
    chosen: view.chosen,
    get config() {
      return view.config;
    },
    get kept() {
      return view.kept;
    },
    get embeddings() {
      return view.embeddings;
    },
    get learned() {
      return view.learned;
    },
    get collisions() {
      return view.collisions;
    },
    get snapshot() {
      return snapshot();
    },
    configOf: server => view.configOf(server),
    statuses: () => view.statuses(),
    unlisted: () => view.unlisted(),
    listed: (server, ms) => view.listed(server, ms),
    call: (request, context) => view.call(request, context),
    signIn: (thrown, server, context) => view.signIn(thrown, server, context),
    for: owner => view.for(owner),
  };
}

function only({ version, servers }: Snapshot, chosen: ReadonlySet<string>): Snapshot {
  return { version, servers: new Map([...servers].filter(([name]) => chosen.has(name))) };
}
