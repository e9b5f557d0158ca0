import type { JsonObject } from '../types.ts';
import type { Reader } from './reader.ts';
import { isObject } from './schema.ts';
import { type Members, unknown } from './shape.ts';
import { isBindable } from './text.ts';

/** What a tool takes: the members of its one argument, an object. */
export interface Parameters extends Members {
  /** Whether they can stand as the parameters of a function; else they are shown as `arguments: {…}`. */
  listed: boolean;
}

const maxParts = 50;

/** A tool's parameters in the order of its schema. A choice between objects is one parameter, `arguments: A | B`. */
export function parametersOf(schema: JsonObject, reader: Reader): Parameters {
  const parts = flatten(schema, reader);
  if (parts.some(offersChoice)) {
    const whole = { name: 'arguments', required: true, shape: reader.read(schema) };
    return { members: [whole], more: 0, listed: true };
  }
  const { members, more, values } = reader.members(parts);
  const names = members.map(member => member.name);
  // Further parameters of which nothing is known are not worth another form.
  if (values !== undefined && values !== unknown) return { members, more, values, listed: false };
  return { members, more, listed: names.every(isBindable) && names.join() !== 'arguments' };
}

/** A schema and everything that it includes by `$ref` and `allOf`: all of these hold for the same arguments. */
function flatten(root: JsonObject, reader: Reader): JsonObject[] {
  const parts = new Set<JsonObject>();
  const pending: unknown[] = [root];
  while (pending.length > 0 && parts.size < maxParts) {
    const part = pending.shift();
    if (!isObject(part) || parts.has(part)) continue;
    parts.add(part);
    if (part['type'] === 'object') reader.take(part, 'type');
    pending.push(reader.target(part));
    if (Array.isArray(part['allOf'])) {
      pending.push(...(reader.take(part, 'allOf') as unknown[]).slice(0, maxParts));
    }
  }
  if (pending.some(isObject)) reader.complete &&= pending.every(part => parts.has(part as JsonObject));
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
