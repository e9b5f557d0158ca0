import type { Entry, Impacts, Part } from './part.ts';
import { type Posting, Tally } from './tally.ts';

/** Where a token stands, one place after the other; `posting` is the same by slot, made when it is asked for. */
interface Places {
  parts: Part[];
  documents: number[];
  impacts: number[];
  posting?: Posting;
  version?: number;
}

/** A document of a part: one of its tools, or, without an entry, the server itself, whose slot is `server`. */
interface Slot {
  entry?: Entry;
  nameStems: string[];
  server: number;
}

/**
 * Which documents of all parts contain which tokens. A part that comes or goes costs its own tokens only. Between two
 * changes each document has a slot: a number.
 */
export class Vocabulary {
  readonly #places = new Map<string, Places>();
  /** The first slot of each part. */
  readonly #first = new Map<Part, number>();
  readonly #tokens = new Map<Part, Set<string>>();
  #version = 0;
  #tools = 0;
  slots: Slot[] = [];
  tally = new Tally(0);

  add(part: Part, documents: Impacts[]): void {
    const all = new Set<string>();
    this.#first.set(part, 0);
    this.#tokens.set(part, all);
    for (const [document, tokens] of documents.entries()) {
      for (const [token, impact] of tokens) {
        all.add(token);
        let places = this.#places.get(token);
        if (places === undefined) {
          places = { parts: [], documents: [], impacts: [] };
          this.#places.set(token, places);
        }
        places.parts.push(part);
        places.documents.push(document);
        places.impacts.push(impact);
      }
    }
  }

  remove(part: Part): void {
    for (const token of this.#tokens.get(part) ?? []) {
      const { parts, documents, impacts } = this.#places.get(token)!;
      const others = (_: unknown, place: number) => parts[place] !== part;
      const rest = { documents: documents.filter(others), impacts: impacts.filter(others) };
      if (rest.documents.length === 0) this.#places.delete(token);
      else this.#places.set(token, { parts: parts.filter(others), ...rest });
    }
    this.#first.delete(part);
    this.#tokens.delete(part);
  }

  /** Gives every document its slot, after parts came or went. */
  number(): void {
    this.#version++;
    this.slots = [];
    for (const part of this.#first.keys()) {
      this.#first.set(part, this.slots.length);
      const server = this.slots.length + part.entries.length;
      for (const [at, entry] of part.entries.entries()) {
        this.slots.push({ entry, nameStems: part.nameStems[at]!, server });
      }
      this.slots.push({ nameStems: [], server });
    }
    this.#tools = this.slots.length - this.#first.size;
    this.tally = new Tally(this.slots.length);
  }

  /** Where `token` stands; undefined if nowhere. */
  posting(token: string): Posting | undefined {
    const places = this.#places.get(token);
    if (places === undefined || places.version === this.#version) return places?.posting;
    const { parts, documents, impacts } = places;
    const slots = Int32Array.from(documents, (document, place) => this.#first.get(parts[place]!)! + document);
    places.posting = { slots, impacts: Float64Array.from(impacts) };
    places.version = this.#version;
    return places.posting;
  }

  /** The share of the tools that contain `token`; above 1 where servers do as well. */
  share(token: string): number {
    return this.#count(token) / Math.max(this.#tools, 1);
  }

  /** How much a token says, by how few documents contain it: above 0 (the inverse document frequency of BM25). */
  rarity(token: string): number {
    const count = this.#count(token);
    return Math.log(1 + (Math.max(this.#tools - count, 0) + 0.5) / (count + 0.5));
  }

  #count(token: string): number {
    return this.#places.get(token)?.documents.length ?? 0;
  }
}
