/** What the configuration's schema says of a place in it. */
import schema from '../../../../schema/mcpx.schema.json';

export interface Known {
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  properties?: Record<string, Known>;
  additionalProperties?: Known | boolean;
  items?: Known;
  anyOf?: Known[];
  oneOf?: Known[];
}

/** The schema at `path`, which leads from the root through names and indices; undefined where it knows nothing. */
export function knownAt(path: readonly (string | number)[]): Known | undefined {
  let known: Known | undefined = schema as Known;
  for (const step of path) {
    if (known === undefined) return undefined;
    known =
      typeof step === 'number' ? branches(known).find(({ items }) => items)?.items : memberOf(known, step);
  }
  return known;
}

/** The members that an object may have there. */
export function membersOf(known: Known): [name: string, member: Known][] {
  return branches(known).flatMap(({ properties = {} }) => Object.entries(properties));
}

/** The values that there are to choose from, if they are few. */
export function valuesOf(known: Known): unknown[] {
  return branches(known).flatMap(each => each.enum ?? (each.type === 'boolean' ? [true, false] : []));
}

function memberOf(known: Known, name: string): Known | undefined {
  for (const { properties, additionalProperties } of branches(known)) {
    if (properties && Object.hasOwn(properties, name)) return properties[name];
    if (typeof additionalProperties === 'object') return additionalProperties;
  }
  return undefined;
}

function branches(known: Known): Known[] {
  return [known, ...(known.anyOf ?? []), ...(known.oneOf ?? [])];
}
