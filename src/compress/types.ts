import type { JsonObject } from '../types.ts';
import { beyond, grouped, intersection, type Type, union, unknown } from './expressions.ts';
import { key, literal, literals } from './literals.ts';
import { isObject, refName, requiredNames, resolveRef } from './schema.ts';
import { isIdentifier } from './text.ts';

/** How much is shown: levels of nested objects, and members of one union. */
export interface Detail {
  depth: number;
  members: number;
}

/** Where in a schema the printer is; `budget` is shared by one whole print, so that no schema can make it long. */
interface Scope extends Detail {
  root: unknown;
  level: number;
  refs: string[];
  budget: { nodes: number };
}

const maxLevel = 40;
const maxNodes = 2000;
const maxTypes = 10;

/** Prints the schemas found inside `root` as TypeScript types; everything it prints shares one bound on work. */
export function printer(root: unknown, detail: Detail): (schema: unknown) => string {
  const scope: Scope = { ...detail, root, level: 0, refs: ['#'], budget: { nodes: maxNodes } };
  return schema => print(schema, scope).text;
}

function print(schema: unknown, outer: Scope): Type {
  if (schema === false) return { text: 'never' };
  if (!isObject(schema)) return unknown;
  if (outer.budget.nodes-- <= 0 || outer.level >= maxLevel) return beyond;
  const scope = { ...outer, level: outer.level + 1 };
  const parts = [...composed(schema, scope)].filter(part => part.text !== 'unknown');
  // Beside a composition, a bare `type` says nothing that its parts do not say better.
  if (parts.length === 0 || isStructured(schema)) parts.unshift(own(schema, scope));
  const type = intersection(parts);
  return schema['nullable'] === true ? union([type, { text: 'null' }]) : type;
}

function* composed(schema: JsonObject, scope: Scope): Generator<Type> {
  const { $ref, allOf, anyOf, oneOf } = schema;
  if (typeof $ref === 'string') yield reference($ref, scope);
  if (Array.isArray(allOf)) yield intersection(printSome(allOf, scope));
  for (const branches of [anyOf, oneOf]) {
    if (Array.isArray(branches)) yield union(printSome(branches, scope));
  }
}

function isStructured(schema: JsonObject): boolean {
  return ['properties', 'items', 'prefixItems', 'enum', 'const'].some(key => Object.hasOwn(schema, key));
}

function reference(ref: string, scope: Scope): Type {
  // A definition inside itself stays a name: it was printed where it was first met.
  if (scope.refs.includes(ref)) return { text: isIdentifier(refName(ref)) ? refName(ref) : 'object' };
  return print(resolveRef(scope.root, ref), { ...scope, refs: [...scope.refs, ref] });
}

function own(schema: JsonObject, scope: Scope): Type {
  if (Object.hasOwn(schema, 'const')) return { text: literal(schema['const']) ?? 'unknown' };
  if (Array.isArray(schema['enum'])) {
    const texts = literals(schema['enum'], scope.members);
    return { text: texts.join(' | ') || 'never', compound: texts.length > 1 };
  }
  const { type } = schema;
  const types = Array.isArray(type) ? type.slice(0, maxTypes) : [type ?? implied(schema)];
  const shown = types.map(name => named(name, schema, scope));
  return union(shown);
}

function implied(schema: JsonObject): string | undefined {
  if (isObject(schema['properties']) || isObject(schema['additionalProperties'])) return 'object';
  return schema['items'] !== undefined || schema['prefixItems'] !== undefined ? 'array' : undefined;
}

function named(type: unknown, schema: JsonObject, scope: Scope): Type {
  if (type === 'integer') return { text: 'number' };
  if (type === 'array') return array(schema, scope);
  if (type === 'object') return object(schema, scope);
  return type === 'string' || type === 'number' || type === 'boolean' || type === 'null'
    ? { text: type }
    : unknown;
}

function array(schema: JsonObject, scope: Scope): Type {
  const { items, prefixItems } = schema;
  // Until draft 2019-09 a tuple's members stood in `items`, and what may follow in `additionalItems`.
  const tuple = [prefixItems, items].find(Array.isArray);
  const rest = Array.isArray(items) ? schema['additionalItems'] : items;
  if (!tuple?.length) return { text: `${grouped(print(rest, scope))}[]` };
  const members = printSome(tuple, scope).map(member => member.text);
  if (isObject(rest)) members.push(`...${grouped(print(rest, scope))}[]`);
  return { text: `[${members.join(', ')}]` };
}

function object(schema: JsonObject, scope: Scope): Type {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const names = Object.keys(properties);
  // Wide objects and long names are charged as well: references may repeat them thousands of times.
  scope.budget.nodes -= Math.floor(names.length / 16);
  const values = indexed(schema, scope);
  if (names.length === 0) return { text: values ? `Record<string, ${values.text}>` : 'object' };
  if (scope.depth <= 0) return { text: 'object' };
  const inner = { ...scope, depth: scope.depth - 1 };
  const required = requiredNames(schema);
  const members: string[] = [];
  for (const name of names) {
    if (scope.budget.nodes <= 0) break;
    scope.budget.nodes -= Math.floor(name.length / 64);
    members.push(`${key(name)}${required.has(name) ? '' : '?'}: ${print(properties[name], inner).text}`);
  }
  if (members.length < names.length) members.push('…');
  if (values) members.push(`[key: string]: ${values.text}`);
  return { text: `{${members.join(', ')}}` };
}

/** The type of the values under names that `properties` does not list, where the schema gives one. */
function indexed(schema: JsonObject, scope: Scope): Type | undefined {
  const { patternProperties, additionalProperties } = schema;
  const schemas = isObject(patternProperties) ? Object.values(patternProperties) : [];
  if (isObject(additionalProperties)) schemas.push(additionalProperties);
  return schemas.length > 0 ? union(printSome(schemas, scope)) : undefined;
}

function printSome(schemas: unknown[], scope: Scope): Type[] {
  const types = schemas.slice(0, scope.members).map(schema => print(schema, scope));
  return schemas.length > types.length ? [...types, beyond] : types;
}
