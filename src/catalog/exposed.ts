import { createHash } from 'node:crypto';
import type { Prompt, Resource, ResourceTemplate, Tool } from '../types.ts';
import { addressed } from './addressed.ts';
import type { Collisions, Kind } from './collisions.ts';
import { interfaceOf } from './interface-of.ts';
import type { Snapshot } from './snapshot.ts';

/** An item of one server under the name by which clients know it, which is its own unless two servers use it. */
export interface Exposed<T> {
  readonly server: string;
  readonly item: T;
  /** For tools and prompts a name, for resources and templates an address. */
  readonly name: string;
}

/** All servers' items as those of one server: each kind by exposed name, servers and items in their own order. */
export interface Exposure {
  readonly tools: ReadonlyMap<string, Exposed<Tool>>;
  readonly prompts: ReadonlyMap<string, Exposed<Prompt>>;
  readonly resources: ReadonlyMap<string, Exposed<Resource>>;
  readonly templates: ReadonlyMap<string, Exposed<ResourceTemplate>>;
}

/** The longest name with a server in front, in characters: what model APIs take. */
const maxPrefixed = 64;

/** Hexadecimal digits that tell two names apart which would be the same otherwise. */
const digits = 6;

/** How the items of one kind are named. */
interface Naming {
  kind: Kind;
  /** A name that says which server it is of. */
  prefix: (server: string, name: string) => string;
  /** The longest name there may be, in characters. */
  longest: number;
  /** The longest of those that are not an item's own. */
  longestPrefixed: number;
}

/**
 * Names for all items of `snapshot`: their own, or with the server in front where two servers use one, now or as
 * `collisions` remembers. No name of a tool or prompt is longer than `longest`.
 */
export function expose(
  snapshot: Snapshot,
  collisions: Collisions,
  longest = Number.POSITIVE_INFINITY,
): Exposure {
  const servers = [...snapshot.servers.values()];
  const named = { prefix: prefixed, longest, longestPrefixed: Math.min(longest, maxPrefixed) };
  const located = {
    prefix: addressed,
    longest: Number.POSITIVE_INFINITY,
    longestPrefixed: Number.POSITIVE_INFINITY,
  };
  const found = <T>(of: (server: (typeof servers)[number]) => Iterable<T>, nameOf: (item: T) => string) =>
    servers.flatMap(server =>
      Array.from(of(server), item => ({ server: server.name, item, name: nameOf(item) })),
    );
  const tools = found(
    ({ tools }) => tools.values(),
    ({ name }) => name,
  );
  const prompts = found(
    ({ listing }) => listing?.prompts ?? [],
    ({ name }) => name,
  );
  const resources = found(
    ({ listing }) => listing?.resources ?? [],
    ({ uri }) => uri,
  );
  const templates = found(
    ({ listing }) => listing?.templates ?? [],
    ({ uriTemplate }) => uriTemplate,
  );
  noteCollisions([...resources, ...links(tools)], 'resources', collisions);
  return {
    tools: assign(tools, { kind: 'tools', ...named }, collisions, snapshot),
    prompts: assign(prompts, { kind: 'prompts', ...named }, collisions, snapshot),
    resources: assign(resources, { kind: 'resources', ...located }, collisions, snapshot),
    templates: assign(templates, { kind: 'templates', ...located }, collisions, snapshot),
  };
}

/** What tools name as their user interface counts as a resource, listed or not (MCP Apps, SEP-1865). */
function links(tools: Exposed<Tool>[]): Exposed<undefined>[] {
  return tools.flatMap(({ server, item }) => {
    const name = interfaceOf(item['_meta']);
    return name === undefined ? [] : [{ server, name, item: undefined }];
  });
}

/** Items that keep their name have it for sure; of two that would get the same one the later gives way. */
function assign<T>(
  found: Exposed<T>[],
  { kind, prefix, longest, longestPrefixed }: Naming,
  collisions: Collisions,
  { servers }: Snapshot,
): Map<string, Exposed<T>> {
  noteCollisions(found, kind, collisions);
  const keeps = ({ server, name }: Exposed<T>) => !collisions.involves(kind, name, server, servers);
  const taken = new Set(found.filter(keeps).map(({ name }) => name));
  const assigned = new Map<string, Exposed<T>>();
  for (const exposed of found) {
    const { server, name: own } = exposed;
    const wanted = keeps(exposed) ? own : prefix(server, own);
    const limit = wanted === own ? longest : longestPrefixed;
    const isFree = wanted === own ? !assigned.has(own) : !taken.has(wanted) && !assigned.has(wanted);
    const name =
      isFree && wanted.length <= limit ? wanted : cut(wanted, limit, JSON.stringify([server, own]));
    assigned.set(name, { ...exposed, name });
  }
  return assigned;
}

function noteCollisions(found: Exposed<unknown>[], kind: Kind, collisions: Collisions): void {
  const owners = new Map<string, Set<string>>();
  for (const { server, name } of found) {
    const known = owners.get(name);
    if (known === undefined) owners.set(name, new Set([server]));
    else known.add(server);
  }
  for (const [name, servers] of owners) if (servers.size > 1) collisions.note(kind, name, [...servers]);
}

/** The address by which clients know the resource `uri` of `server`. */
export function addressOf(
  { servers }: Snapshot,
  collisions: Collisions,
  server: string,
  uri: string,
): string {
  return collisions.involves('resources', uri, server, servers) ? addressed(server, uri) : uri;
}

/** `server__name`, with nothing in front of it that a name may not have (SEP-986). */
function prefixed(server: string, name: string): string {
  return `${server.replace(/[^A-Za-z0-9_-]+/g, '_')}__${name}`;
}

/** The beginning of `name`, and a hash of what it is the name of: the same after every restart. */
function cut(name: string, longest: number, identity: string): string {
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, digits);
  return `${[...name].slice(0, Math.min(longest, 1_000) - digits - 1).join('')}_${hash}`;
}
