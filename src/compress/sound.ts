import type { JsonObject } from '../types.ts';
import { isObject, resolveRef } from './schema.ts';

const maxDepth = 64;
/** Ten times what real tools have; compiling so many takes about a third of a second. */
const maxParts = 1000;
/** Schemas that one value may have to be held against; unions of references multiply them. */
const maxBranches = 10_000;

/**
 * Why a schema must not be compiled or walked recursively: too deep, too large, circular, or references that lead
 * back to themselves or multiply. Undefined for every ordinary schema. Itself bounded on all of these.
 */
export function schemaHazard(schema: unknown): string | undefined {
  const parts = everyPart(schema);
  if (typeof parts === 'string') return parts;
  const counts = new Map<object, number>();
  const multiplies = parts.some(part => countBranches(part, schema, counts, new Set()) > maxBranches);
  return multiplies ? 'its references lead in a circle or multiply beyond reason' : undefined;
}

/** All objects and arrays within `schema`, itself included, or why they are too many or too deep. */
function everyPart(schema: unknown): object[] | string {
  const parts: object[] = [];
  const pending: { value: unknown; depth: number }[] = [{ value: schema, depth: 0 }];
  while (pending.length > 0) {
    const { value, depth } = pending.pop()!;
    if (typeof value !== 'object' || value === null) continue;
    // A schema that contains itself is met here too: it is as deep as anyone cares to look.
    if (depth > maxDepth) return `it is nested deeper than ${maxDepth} levels or contains itself`;
    if (parts.push(value) > maxParts) return `it has more than ${maxParts} parts`;
    for (const child of Object.values(value)) pending.push({ value: child, depth: depth + 1 });
  }
  return parts;
}

/** How many schemas the same value is held against, the schema itself included; Infinity for a circle. */
function countBranches(
  schema: unknown,
  root: unknown,
  known: Map<object, number>,
  path: Set<unknown>,
): number {
  if (!isObject(schema)) return 1;
  const before = known.get(schema);
  if (before !== undefined) return before;
  if (path.has(schema) || path.size > maxDepth) return Number.POSITIVE_INFINITY;
  path.add(schema);
  let count = 1;
  for (const part of inPlace(schema, root)) count += countBranches(part, root, known, path);
  path.delete(schema);
  known.set(schema, count);
  return count;
}

function inPlace(schema: JsonObject, root: unknown): unknown[] {
  const { anyOf, oneOf, allOf, not, if: condition, then, else: otherwise, dependentSchemas } = schema;
  const lists = [anyOf, oneOf, allOf].filter(Array.isArray).flat();
  const dependents = isObject(dependentSchemas) ? Object.values(dependentSchemas) : [];
  return [resolveRef(root, schema['$ref']), ...lists, not, condition, then, otherwise, ...dependents].filter(
    isObject,
  );
}

/**
 * A copy of a schema, free of hazards, in which `nullable: true` is said in JSON Schema's own words and `$async`,
 * by which a schema would make a validator answer with promises, is gone. `$ref`s into what is nullable break.
 */
export function soundCopy(schema: JsonObject): JsonObject {
  const members = Object.entries(schema).filter(
    ([key, value]) => typeof value !== 'boolean' || !dialect.has(key),
  );
  return Object.fromEntries(
    members.map(([key, value]) => [key, verbatim.has(key) ? value : soundPart(value)]),
  );
}

const dialect = new Set(['nullable', '$async']);
const verbatim = new Set(['enum', 'const', 'default', 'examples']);

function soundPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(soundPart);
  if (!isObject(value)) return value;
  return value['nullable'] === true ? { anyOf: [{ type: 'null' }, soundCopy(value)] } : soundCopy(value);
}

/** Whether any of `keys` occurs anywhere in a schema that is free of hazards. */
export function mentions(schema: unknown, keys: ReadonlySet<string>): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return Object.entries(schema).some(([key, value]) => keys.has(key) || mentions(value, keys));
}
