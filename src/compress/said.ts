import type { JsonObject } from '../types.ts';
import { isObject } from './schema.ts';

/** Which keywords of which schemas a declaration shows, so that the rest can be told. */
export class Said {
  readonly #keywords = new Map<object, Set<string>>();

  add(schema: object, keyword: string): void {
    this.#of(schema).add(keyword);
  }

  /** A definition counts, even if nothing of it is shown. */
  visit(definition: unknown): void {
    if (isObject(definition)) this.#of(definition);
  }

  /** What of `schema` has not been said, in the schema's own form; undefined where that is nothing. */
  rest(schema: unknown): unknown {
    if (!isObject(schema)) return undefined;
    const said = this.#keywords.get(schema);
    const left = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      if (isNoise(keyword, value)) return [];
      if (definitions.has(keyword)) return entry(keyword, this.#definitions(value));
      if (!said?.has(keyword)) return [[keyword, value]];
      return entry(keyword, this.#below(keyword, value));
    });
    return left.length > 0 ? Object.fromEntries(left) : undefined;
  }

  #of(schema: object): Set<string> {
    let keywords = this.#keywords.get(schema);
    if (keywords === undefined) {
      keywords = new Set();
      this.#keywords.set(schema, keywords);
    }
    return keywords;
  }

  #below(keyword: string, value: unknown): unknown {
    if (named.has(keyword)) return this.#each(value);
    if (!nested.has(keyword)) return undefined;
    if (!Array.isArray(value)) return this.rest(value);
    const rests = value.map(item => this.rest(item) ?? {});
    return rests.some(rest => Object.keys(rest).length > 0) ? rests : undefined;
  }

  /** Definitions that nothing refers to say nothing. */
  #definitions(value: unknown): unknown {
    return this.#each(value, schema => isObject(schema) && this.#keywords.has(schema));
  }

  #each(schemas: unknown, counts: (schema: unknown) => boolean = () => true): JsonObject | undefined {
    if (!isObject(schemas)) return undefined;
    const rests = Object.entries(schemas).flatMap(([name, schema]) =>
      counts(schema) ? entry(name, this.rest(schema)) : [],
    );
    return rests.length > 0 ? Object.fromEntries(rests) : undefined;
  }
}

const definitions = new Set(['$defs', 'definitions']);
const named = new Set(['properties', 'patternProperties']);
const nested = new Set([
  'items',
  'prefixItems',
  'additionalItems',
  'additionalProperties',
  'anyOf',
  'oneOf',
  'allOf',
]);

function entry(name: string, value: unknown): [string, unknown][] {
  return value === undefined ? [] : [[name, value]];
}

/** Keywords without a meaning for who fills in arguments, or whose meaning TypeScript's syntax has already. */
function isNoise(keyword: string, value: unknown): boolean {
  if (keyword === '$schema' || keyword === '$comment' || keyword === 'title') return true;
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties')
    return typeof value === 'boolean';
  if (keyword === 'nullable' || keyword === 'deprecated') return value === false;
  if (keyword === 'propertyNames') return isObject(value) && Object.keys(value).join() === 'type';
  return (
    (keyword === 'maximum' || keyword === 'minimum') && Math.abs(Number(value)) >= Number.MAX_SAFE_INTEGER
  );
}
