import { Dictionary } from './dictionary.ts';
import { compare, type Document, type Entry, type Part } from './part.ts';
import { type Posting, Tally } from './tally.ts';

/** Characters by which words that nobody wrote are told to be like others. */
const likePrefix = 4;
/** How much of the longer of two words both must begin with, as a part of it. */
const leastLikeness = 0.65;
const maxLike = 8;

/**
 * Which documents of all parts contain which terms. Each document has a slot, a number: first the tools of all servers,
 * by server and name, then the servers themselves.
 */
export class Vocabulary {
  readonly tally: Tally;
  readonly entries: Entry[] = [];
  /** The slot of each tool's server, and the stems of its name. */
  readonly servers: Int32Array;
  readonly nameStems: Int32Array[] = [];
  readonly #ranges = new Map<string, [start: number, end: number]>();
  readonly #dictionary: Dictionary;
  readonly #rarity: Float64Array;
  readonly #starts: Int32Array;
  readonly #slots: Int32Array;
  readonly #impacts: Float32Array;
  #sorted?: string[];

  constructor(unsorted: Iterable<Part>, dictionary = new Dictionary()) {
    this.#dictionary = dictionary;
    const parts = [...unsorted].sort((a, b) => compare(a.server, b.server));
    const tools = parts.reduce((sum, { entries }) => sum + entries.length, 0);
    this.servers = new Int32Array(tools);
    this.tally = new Tally(tools + parts.length);
    const documents: { document: Document; numbers: Int32Array }[] = [];
    const itselves: typeof documents = [];
    for (const [index, part] of parts.entries()) {
      const start = this.entries.length;
      const numbers = dictionary.numbersOf(part);
      for (const [at, entry] of part.entries.entries()) {
        this.servers[this.entries.length] = tools + index;
        this.entries.push(entry);
        this.nameStems.push(Int32Array.from(part.nameStems[at]!, term => numbers[term]!));
        documents.push({ document: part.documents[at]!, numbers });
      }
      itselves.push({ document: part.itself, numbers });
      this.#ranges.set(part.server, [start, this.entries.length]);
    }
    const all = [...documents, ...itselves];
    const counts = new Int32Array(dictionary.size + 1);
    for (const { document, numbers } of all) for (const term of document.terms) counts[numbers[term]! + 1]!++;
    this.#rarity = Float64Array.from(counts.subarray(1), count => rarity(count, tools));
    for (let term = 1; term < counts.length; term++) counts[term]! += counts[term - 1]!;
    this.#starts = counts;
    this.#slots = new Int32Array(counts.at(-1)!);
    this.#impacts = new Float32Array(counts.at(-1)!);
    this.#fill(all);
  }

  /** How many different terms there are. */
  get size(): number {
    let size = 0;
    for (let term = 0; term < this.#dictionary.size; term++) if (this.#count(term) > 0) size++;
    return size;
  }

  /** The number of a term; undefined where no document has it. */
  numberOf(term: string): number | undefined {
    const number = this.#dictionary.get(term);
    return number === undefined || this.#count(number) === 0 ? undefined : number;
  }

  /** Where a term stands. */
  posting(term: number): Posting {
    const [start, end] = [this.#starts[term]!, this.#starts[term + 1]!];
    return { slots: this.#slots.subarray(start, end), impacts: this.#impacts.subarray(start, end) };
  }

  /** How much a term says, by how few documents contain it: above 0 (the inverse document frequency of BM25). */
  rarity(term: number): number {
    return this.#rarity[term]!;
  }

  /** The share of the tools that contain a term; above 1 where servers do as well. */
  share(term: number): number {
    return this.#count(term) / Math.max(this.entries.length, 1);
  }

  /** The slots of the tools of one server, or of all. */
  range(server: string | undefined): [start: number, end: number] {
    if (server === undefined) return [0, this.entries.length];
    return this.#ranges.get(server) ?? [0, 0];
  }

  /** Terms that begin as `word` does and go on nearly as long, and how alike they are, below 1; the most alike first. */
  like(word: string): [term: number, likeness: number][] {
    if (word.length < likePrefix || !/^[a-z]+$/.test(word)) return [];
    this.#sorted ??= [...this.#dictionary.terms()]
      .filter(term => /^[a-z]{4}/.test(term) && this.numberOf(term) !== undefined)
      .sort(compare);
    const prefix = word.slice(0, likePrefix);
    const found: [string, number][] = [];
    for (let at = firstFrom(this.#sorted, prefix); this.#sorted[at]?.startsWith(prefix); at++) {
      const other = this.#sorted[at]!;
      const likeness = commonStart(word, other) / Math.max(word.length, other.length);
      if (likeness >= leastLikeness) found.push([other, likeness]);
    }
    const best = found.sort(([, a], [, b]) => b - a).slice(0, maxLike);
    return best.map(([term, likeness]) => [this.#dictionary.get(term)!, likeness]);
  }

  /** In how many documents a term stands; 0 for one that only servers had which are gone. */
  #count(term: number): number {
    return this.#starts[term + 1]! - this.#starts[term]!;
  }

  #fill(documents: { document: Document; numbers: Int32Array }[]): void {
    const next = this.#starts.slice();
    for (const [slot, { document, numbers }] of documents.entries()) {
      const { terms, impacts } = document;
      for (let index = 0; index < terms.length; index++) {
        const at = next[numbers[terms[index]!]!]!++;
        this.#slots[at] = slot;
        this.#impacts[at] = impacts[index]!;
      }
    }
  }
}

function rarity(count: number, tools: number): number {
  return Math.log(1 + (Math.max(tools - count, 0) + 0.5) / (count + 0.5));
}

/** The place of the first of sorted texts that is not before `text`. */
function firstFrom(sorted: string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
