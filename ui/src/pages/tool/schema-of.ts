/** JSON Schema, as far as a form can be made of it. */
export type Schema = Record<string, unknown>;

type Kind = 'choice' | 'boolean' | 'number' | 'text' | 'list' | 'object' | 'json';

/** A place in a schema, made plain: references followed, `null` left out. */
export interface Shape {
  kind: Kind;
  schema: Schema;
  /** Of a choice. */
  values: unknown[];
  /** Of a list. */
  items?: Schema;
  /** Of an object. */
  properties: [name: string, schema: Schema, required: boolean][];
}

/** Objects within objects beyond this are filled in as JSON. */
const deepest = 3;
const mostProperties = 60;
const mostValues = 200;

/** What a form shows for `given`, a part of `root`. */
export function shapeOf(given: unknown, root: Schema, depth = 0): Shape {
  const schema = plain(given, root);
  const shape = { schema, values: [], properties: [] };
  const values = Array.isArray(schema['enum'])
    ? schema['enum']
    : 'const' in schema
      ? [schema['const']]
      : undefined;
  if (values !== undefined && values.length <= mostValues && values.every(isSimple))
    return { ...shape, kind: 'choice', values };
  const type = typeOf(schema);
  if (type === 'boolean') return { ...shape, kind: 'boolean' };
  if (type === 'number' || type === 'integer') return { ...shape, kind: 'number' };
  if (type === 'string') return { ...shape, kind: 'text' };
  if (type === 'array' && isSchema(schema['items']) && depth < deepest) {
    const { kind } = shapeOf(schema['items'], root, depth + 1);
    if (kind !== 'json') return { ...shape, kind: 'list', items: schema['items'] };
  }
  const properties = propertiesOf(schema);
  if (type === 'object' && properties.length > 0 && properties.length <= mostProperties && depth < deepest)
    return { ...shape, kind: 'object', properties };
  return { ...shape, kind: 'json' };
}

function propertiesOf({ properties, required }: Schema): Shape['properties'] {
  if (!isSchema(properties)) return [];
  const needed = new Set(Array.isArray(required) ? required : []);
  const all = Object.entries(properties).map(
    ([name, schema]) =>
      [name, isSchema(schema) ? schema : {}, needed.has(name)] as Shape['properties'][number],
  );
  return all.toSorted(([, , a], [, , b]) => Number(b) - Number(a)); // what is needed first
}

/** Follows references, and takes the one alternative that is not `null`. */
function plain(given: unknown, root: Schema): Schema {
  let schema: Schema = isSchema(given) ? given : {};
  for (let steps = 0; steps < 10; steps++) {
    const alternatives = (schema['anyOf'] ?? schema['oneOf']) as unknown;
    const reference = schema['$ref'];
    if (typeof reference === 'string') schema = { ...targetOf(reference, root), ...without(schema, '$ref') };
    else if (Array.isArray(alternatives)) {
      const real = alternatives.filter(each => isSchema(each) && each['type'] !== 'null');
      if (real.length !== 1) return schema;
      schema = { ...(real[0] as Schema), ...without(without(schema, 'anyOf'), 'oneOf') };
    } else return schema;
  }
  return {};
}

function targetOf(reference: string, root: Schema): Schema {
  if (!reference.startsWith('#/')) return {};
  let target: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    target = isSchema(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return isSchema(target) ? target : {};
}

function typeOf({ type, properties }: Schema): unknown {
  if (Array.isArray(type)) {
    const real = type.filter(each => each !== 'null');
    return real.length === 1 ? real[0] : undefined;
  }
  return type ?? (properties === undefined ? undefined : 'object');
}

function without(schema: Schema, name: string): Schema {
  const { [name]: _, ...rest } = schema;
  return rest;
}

function isSimple(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
