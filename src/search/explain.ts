import type { Tool } from '../types.ts';
import { shortened, toolFields } from './fields.ts';
import { formsOf } from './forms.ts';
import { wordsOf } from './tokens.ts';

/** The fields of a tool, as `toolFields` orders them. */
const fieldNames = [
  'name',
  'server',
  'title',
  'description',
  'parameters',
  'parameter descriptions',
  'values',
  'examples',
] as const;

/** A word of a query, and where a tool has it. */
export interface Match {
  word: string;
  field: (typeof fieldNames)[number];
}

/** Words of a query that are looked at. */
const maxWords = 50;

/** Which words of `query` a tool has, in any form, and in which of its fields. For people: searching needs none of it. */
export function explain(
  query: string,
  server: string,
  tool: Tool,
  examples: readonly string[] = [],
): Match[] {
  const words = [...new Set(wordsOf(query))].slice(0, maxWords);
  const fields = toolFields(server, tool, examples).map(texts => stemsOf(shortened(texts)));
  return words.flatMap(word => {
    const stems = formsOf(word).map(({ stem }) => stem.text);
    return fieldNames
      .filter((_, index) => stems.some(stem => fields[index]!.has(stem)))
      .map(field => ({ word, field }));
  });
}

function stemsOf(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap(wordsOf).flatMap(word => formsOf(word).map(({ stem }) => stem.text)));
}
