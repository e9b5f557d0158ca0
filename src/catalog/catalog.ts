import type { ServerConfig } from '../config/types.ts';
import { publish } from '../telemetry/events.ts';
import type { Listing, RawListing } from '../types.ts';
import { repairPrompts, repairResources, repairTemplates, repairTools } from './repair.ts';
import { countTools, emptySnapshot, type Snapshot, withListing } from './snapshot.ts';

/** A list that clients can ask for. */
export type ChangedList = 'tools' | 'prompts' | 'resources';

/** The listings of all upstreams. Readers take `snapshot` once and use that one to the end of their work. */
export class Catalog {
  /** Called after a new snapshot that shows something else of `server` than the one before. */
  onchange?: (server: string, lists: ChangedList[]) => void;
  readonly #servers: Map<string, ServerConfig>;
  #snapshot: Snapshot;

  constructor(servers: ServerConfig[]) {
    this.#servers = new Map(servers.map(server => [server.name, server]));
    this.#snapshot = emptySnapshot(this.#servers.keys());
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** What a server reported, or, with `fresh` false, what it reported in an earlier run. */
  adopt(name: string, raw: RawListing, fresh: boolean): void {
    const server = this.#servers.get(name);
    const known = this.#snapshot.servers.get(name);
    if (server === undefined || (!fresh && known?.listing !== undefined)) return; // never old over new
    const listing = repaired(raw);
    this.#snapshot = withListing(this.#snapshot, name, listing, server.tools, fresh);
    const changed = changedLists(known?.listing, listing);
    if (changed.length === 0) return;
    const { version, servers } = this.#snapshot;
    publish('catalog.changed', { version, servers: servers.size, tools: countTools(this.#snapshot) });
    this.onchange?.(name, changed);
  }
}

/** What `listing` says, as text; equal texts are equal listings. */
export function contentOf(listing: RawListing): string {
  const { listedAt: _, ...content } = listing;
  return JSON.stringify(content);
}

/** Which lists `now` has changed; what a server says of itself is shown with its tools. */
function changedLists(before: Listing | undefined, now: Listing): ChangedList[] {
  const changed: ChangedList[] = [];
  if (before === undefined || !same(toolsOf(before), toolsOf(now))) changed.push('tools');
  if (!same(before?.prompts ?? [], now.prompts)) changed.push('prompts');
  const resources = [before?.resources ?? [], before?.templates ?? []];
  if (!same(resources, [now.resources, now.templates])) changed.push('resources');
  return changed;
}

function toolsOf({ listedAt: _, prompts: __, resources: ___, templates: ____, ...rest }: Listing): object {
  return rest;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** One malformed item costs only itself. */
function repaired(raw: RawListing): Listing {
  const tools = repairTools(raw.tools);
  const resources = repairResources(raw.resources);
  const templates = repairTemplates(raw.templates);
  const prompts = repairPrompts(raw.prompts);
  return {
    ...raw,
    tools: tools.tools,
    resources: resources.resources,
    templates: templates.templates,
    prompts: prompts.prompts,
    warnings: [raw, tools, resources, templates, prompts].flatMap(part => part.warnings),
  };
}
