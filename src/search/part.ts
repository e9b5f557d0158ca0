import type { Tool } from '../types.ts';
import { fields, fieldTokens, toolFields } from './fields.ts';
import { isForm } from './tokens.ts';

/** What is searched of one server; as long as it is the same object, it says the same. */
export interface SearchServer {
  readonly name: string;
  readonly tools: ReadonlyMap<string, Tool>;
  /** What the server says about itself: title, description, instructions. */
  readonly about?: readonly string[];
  /** Queries that a tool answers, by the tool's name. */
  readonly examples?: Readonly<Record<string, readonly string[]>>;
}

/** A tool of a server, as it is found. */
export interface Entry {
  server: string;
  tool: Tool;
}

/** One server made ready for search. Its documents are its tools, by name, and after them the server itself. */
export interface Part {
  server: string;
  entries: Entry[];
  /** The different stems of each tool's name. */
  nameStems: string[][];
}

/** How much each token says about a document, between 0 and 1. */
export type Impacts = Map<string, number>;

/** How soon a repeated word stops counting, and how much the length of a field matters (0: not, 1: fully). */
const saturation = 2;
const lengthNorm = 0.75;
/** Characters of what a server says about itself. */
const maxAbout = 300;
/** Characters by which a name is told from others. */
const maxName = 1_000;

/** The part of one server and its documents. They depend on nothing else, so other servers may change around them. */
export function createPart(server: SearchServer): { part: Part; documents: Impacts[] } {
  const { name, tools, about = [], examples = {} } = server;
  const entries = [...tools.values()].map(tool => ({ server: name, tool })).sort(byName);
  const nameStems: string[][] = [];
  const documents: Impacts[] = [];
  for (const { tool } of entries) {
    const own = Object.hasOwn(examples, tool.name) ? examples[tool.name]! : [];
    const tokens = toolFields(name, tool, own).map(fieldTokens);
    nameStems.push([...new Set(tokens[0]!.filter(token => !isForm(token)))]);
    documents.push(withNames(impacts(tokens), name, tool.name));
  }
  const itself = fieldTokens(about.map(text => text.slice(0, maxAbout)));
  documents.push(impacts([[], fieldTokens([name]), [], itself]));
  return { part: { server: name, entries, nameStems }, documents };
}

/** The token of a whole name, which no word is like. Case, width and surrounding space count for nothing. */
export function nameToken(name: string): string {
  return ` ${name.slice(0, maxName).trim().normalize('NFKC').toLowerCase()}`;
}

/** By server, then by tool: which of two equals comes first does not depend on which server answered first. */
export function byName(a: Entry, b: Entry): number {
  return compare(a.server, b.server) || compare(a.tool.name, b.tool.name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** BM25F, but for the rarity of the words, which all servers together decide. */
function impacts(tokensByField: string[][]): Impacts {
  const sums: Impacts = new Map();
  for (const [field, tokens] of tokensByField.entries()) {
    const { weight, length } = fields[field]!;
    const worth = weight / (1 - lengthNorm + (lengthNorm * tokens.length) / length);
    for (const token of tokens) sums.set(token, (sums.get(token) ?? 0) + worth);
  }
  for (const [token, sum] of sums) sums.set(token, sum / (saturation + sum));
  return sums;
}

/** Adds the forms that a tool may be called by: bare, `server.tool` and `server["tool"]`. */
function withNames(document: Impacts, server: string, tool: string): Impacts {
  for (const form of [tool, `${server}.${tool}`, `${server}[${JSON.stringify(tool)}]`]) {
    document.set(nameToken(form), 1);
  }
  return document;
}
