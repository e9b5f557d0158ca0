import type { JsonObject, Tool } from '../types.ts';
import { tokenize } from './tokens.ts';

/** One tool of one server, as it is searched and found. */
export interface SearchEntry {
  server: string;
  tool: Tool;
}

/** How much a word counts by where it stands; the order is that of `fieldTokens`. */
export const fieldWeights = [3, 2, 2, 1, 0.5, 0.25];

const maxProperties = 200;

/** The tokens of a tool's name, server, title, description, parameter names and parameter descriptions. */
export function fieldTokens({ server, tool }: SearchEntry): string[][] {
  const { names, descriptions } = parametersOf(tool.inputSchema);
  const title = [tool['title'], isObject(tool['annotations']) ? tool['annotations']['title'] : undefined];
  return [
    tokenize(tool.name),
    tokenize(server),
    tokenize(title.find(text => typeof text === 'string') ?? ''),
    tokenize(typeof tool.description === 'string' ? tool.description : ''),
    names.flatMap(tokenize),
    descriptions.flatMap(tokenize),
  ];
}

/** Names and descriptions of the parameters of a schema, nested ones after those that contain them. */
function parametersOf(schema: unknown): { names: string[]; descriptions: string[] } {
  const names: string[] = [];
  const descriptions: string[] = [];
  const pending = [schema];
  // Bounded, so that neither a large nor a circular schema keeps the search waiting.
  for (let next = 0; next < pending.length; next++) {
    const part = pending[next];
    if (!isObject(part)) continue;
    if (typeof part['description'] === 'string' && next > 0) descriptions.push(part['description']);
    for (const [name, property] of Object.entries(isObject(part['properties']) ? part['properties'] : {})) {
      if (names.length >= maxProperties) break;
      names.push(name);
      pending.push(property);
    }
    if (isObject(part['items']) && next < maxProperties) pending.push(part['items']);
  }
  return { names, descriptions };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
