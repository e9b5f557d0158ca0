import { grouped, intersection, type Type, union } from './expressions.ts';
import { key } from './literals.ts';
import type { Definition, Member, Members, Shape } from './shape.ts';
import { describe } from './text.ts';

/** How much is shown. */
export interface Detail {
  /** Levels of nested objects. */
  depth: number;
  /** Members of one union. */
  members: number;
  remarks: boolean;
  /** Whether what is used more than once gets a name; else it is written out each time, as deep as `depth` allows. */
  named: boolean;
  /** Whether objects whose members have remarks take a line for each. */
  lines: boolean;
}

/** Characters of a definition that is written out wherever it is used. */
const shortDefinition = 24;
/** Characters of an object that needs no lines of its own. */
const shortObject = 100;
/** How far a line stands in from the one that it belongs to. */
const step = '  ';

/** Lays shapes out as TypeScript. Once `full`, there was no room: what it wrote is of no use. */
export class Layout {
  readonly #detail: Detail;
  /** The definitions that have been named so far. */
  readonly #named = new Set<Definition>();
  #depth: number;
  #room: number;

  /** `room` is in characters. */
  constructor(detail: Detail, room: number) {
    this.#detail = detail;
    this.#depth = detail.depth;
    this.#room = room;
  }

  get full(): boolean {
    return this.#room < 0;
  }

  /** A type, its remarks behind it unless they are told elsewhere (`bare`). */
  type(shape: Shape, indent = '', bare = false): Type {
    if (this.full) return { text: 'unknown' };
    const type = this.#form(shape, indent);
    const remarks = bare ? [] : this.#remarks(shape);
    return remarks.length === 0
      ? type
      : { ...type, text: `${type.text} ${this.#comment(remarks.join('; '))}` };
  }

  /** What stands between the braces of an object or the parentheses of a function. */
  inside({ members, values, more }: Members, indent = ''): string {
    const lines = members.map(member => this.#line(member, indent + step));
    if (values) lines.push({ text: `[key: string]: ${this.type(values, indent + step).text}`, remarks: [] });
    const rest = more > 0 ? [this.#comment(`${more} more`)] : [];
    const flat = [...lines.map(({ text }) => text), ...rest].join(', ');
    const plain = lines.every(({ text, remarks }) => remarks.length === 0 && !text.includes('\n'));
    if (!this.#detail.lines || (plain && flat.length <= shortObject)) return flat;
    const texts = [
      ...lines.map(({ text, remarks }) => commented(`${text},`, remarks, indent + step)),
      ...rest,
    ];
    return `\n${texts.map(text => `${indent}${step}${text}\n`).join('')}${indent}`;
  }

  /** `type Name = …` for each definition that has been named, and for those that are named on the way. */
  declarations(): string[] {
    const texts: string[] = [];
    // A set that grows while one goes through it is gone through to its new end.
    for (const { name, shape } of this.#named) {
      if (this.full) break;
      const bare = this.#detail.lines;
      const text = `type ${name} = ${this.type(shape, '', bare).text}`;
      texts.push(bare ? commented(text, this.#remarks(shape), '') : text);
    }
    return texts;
  }

  #form(shape: Shape, indent: string): Type {
    if (shape.kind === 'word') return { text: this.#spend(shape.text) };
    if (shape.kind === 'name') return this.#name(shape.definition, indent);
    if (shape.kind === 'object') return this.#object(shape, indent);
    if (shape.kind === 'array')
      return { text: `${grouped(this.type(shape.item, indent))}${this.#spend('[]')}` };
    if (shape.kind === 'tuple') return this.#tuple(shape.items, shape.rest, indent);
    const shown = shape.members.slice(0, this.#detail.members).map(member => this.type(member, indent));
    // A choice that includes anything leaves nothing to choose; in full, it may still have something to tell.
    const isAnything = shape.kind === 'union' && shown.some(({ text }) => text === 'unknown');
    if (isAnything && !this.#detail.lines) return { text: 'unknown' };
    const type = shape.kind === 'union' ? union(shown) : intersection(shown);
    const more = shape.more + shape.members.length - shown.length;
    return more === 0 ? type : { ...type, text: `${type.text} ${this.#comment(`${more} more`)}` };
  }

  #name(definition: Definition, indent: string): Type {
    if (this.#hasName(definition)) {
      this.#named.add(definition);
      return { text: this.#spend(definition.name) };
    }
    if (this.#detail.named) return this.type(definition.shape, indent, true);
    if (this.#depth <= 0) return { text: this.#spend(roughly(definition.shape)) };
    this.#depth--;
    const type = this.type(definition.shape, indent, true);
    this.#depth++;
    return type;
  }

  #hasName(definition: Definition): boolean {
    return this.#detail.named && (definition.recursive || (definition.uses > 1 && !isShort(definition)));
  }

  #object(members: Members, indent: string): Type {
    const { values } = members;
    if (members.members.length === 0) {
      return { text: values ? `Record<string, ${this.type(values, indent).text}>` : this.#spend('object') };
    }
    if (this.#depth <= 0) return { text: this.#spend('object') };
    this.#depth--;
    const text = `{${this.inside(members, indent)}}`;
    this.#depth++;
    return { text };
  }

  #tuple(items: Shape[], rest: Shape | undefined, indent: string): Type {
    const texts = items.slice(0, this.#detail.members).map(item => this.type(item, indent).text);
    if (rest) texts.push(`...${grouped(this.type(rest, indent))}[]`);
    const more = items.length - Math.min(items.length, this.#detail.members);
    if (more > 0) texts.push(this.#comment(`${more} more`));
    return { text: `[${texts.join(', ')}]` };
  }

  /** A member, and its remarks where they take no part in its text. */
  #line({ name, required, shape, preset }: Member, indent: string): { text: string; remarks: string[] } {
    const head = this.#spend(`${key(name)}${required ? '' : '?'}: `);
    const apart = this.#detail.lines;
    const tail = preset === undefined ? '' : this.#spend(` = ${preset}`);
    const text = `${head}${this.type(shape, indent, apart).text}${tail}`;
    return { text, remarks: apart ? this.#remarks(shape) : [] };
  }

  /** What is remarked on a shape, and on the definition that is written out in its place. */
  #remarks(shape: Shape): string[] {
    if (!this.#detail.remarks || this.full) return [];
    const own = shape.remarks ?? [];
    if (shape.kind !== 'name' || this.#hasName(shape.definition) || !this.#detail.named) return own;
    return [...own, ...this.#remarks(shape.definition.shape)];
  }

  #comment(text: string): string {
    return this.#spend(`/* ${describe(text, Number.POSITIVE_INFINITY).replaceAll('*/', '* /')} */`);
  }

  #spend(text: string): string {
    this.#room -= text.length;
    return text;
  }
}

/** A member or declaration with its remarks: behind it where they are one line and it is, else above it. */
function commented(text: string, remarks: string[], indent: string): string {
  if (remarks.length === 0) return text;
  const comment = remarks.join('; ');
  if (!comment.includes('\n') && !text.includes('\n')) return `${text} // ${comment}`;
  return [...comment.split('\n').map(line => `// ${line}`.trimEnd()), text].join(`\n${indent}`);
}

/** A type in one word, for want of room. */
function roughly(shape: Shape): string {
  if (shape.kind === 'word') return shape.text;
  if (shape.kind === 'array' || shape.kind === 'tuple') return 'unknown[]';
  return shape.kind === 'object' ? 'object' : 'unknown';
}

const shortness = new WeakMap<Definition, boolean>();

function isShort(definition: Definition): boolean {
  const known = shortness.get(definition);
  if (known !== undefined) return known;
  shortness.set(definition, false);
  const detail = {
    depth: shortDefinition,
    members: shortDefinition,
    remarks: true,
    named: true,
    lines: false,
  };
  const layout = new Layout(detail, shortDefinition);
  const { text } = layout.type(definition.shape);
  const short = !layout.full && text.length <= shortDefinition;
  shortness.set(definition, short);
  return short;
}
