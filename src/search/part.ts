import type { Tool } from '../types.ts';
import { fields, shortened, toolFields } from './fields.ts';
import { formsOf, nextPart, type Term } from './forms.ts';
import { wordsOf } from './tokens.ts';

/** What is searched of one server; as long as it is the same object, it says the same. */
export interface SearchServer {
  readonly name: string;
  readonly tools: ReadonlyMap<string, Tool>;
  /** What the server says about itself: title, description, instructions. */
  readonly about?: readonly string[];
  /** Queries that a tool answers, by the tool's name. */
  readonly examples?: Readonly<Record<string, readonly string[]>>;
}

/** A tool of a server, as it is found. */
export interface Entry {
  server: string;
  tool: Tool;
}

/** Which terms a document has, and how much each says about it, between 0 and 1. */
export interface Document {
  terms: Int32Array;
  impacts: Float32Array;
}

/** One server made ready for search. Terms are numbered; `terms` has their texts. */
export interface Part {
  server: string;
  terms: string[];
  entries: Entry[];
  /** The name of each of them as it is asked for. */
  names: string[];
  /** One for each entry. */
  documents: Document[];
  /** The different stems of each entry's name, as terms. */
  nameStems: number[][];
  /** What the server says about itself. */
  itself: Document;
}

/** How soon a repeated word stops counting, and how much the length of a field matters (0: not, 1: fully). */
const saturation = 1.2;
const lengthNorm = 0.75;
/** Characters by which a name is told from others. */
const maxName = 1_000;
/** Characters of what a server says about itself. */
const maxAbout = 300;

/** The part of one server. It depends on nothing else, so other servers may change around it. */
export function createPart({ name, tools, about = [], examples = {} }: SearchServer): Part {
  const entries = [...tools.values()].map(tool => ({ server: name, tool })).sort(byName);
  const reader = new Reader();
  const nameStems: number[][] = [];
  const documents = entries.map(({ tool }) => {
    const own = Object.hasOwn(examples, tool.name) ? examples[tool.name]! : [];
    nameStems.push(reader.stemsOf(tool.name));
    return reader.document(toolFields(name, tool, own).map(shortened));
  });
  const itself = reader.document([[], [name], [], about.map(text => text.slice(0, maxAbout))]);
  const names = entries.map(({ tool }) => plain(tool.name));
  return { server: name, terms: reader.terms, entries, names, documents, nameStems, itself };
}

/** A name without what counts for nothing. */
export function plain(name: string): string {
  return name.slice(0, maxName).trim().normalize('NFKC').toLowerCase();
}

/** By server, then by tool: which of two equals comes first does not depend on which server answered first. */
export function byName(a: Entry, b: Entry): number {
  return compare(a.server, b.server) || compare(a.tool.name, b.tool.name);
}

export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Reads the documents of one part. What a term weighs in the document at hand stands at its number. */
class Reader {
  readonly terms: string[] = [];
  readonly #part = nextPart();
  /** By the number of a form, that of its stem. */
  readonly #stems: number[] = [];
  readonly #weights: number[] = [];
  #met: number[] = [];
  /** The forms of a field, so many of them as were counted. */
  readonly #found: number[] = [];

  stemsOf(text: string): number[] {
    const stems = wordsOf(text).flatMap(word => formsOf(word).map(({ stem }) => this.#number(stem)));
    return [...new Set(stems)];
  }

  /** BM25F, but for the rarity of the words, which all servers together decide. */
  document(textsByField: string[][]): Document {
    for (const [field, texts] of textsByField.entries()) if (texts.length > 0) this.#readField(field, texts);
    const forms = this.#met.length;
    for (let at = 0; at < forms; at++)
      this.#add(this.#stems[this.#met[at]!]!, this.#weights[this.#met[at]!]!);
    const terms = new Int32Array(this.#met);
    const impacts = new Float32Array(terms.length);
    for (let at = 0; at < terms.length; at++) {
      const weight = this.#weights[terms[at]!]!;
      impacts[at] = weight / (saturation + weight);
      this.#weights[terms[at]!] = 0;
    }
    this.#met = [];
    return { terms, impacts };
  }

  #readField(field: number, texts: string[]): void {
    let count = 0;
    for (const text of texts) {
      for (const word of wordsOf(text)) {
        for (const { exact, stem } of formsOf(word)) {
          const form = this.#number(exact);
          this.#stems[form] = this.#number(stem);
          this.#found[count++] = form;
        }
      }
    }
    const { weight, length } = fields[field]!;
    const worth = weight / (1 - lengthNorm + (lengthNorm * count) / length);
    for (let at = 0; at < count; at++) this.#add(this.#found[at]!, worth);
  }

  #add(term: number, worth: number): void {
    if (this.#weights[term] === 0) this.#met.push(term);
    this.#weights[term]! += worth;
  }

  #number(term: Term): number {
    if (term.part !== this.#part) {
      term.part = this.#part;
      term.number = this.terms.length;
      this.terms.push(term.text);
      this.#weights.push(0);
      this.#stems.push(term.number);
    }
    return term.number;
  }
}
