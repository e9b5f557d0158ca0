import { isObject } from '../json.ts';
import type { JsonObject, Prompt, Resource, ResourceTemplate, Tool } from '../types.ts';

const maxItems = 10_000;
const maxWarnings = 50;
const maxName = 1000;
const maxUri = 10_000;

/** What is wrong with an item, in words that follow its name; the item stays all the same. */
type Note = (trouble: string) => void;

/** How one kind of item is told apart, and put right. */
interface Kind<T> {
  word: string;
  /** The member that tells one item from another, and the most characters it may have. */
  key: string;
  maxKey: number;
  repair(item: JsonObject, note: Note): T;
}

/** The tools that can be used; `warnings` says in one sentence each what was repaired or dropped. */
export function repairTools(items: unknown[]): { tools: Tool[]; warnings: string[] } {
  const { kept, warnings } = repairItems(items, {
    word: 'tool',
    key: 'name',
    maxKey: maxName,
    repair: repairTool,
  });
  return { tools: kept, warnings };
}

/** As `repairTools`; a resource without a name is called by its uri. */
export function repairResources(items: unknown[]): { resources: Resource[]; warnings: string[] } {
  const repair = (item: JsonObject, note: Note) => named(described(item, note), 'uri') as Resource;
  const { kept, warnings } = repairItems(items, { word: 'resource', key: 'uri', maxKey: maxUri, repair });
  return { resources: kept, warnings };
}

/** As `repairTools`; a template without a name is called by its uriTemplate. */
export function repairTemplates(items: unknown[]): { templates: ResourceTemplate[]; warnings: string[] } {
  const repair = (item: JsonObject, note: Note) =>
    named(described(item, note), 'uriTemplate') as ResourceTemplate;
  const { kept, warnings } = repairItems(items, {
    word: 'template',
    key: 'uriTemplate',
    maxKey: maxUri,
    repair,
  });
  return { templates: kept, warnings };
}

/** As `repairTools`. */
export function repairPrompts(items: unknown[]): { prompts: Prompt[]; warnings: string[] } {
  const repair = (item: JsonObject, note: Note) => described(item, note) as Prompt;
  const { kept, warnings } = repairItems(items, { word: 'prompt', key: 'name', maxKey: maxName, repair });
  return { prompts: kept, warnings };
}

function repairItems<T>(items: unknown[], kind: Kind<T>): { kept: T[]; warnings: string[] } {
  const { word, key, repair } = kind;
  const kept = new Map<unknown, T>();
  const warnings: string[] = [];
  let untold = 0;
  const warn = (sentence: string) => {
    if (warnings.length < maxWarnings) warnings.push(sentence);
    else untold++;
  };
  for (const [index, item] of items.entries()) {
    if (kept.size === maxItems) {
      warnings.unshift(`Only ${maxItems} ${word}s are kept; the last ${items.length - index} are dropped.`);
      break;
    }
    const value = isObject(item) ? item[key] : undefined;
    const subject = typeof value === 'string' && value !== '' ? quoted(value) : index + 1;
    const note = (trouble: string) =>
      warn(`${word.charAt(0).toUpperCase()}${word.slice(1)} ${subject} ${trouble}.`);
    const objection = kept.has(value) ? 'is listed twice; the first is kept' : objectionTo(item, kind);
    if (objection !== undefined) note(objection);
    else kept.set(value, repair(item as JsonObject, note));
  }
  if (untold > 0) warnings.push(`And ${untold} more.`);
  return { kept: [...kept.values()], warnings };
}

/** Why an item cannot be kept, in words that follow its name. */
function objectionTo<T>(item: unknown, { key, maxKey }: Kind<T>): string | undefined {
  if (!isObject(item)) return 'is no object and is dropped';
  const value = item[key];
  if (typeof value !== 'string' || value === '') return `has no ${key} and is dropped`;
  return value.length > maxKey ? `has a ${key} of over ${maxKey} characters and is dropped` : undefined;
}

function repairTool(item: JsonObject, note: Note): Tool {
  const tool = described(item, note) as JsonObject & { name: string };
  const { inputSchema } = tool;
  if (!isObject(inputSchema)) {
    note('has no inputSchema; any arguments are let through');
    return { ...tool, inputSchema: { type: 'object' } };
  }
  if (inputSchema['type'] === 'object') return tool as Tool;
  // Arguments are always an object, so whatever else a schema says about their type cannot be meant.
  note('has an inputSchema whose type is not object; that is what it is taken for');
  return { ...tool, inputSchema: { ...inputSchema, type: 'object' } };
}

function described(item: JsonObject, note: Note): JsonObject {
  if (item['description'] === undefined || typeof item['description'] === 'string') return item;
  note('has a description that is no text; it is left out');
  const { description: _, ...rest } = item;
  return rest;
}

function named(item: JsonObject, key: string): JsonObject {
  return typeof item['name'] === 'string' && item['name'] !== '' ? item : { ...item, name: item[key] };
}

/** A name for a log line: cut, in quotes, and without characters that are not seen or move the cursor. */
function quoted(name: string): string {
  const cut = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return JSON.stringify(cut).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '�');
}
