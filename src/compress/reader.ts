import type { JsonObject } from '../types.ts';
import { Definitions } from './definitions.ts';
import { literal, shortLiteral } from './literals.ts';
import { notesOn, notesOnAny, type Take } from './notes.ts';
import { Said } from './said.ts';
import { isObject, requiredNames, resolveRef } from './schema.ts';
import { type Member, type Members, remarked, type Shape, unionOf, unknown, word } from './shape.ts';
import { describe, isVisible, visible } from './text.ts';

const maxLevel = 40;
const maxNodes = 2_000;
const maxMembers = 500;
const maxTypes = 10;
/** Characters of a default on a line; of a literal and of a text in a declaration. */
const shortPreset = 24;
const longLiteral = 400;
const longText = 10_000;

/** Reads the schemas of one tool. All of its work shares one bound, so that no schema can make it long. */
export class Reader {
  /** What has been read to be shown; only in a full reading. */
  readonly said: Said | undefined;
  /** Whether everything was read: no bound was met. */
  complete = true;
  readonly #full: boolean;
  readonly #definitions = new Definitions();
  #root: unknown;
  #nodes = maxNodes;
  #level = 0;

  /** A full reading takes descriptions, every constraint and default; else only what may stand on a line is taken. */
  constructor(full: boolean) {
    this.#full = full;
    this.said = full ? new Said() : undefined;
  }

  /** Where `$ref`s start from now on. */
  set root(schema: unknown) {
    this.#root = schema;
  }

  /** What a schema says; `name` is that of the property that it is of. */
  read(schema: unknown, name?: string): Shape {
    if (schema === false) return word('never');
    if (!isObject(schema)) return unknown;
    if (this.#nodes-- <= 0 || this.#level >= maxLevel) return this.#cut();
    this.#level++;
    const parts = this.#composed(schema);
    // Beside a composition, a bare `type` says nothing that its parts do not say better.
    if (parts.length === 0 || isStructured(schema)) parts.unshift(this.#own(schema));
    else this.take(schema, 'type');
    const type: Shape = parts.length === 1 ? parts[0]! : { kind: 'intersection', members: parts, more: 0 };
    const shape = this.take(schema, 'nullable') === true ? unionOf([type, word('null')]) : type;
    this.#level--;
    return remarked(shape, this.#remarks(schema, name));
  }

  /** The inside of an object that fits all `parts` at once. */
  members(parts: JsonObject[]): Members {
    const required = new Set(parts.flatMap(part => [...requiredNames(part)]));
    const members: Member[] = [];
    let more = 0;
    for (const [name, property] of this.#properties(parts, required)) {
      if (members.length >= maxMembers || this.#nodes <= 0) more++;
      else members.push(this.#member(name, property, required.has(name)));
    }
    if (more > 0) this.#cut();
    return { members, more, values: this.#values(parts) };
  }

  /** What the `$ref` of a schema points at, if that is within its root. */
  target(schema: JsonObject): unknown {
    const target = resolveRef(this.#root, schema['$ref']);
    if (target === undefined) return undefined;
    this.take(schema, '$ref');
    this.said?.visit(target);
    return target;
  }

  /** The value of a keyword, which counts as said from now on. */
  take(schema: JsonObject, keyword: string): unknown {
    const value = schema[keyword];
    if (value !== undefined) this.said?.add(schema, keyword);
    return value;
  }

  #composed(schema: JsonObject): Shape[] {
    const shapes: Shape[] = [];
    const target = this.target(schema);
    if (target !== undefined) shapes.push(this.#reference(String(schema['$ref']), target));
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      if (!Array.isArray(schema[keyword])) continue;
      const members = this.#each(this.take(schema, keyword) as unknown[]);
      if (keyword === 'allOf') shapes.push({ kind: 'intersection', members, more: 0 });
      else shapes.push(unionOf(members));
    }
    return shapes.filter(shape => !saysNothing(shape, this.#full));
  }

  #reference(ref: string, target: unknown): Shape {
    return { kind: 'name', definition: this.#definitions.use(ref, target, () => this.read(target)) };
  }

  #own(schema: JsonObject): Shape {
    if (Object.hasOwn(schema, 'const')) return this.#literals([schema['const']], schema, 'const');
    if (Array.isArray(schema['enum'])) return this.#literals(schema['enum'], schema, 'enum');
    const type = this.take(schema, 'type') ?? implied(schema);
    if (!Array.isArray(type)) return this.#typed(type, schema);
    return unionOf(type.slice(0, maxTypes).map(name => this.#typed(name, schema)));
  }

  #literals(values: unknown[], schema: JsonObject, keyword: string): Shape {
    this.take(schema, keyword);
    this.take(schema, 'type');
    const max = this.#full ? longLiteral : shortLiteral;
    const texts = values.slice(0, maxMembers).map(value => literal(value, max));
    const members = texts.filter(text => text !== undefined).map(word);
    const more = values.length - members.length;
    if (more > 0) this.#cut();
    return members.length === 0 && more > 0 ? unknown : unionOf(members, more);
  }

  #typed(type: unknown, schema: JsonObject): Shape {
    if (type === 'array') return remarked(this.#array(schema), this.#notes(type, schema));
    if (type === 'object')
      return remarked({ kind: 'object', ...this.members([schema]) }, this.#notes(type, schema));
    if (type === 'integer' || type === 'number') return remarked(word('number'), this.#notes(type, schema));
    if (type === 'string') return remarked(word('string'), this.#notes(type, schema));
    if (type === 'boolean' || type === 'null') return word(type);
    return this.#full && typeof type === 'string' && isVisible(type) ? remarked(unknown, [type]) : unknown;
  }

  #array(schema: JsonObject): Shape {
    const { items, prefixItems } = schema;
    // Until draft 2019-09 a tuple's members stood in `items`, and what may follow in `additionalItems`.
    const tuple = [prefixItems, items].find(Array.isArray);
    for (const keyword of ['items', 'prefixItems', 'additionalItems']) this.take(schema, keyword);
    const rest = Array.isArray(items) ? schema['additionalItems'] : items;
    if (!tuple?.length) return { kind: 'array', item: this.read(rest) };
    const shapes = this.#each(tuple);
    return { kind: 'tuple', items: shapes, ...(isObject(rest) && { rest: this.read(rest) }) };
  }

  /** The schema of each property of `parts`, and of each name that they only require. */
  #properties(parts: JsonObject[], required: Set<unknown>): Map<string, unknown> {
    const properties = new Map<string, unknown>();
    for (const part of parts) {
      this.take(part, 'required');
      const own = this.take(part, 'properties');
      for (const [name, schema] of Object.entries(isObject(own) ? own : {})) {
        if (!properties.has(name)) properties.set(name, schema);
      }
    }
    for (const name of required) {
      if (typeof name === 'string' && !properties.has(name)) properties.set(name, true);
    }
    return properties;
  }

  #member(name: string, schema: unknown, required: boolean): Member {
    // Wide objects and long names are charged as well: references may repeat them.
    this.#nodes -= Math.floor(name.length / 64);
    const shape = this.read(schema, name);
    const preset = isObject(schema) ? this.#preset(schema) : undefined;
    // In TypeScript what has a default may be left out.
    if (required) return { name, required, shape: preset ? remarked(shape, [`default ${preset}`]) : shape };
    return { name, required, shape, preset };
  }

  #preset(schema: JsonObject): string | undefined {
    const preset = schema['default'];
    if (preset === undefined || (preset === null && !this.#full)) return undefined;
    const text = literal(preset, this.#full ? longLiteral : shortPreset);
    if (text !== undefined) this.take(schema, 'default');
    return text;
  }

  /** What may stand under the names that `parts` do not list; on a line, only where something is known of it. */
  #values(parts: JsonObject[]): Shape | undefined {
    const shapes: Shape[] = [];
    for (const part of parts) {
      const patterns = this.take(part, 'patternProperties');
      for (const [pattern, schema] of Object.entries(isObject(patterns) ? patterns : {})) {
        if (shapes.length >= maxMembers || !isVisible(pattern)) this.#cut();
        else shapes.push(remarked(this.read(schema), this.#full ? [`key /${pattern}/`] : []));
      }
      const others = part['additionalProperties'];
      if (isObject(others)) shapes.push(this.read(this.take(part, 'additionalProperties')));
      else if (others === true && this.#full) shapes.push(unknown);
    }
    if (shapes.length === 0 || (!this.#full && shapes.includes(unknown))) return undefined;
    return unionOf(shapes);
  }

  #notes(type: string, schema: JsonObject): string[] {
    return notesOn(type, this.#taking(schema), this.#full);
  }

  #remarks(schema: JsonObject, name?: string): string[] {
    const notes = notesOnAny(this.#taking(schema), this.#full);
    if (!this.#full) return notes;
    const { description, title } = schema;
    if (typeof description === 'string' && description.length <= longText) {
      this.take(schema, 'description');
      notes.push(visible(description));
    } else if (description === undefined && typeof title === 'string' && tellsMore(title, name, schema)) {
      notes.push(describe(title, longLiteral));
    }
    return notes.filter(note => note !== '');
  }

  #taking(schema: JsonObject): Take {
    return (keyword, is) => {
      const value = schema[keyword];
      if (value === undefined || !is(value)) return undefined;
      this.said?.add(schema, keyword);
      return value;
    };
  }

  #each(schemas: unknown[]): Shape[] {
    if (schemas.length > maxMembers) this.#cut();
    return schemas.slice(0, maxMembers).map(schema => this.read(schema));
  }

  #cut(): Shape {
    this.complete = false;
    return unknown;
  }
}

/**
 * A composition of parts that only constrain, such as `anyOf: [{ required: ['a'] }, …]`; on a line also a choice that
 * includes anything.
 */
function saysNothing(shape: Shape, full: boolean): boolean {
  if (shape.kind === 'union' && !full) return shape.members.some(member => saysNothing(member, full));
  if (shape.kind !== 'union' && shape.kind !== 'intersection') return shape === unknown;
  return shape.members.every(member => saysNothing(member, full));
}

function isStructured(schema: JsonObject): boolean {
  return ['properties', 'items', 'prefixItems', 'enum', 'const'].some(keyword =>
    Object.hasOwn(schema, keyword),
  );
}

function implied(schema: JsonObject): string | undefined {
  if (isObject(schema['properties']) || isObject(schema['additionalProperties'])) return 'object';
  return schema['items'] !== undefined || schema['prefixItems'] !== undefined ? 'array' : undefined;
}

/** Whether a title is more than the name of its property in other letters; of a constant it is the meaning. */
function tellsMore(title: string, name: string | undefined, schema: JsonObject): boolean {
  const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (name === undefined) return Object.hasOwn(schema, 'const');
  return letters(title) !== letters(name);
}
