import { isObject } from '../json.ts';
import type { JsonObject, Tool } from '../types.ts';

/** How much a word counts in a field, and how many tokens such a field usually has. */
interface Field {
  weight: number;
  length: number;
}

/**
 * Lengths are typical ones, not the catalog's means: what a tool says stays the same whatever other servers list.
 * The order is that of `toolFields`.
 */
export const fields: readonly Field[] = [
  { weight: 3, length: 3 }, // name
  { weight: 2, length: 2 }, // server
  { weight: 2, length: 3 }, // title
  { weight: 1, length: 25 }, // description
  { weight: 0.5, length: 6 }, // parameter names
  { weight: 0.4, length: 30 }, // parameter descriptions
  { weight: 0.4, length: 3 }, // enum values
  { weight: 0.5, length: 10 }, // example queries
];

const maxProperties = 200;
const maxValues = 100;
/** Characters read of all texts of one field together. */
const maxField = 8_000;

/** The texts of a tool, field by field. */
export function toolFields(server: string, tool: Tool, examples: readonly string[]): string[][] {
  const { names, descriptions, values } = parametersOf(tool.inputSchema);
  const annotations = tool['annotations'];
  const title = [tool['title'], isObject(annotations) ? annotations['title'] : undefined].find(isText);
  const description = isText(tool.description) ? [tool.description] : [];
  const titles = title === undefined ? [] : [title];
  return [[tool.name], [server], titles, description, names, descriptions, values, [...examples]];
}

/** The texts of one field, no more of them than is read. */
export function shortened(texts: readonly string[]): string[] {
  const short: string[] = [];
  let left = maxField;
  for (const text of texts) {
    if (left <= 0) break;
    short.push(text.slice(0, left));
    left -= text.length + 1;
  }
  return short;
}

/** Names, descriptions and enum values of the parameters of a schema, nested ones after those that contain them. */
function parametersOf(schema: unknown) {
  const found = { names: [] as string[], descriptions: [] as string[], values: [] as string[] };
  const pending = [schema];
  // Bounded, so that neither a large nor a circular schema keeps the search waiting.
  for (let next = 0; next < pending.length && next < 2 * maxProperties; next++) {
    const part = pending[next];
    if (!isObject(part)) continue;
    if (next > 0 && isText(part['description'])) found.descriptions.push(part['description']);
    if (Array.isArray(part['enum']) && found.values.length < maxValues) {
      found.values.push(...part['enum'].slice(0, maxValues).filter(isText));
    }
    for (const [name, property] of Object.entries(isObject(part['properties']) ? part['properties'] : {})) {
      if (found.names.length >= maxProperties) break;
      found.names.push(name);
      pending.push(property);
    }
    pending.push(...inside(part));
  }
  return found;
}

/** The schemas that stand in another without a name of their own in the arguments. */
function inside(part: JsonObject): unknown[] {
  const { items, anyOf, oneOf, allOf, $defs } = part;
  const lists = [anyOf, oneOf, allOf, isObject($defs) ? Object.values($defs) : undefined];
  return [items, ...lists.filter(Array.isArray).flatMap(list => list.slice(0, maxProperties))];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
