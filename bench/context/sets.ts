import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { emptySnapshot, type Snapshot, withListing } from '../../src/catalog/snapshot.ts';
import type { Listing, Tool } from '../../src/types.ts';
import { listings } from '../../test/fixtures/listings.ts';

/** Something that a user wants, and the tools that it takes. */
export interface Task {
  query: string;
  gold: { server: string; tool: string }[];
}

export interface TaskSet {
  name: string;
  tools: number;
  snapshot: Snapshot;
  tasks: Task[];
}

interface Line {
  id: string;
  server: string;
  name: string;
  query: string;
  gold: string[];
}

/** The captured servers of `test/fixtures/listings`, and tasks for them. */
export function workingSet(): TaskSet {
  const tasks = lines<{ query: string; gold: string[] }>(new URL('tasks.jsonl', import.meta.url));
  return taskSet(
    'working set',
    listings(),
    tasks.map(({ query, gold }) => ({ query, gold: gold.map(addressed) })),
  );
}

/** The set at `path`, without its endings. */
export function setIn(path: string): TaskSet {
  const tools = lines<Line & Tool>(`${path}.tools.jsonl`);
  const byId = new Map(tools.map(({ id, server, name }) => [id, { server, tool: name }]));
  const servers = [...new Set(tools.map(({ server }) => server))];
  const listed = servers.map(server => ({
    server,
    tools: tools
      .filter(tool => tool.server === server)
      .map(
        ({ name, description, inputSchema = { type: 'object' } }) =>
          ({ name, description, inputSchema }) as Tool,
      ),
  }));
  const tasks = lines<Line>(`${path}.queries.jsonl`).map(({ query, gold }) => ({
    query,
    gold: gold.flatMap(id => byId.get(id) ?? []),
  }));
  return taskSet(basename(path), listed, tasks);
}

function taskSet(name: string, listed: { server: string; tools: Tool[] }[], tasks: Task[]): TaskSet {
  let snapshot = emptySnapshot(listed.map(({ server }) => server));
  for (const { server, ...rest } of listed) {
    const listing = { ...rest, resources: [], templates: [], prompts: [] } as unknown as Listing;
    snapshot = withListing(snapshot, server, listing, { deny: [] }, true);
  }
  return { name, tools: listed.flatMap(({ tools }) => tools).length, snapshot, tasks };
}

function addressed(address: string): { server: string; tool: string } {
  const dot = address.indexOf('.');
  return { server: address.slice(0, dot), tool: address.slice(dot + 1) };
}

function lines<T>(file: string | URL): T[] {
  const text = readFileSync(file, 'utf8');
  return text.split('\n').flatMap(line => (line.trim() === '' ? [] : [JSON.parse(line) as T]));
}
