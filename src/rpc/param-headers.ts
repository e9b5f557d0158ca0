import { isObject } from '../json.ts';
import type { JsonObject, RawListing } from '../types.ts';

/** A parameter that travels as an HTTP header too (SEP-2243): `x-mcp-header` in a tool's inputSchema. */
export interface HeaderParameter {
  /** Names of the nested properties, outermost first. */
  path: string[];
  header: string;
}

const keyword = 'x-mcp-header';
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const types = new Set<unknown>(['string', 'integer', 'boolean']);

/** Where subschemas stand whose values cannot be found by name alone. */
const elsewhere = [
  'items',
  'prefixItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  'patternProperties',
  'dependentSchemas',
  'oneOf',
  'anyOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  '$defs',
  'definitions',
];
const namedSubschemas = new Set(['patternProperties', 'dependentSchemas', '$defs', 'definitions']);

/**
 * The parameters of a tool that become headers; throws with the reason when a declaration is not allowed: such a tool
 * must not be offered over HTTP.
 */
export function headerParameters(inputSchema: unknown): HeaderParameter[] {
  const found: HeaderParameter[] = [];
  visit(inputSchema, [], true, found);
  return found;
}

/** The same for each tool of a listing that has any. */
export function headerParametersOf({ tools }: Pick<RawListing, 'tools'>): Map<unknown, HeaderParameter[]> {
  const all = new Map<unknown, HeaderParameter[]>();
  for (const tool of tools) {
    if (!isObject(tool)) continue;
    try {
      const parameters = headerParameters(tool['inputSchema']);
      if (parameters.length > 0) all.set(tool['name'], parameters);
    } catch {
      // the wrong declaration means nothing where there are no headers
    }
  }
  return all;
}

function visit(schema: unknown, path: string[], reachable: boolean, found: HeaderParameter[]): void {
  if (!isObject(schema)) return;
  if (Object.hasOwn(schema, keyword)) found.push(declared(schema, path, reachable, found));
  if (isObject(schema['properties'])) {
    for (const [name, child] of Object.entries(schema['properties'])) {
      visit(child, [...path, name], reachable, found);
    }
  }
  for (const place of elsewhere) {
    const value = schema[place];
    const isMany = Array.isArray(value) || (isObject(value) && namedSubschemas.has(place));
    for (const child of isMany ? Object.values(value) : [value]) visit(child, path, false, found);
  }
}

function declared(
  schema: JsonObject,
  path: string[],
  reachable: boolean,
  found: HeaderParameter[],
): HeaderParameter {
  const header = schema[keyword];
  const place = path.join('.').slice(0, 100);
  if (!reachable || path.length === 0) throw new Error(`${keyword} may stand on properties only`);
  if (typeof header !== 'string' || !token.test(header)) {
    throw new Error(`${keyword} of "${place}" cannot be the name of a header`);
  }
  if (!types.has(schema['type'])) {
    throw new Error(`${keyword} of "${place}" stands on something else than a string, integer or boolean`);
  }
  if (found.some(other => other.header.toLowerCase() === header.toLowerCase())) {
    throw new Error(`${keyword} "${header}" is declared twice`);
  }
  return { path, header };
}

/** The headers of one call; parameters that are absent, null or no plain value have none. */
export function paramHeaders(parameters: HeaderParameter[], given: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { path, header } of parameters) {
    const text = textOf(valueAt(given, path));
    if (text !== undefined) headers[`Mcp-Param-${header}`] = encoded(text);
  }
  return headers;
}

function valueAt(given: unknown, path: string[]): unknown {
  let value = given;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

/** What is wrong with the headers of a call whose parameters have to stand in them as well; undefined where nothing is. */
export function headerFault(
  parameters: HeaderParameter[],
  given: unknown,
  headers: Record<string, string | string[] | undefined>,
): string | undefined {
  for (const { path, header } of parameters) {
    const text = textOf(valueAt(given, path));
    if (text === undefined) continue;
    const name = `Mcp-Param-${header}`;
    const value = headers[name.toLowerCase()];
    const place = path.join('.').slice(0, 100);
    if (typeof value !== 'string')
      return `the header ${name} is missing, which the argument ${place} demands`;
    if (decoded(value) !== text && !sameNumber(decoded(value), valueAt(given, path)))
      return `the header ${name} does not say what the argument ${place} says`;
  }
  return undefined;
}

function sameNumber(text: string | undefined, value: unknown): boolean {
  return typeof value === 'number' && /^-?\d+(\.\d+)?$/.test(text ?? '') && Number(text) === value;
}

const sentinel = /^=\?base64\?(.*)\?=$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a header says that may be in Base64, with marks around it; undefined when it is no Base64. */
export function decoded(header: string): string | undefined {
  const text = header.trim();
  const inside = sentinel.exec(text)?.[1];
  if (inside === undefined) return text;
  return base64.test(inside) ? Buffer.from(inside, 'base64').toString('utf8') : undefined;
}

/** As it is where a header can carry it, else in base64 with marks around it. */
function encoded(text: string): string {
  const marked = text.startsWith('=?base64?') && text.endsWith('?=');
  const plain = /^[\t\x20-\x7e]+$/.test(text) && text === text.trim() && !marked;
  return plain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}
