import type { Listing, RawListing } from '../types.ts';
import { repairPrompts, repairResources, repairTemplates, repairTools } from './repair.ts';

/** A list that clients can ask for. */
export type ChangedList = 'tools' | 'prompts' | 'resources';

/** What `listing` says, as text; equal texts are equal listings. */
export function contentOf(listing: RawListing): string {
  const { listedAt: _, ...content } = listing;
  return JSON.stringify(content);
}

/** Which lists `now` has changed; what a server says of itself is shown with its tools. */
export function changedLists(before: Listing | undefined, now: Listing | undefined): ChangedList[] {
  const changed: ChangedList[] = [];
  if (!same(toolsOf(before), toolsOf(now))) changed.push('tools');
  if (!same(before?.prompts ?? [], now?.prompts ?? [])) changed.push('prompts');
  const resources = (listing: Listing | undefined) => [listing?.resources ?? [], listing?.templates ?? []];
  if (!same(resources(before), resources(now))) changed.push('resources');
  return changed;
}

function toolsOf(listing: Listing | undefined): object | undefined {
  if (listing === undefined) return undefined;
  const { listedAt: _, prompts: __, resources: ___, templates: ____, ...rest } = listing;
  return rest;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** One malformed item costs only itself. */
export function repaired(raw: RawListing): Listing {
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
