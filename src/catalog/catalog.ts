import type { ServerConfig } from '../config/types.ts';
import { publish } from '../telemetry/events.ts';
import type { Listing, RawListing } from '../types.ts';
import { repairPrompts, repairResources, repairTemplates, repairTools } from './repair.ts';
import { countTools, emptySnapshot, type Snapshot, withListing } from './snapshot.ts';

/** The listings of all upstreams. Readers take `snapshot` once and use that one to the end of their work. */
export class Catalog {
  /** Called after a new snapshot that shows something else than the one before. */
  onchange?: () => void;
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
    const changed = known?.listing === undefined || !sameContent(known.listing, listing);
    if (!changed) return;
    const { version, servers } = this.#snapshot;
    publish('catalog.changed', { version, servers: servers.size, tools: countTools(this.#snapshot) });
    this.onchange?.();
  }
}

/** What `listing` says, as text; equal texts are equal listings. */
export function contentOf(listing: RawListing): string {
  const { listedAt: _, ...content } = listing;
  return JSON.stringify(content);
}

function sameContent(a: Listing, b: Listing): boolean {
  return contentOf(a) === contentOf(b);
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
