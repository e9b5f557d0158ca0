import type { Snapshot } from './catalog/snapshot.ts';
import type { Gateway } from './gateway.ts';

/** What a client sees of the gateway: all of it, or the servers that it has chosen. */
export type View = Pick<
  Gateway,
  'config' | 'snapshot' | 'kept' | 'collisions' | 'configOf' | 'statuses' | 'unlisted' | 'listed' | 'call'
>;

/** The part of `gateway` that consists of the servers in `chosen`. */
export function part(gateway: Gateway, chosen: ReadonlySet<string>): View {
  const narrowed = new WeakMap<Snapshot, Snapshot>();
  return {
    get config() {
      return gateway.config;
    },
    get kept() {
      return gateway.kept;
    },
    get collisions() {
      return gateway.collisions;
    },
    get snapshot() {
      const whole = gateway.snapshot;
      const known = narrowed.get(whole) ?? only(whole, chosen);
      narrowed.set(whole, known);
      return known;
    },
    configOf: server => (chosen.has(server) ? gateway.configOf(server) : undefined),
    statuses: () => new Map([...gateway.statuses()].filter(([name]) => chosen.has(name))),
    unlisted: () => gateway.unlisted().filter(name => chosen.has(name)),
    listed: (server, ms) => gateway.listed(server, ms),
    call: (request, context) => gateway.call(request, context),
  };
}

function only({ version, servers }: Snapshot, chosen: ReadonlySet<string>): Snapshot {
  return { version, servers: new Map([...servers].filter(([name]) => chosen.has(name))) };
}
