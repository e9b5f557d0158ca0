import { existsSync, readFileSync } from 'node:fs';
import { address } from '../../compress/address.ts';
import { McpxError } from '../../errors.ts';
import { isObject } from '../../json.ts';
import type { SearchServer } from '../../search/index.ts';
import type { JsonObject, Tool } from '../../types.ts';

/** A query, and the addresses of the tools that it should find. */
export interface Query {
  text: string;
  gold: string[];
}

interface Line extends JsonObject {
  /** `file:line`, for errors. */
  place: string;
}

/** The queries of FILE; `addresses` has the addresses of the tools by the ids that its `gold` may use. */
export function queriesIn(file: string, addresses: ReadonlyMap<string, string>): Query[] {
  const queries = linesOf(file).map(({ place, query, gold }) => {
    if (typeof query !== 'string' || !Array.isArray(gold) || gold.length === 0) {
      throw bad(place, 'expected {"query": "what somebody asks", "gold": ["server.tool"]}');
    }
    return { text: query, gold: gold.map(id => addresses.get(String(id)) ?? unknown(place, String(id))) };
  });
  if (queries.length === 0) throw bad(file, 'it has no queries');
  return queries;
}

/** The tools beside FILE: those of NAME.tools.jsonl for NAME.queries.jsonl, if there are any, and their ids. */
export function toolsBeside(file: string): { servers: SearchServer[]; ids: Map<string, string> } | undefined {
  read(file); // before any server is started for it
  const beside = file.replace(/\.queries\.jsonl$/, '.tools.jsonl');
  if (beside === file || !existsSync(beside)) return undefined;
  const servers = new Map<string, Map<string, Tool>>();
  const ids = new Map<string, string>();
  for (const { place, id, server, name, description, inputSchema } of linesOf(beside)) {
    if (typeof server !== 'string' || typeof name !== 'string')
      throw bad(place, 'expected "server" and "name"');
    const tool = { name, description, inputSchema: isObject(inputSchema) ? inputSchema : {} } as Tool;
    servers.set(server, (servers.get(server) ?? new Map<string, Tool>()).set(name, tool));
    ids.set(String(id ?? `${server}.${name}`), address(server, name));
  }
  return { servers: [...servers].map(([name, tools]) => ({ name, tools })), ids };
}

function linesOf(file: string): Line[] {
  return read(file).flatMap((text, index) => {
    if (text.trim() === '') return [];
    const place = `${file}:${index + 1}`;
    const line = parsed(text, place);
    return [{ ...line, place }];
  });
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    throw new McpxError('USAGE', `${file} cannot be read: ${(error as Error).message}`, { help: '' });
  }
}

function parsed(text: string, place: string): JsonObject {
  try {
    const line: unknown = JSON.parse(text);
    if (isObject(line)) return line;
  } catch {
    // said below
  }
  throw bad(place, 'expected one JSON object in each line');
}

function unknown(place: string, id: string): never {
  throw bad(place, `there is no tool ${JSON.stringify(id)}`);
}

function bad(place: string, message: string): McpxError {
  return new McpxError('USAGE', `${place}: ${message}`, {
    help: 'FILE has a JSON object in each line: {"query": …, "gold": ["server.tool", …]}.',
  });
}
