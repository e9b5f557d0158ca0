import type { JsonObject } from '../types.ts';
import { key, literal } from './literals.ts';
import { isObject, requiredNames, resolveRef } from './schema.ts';
import { type Detail, printer } from './types.ts';

/** One parameter of a signature, printed: `body?: string`. */
export interface Parameter {
  text: string;
  required: boolean;
}

const maxParts = 50;
const maxParameters = 500;
const maxDefault = 24;

/**
 * A tool's parameters in the order of its schema. Where the schema is a choice between objects it is one nameless
 * parameter, `{a: string} | {b: string}`.
 */
export function parametersOf(schema: unknown, detail: Detail): Parameter[] {
  const print = printer(schema, detail);
  const parts = flatten(schema);
  if (parts.some(offersChoice)) return [{ text: print(schema), required: true }];
  const required = new Set(parts.flatMap(part => [...requiredNames(part)]));
  const properties = new Map<string, unknown>();
  for (const part of parts) {
    for (const [name, property] of Object.entries(isObject(part['properties']) ? part['properties'] : {})) {
      if (properties.size > maxParameters) break;
      if (!properties.has(name)) properties.set(name, property);
    }
  }
  const parameters: Parameter[] = [];
  for (const [name, property] of [...properties].slice(0, maxParameters)) {
    const needed = required.has(name);
    const text = `${key(name)}${needed ? '' : '?'}: ${print(property)}${defaultOf(property)}`;
    parameters.push({ text, required: needed });
  }
  if (properties.size > maxParameters) parameters.push({ text: '…', required: false });
  const others = parts.map(part => part['additionalProperties']).find(isObject);
  if (others) parameters.push({ text: `[key: string]: ${print(others)}`, required: false });
  return parameters;
}

/** A schema and everything that it includes by `$ref` and `allOf`: all of these hold for the same arguments. */
function flatten(root: unknown): JsonObject[] {
  const parts = new Set<JsonObject>();
  const pending = [root];
  while (pending.length > 0 && parts.size < maxParts) {
    const part = pending.shift();
    if (!isObject(part) || parts.has(part)) continue;
    parts.add(part);
    pending.push(resolveRef(root, part['$ref']));
    if (Array.isArray(part['allOf'])) pending.push(...part['allOf'].slice(0, maxParts));
  }
  return [...parts];
}

/** Whether a union brings parameters of its own; one that only says which go together needs no showing. */
function offersChoice(schema: JsonObject): boolean {
  return [schema['anyOf'], schema['oneOf']].some(branches => {
    return (
      Array.isArray(branches) &&
      branches.some(branch => isObject(branch) && ('properties' in branch || '$ref' in branch))
    );
  });
}

function defaultOf(property: unknown): string {
  if (!isObject(property) || property['default'] === undefined || property['default'] === null) return '';
  const text = literal(property['default']);
  return text !== undefined && text.length <= maxDefault ? ` = ${text}` : '';
}
