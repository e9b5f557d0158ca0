/** A line that was longer than allowed: its first and last characters, enough to tell whose answer it was. */
export interface OversizedLine {
  head: string;
  tail: string;
  /** UTF-16 units. */
  length: number;
}

const keptOfOversized = 512;

/** Cuts chunks of text into lines without ever joining what has been joined before; bounded by `max`. */
export class LineReader {
  readonly #max: number;
  readonly #onLine: (line: string) => void;
  readonly #onOversize: (line: OversizedLine) => void;
  #parts: string[] = [];
  #length = 0;
  #oversized?: OversizedLine;

  constructor(max: number, onLine: (line: string) => void, onOversize: (line: OversizedLine) => void) {
    this.#max = max;
    this.#onLine = onLine;
    this.#onOversize = onOversize;
  }

  push(chunk: string): void {
    let from = 0;
    for (let at = chunk.indexOf('\n'); at !== -1; at = chunk.indexOf('\n', from)) {
      this.#add(chunk.slice(from, at));
      this.#endLine();
      from = at + 1;
    }
    if (from < chunk.length) this.#add(from === 0 ? chunk : chunk.slice(from));
  }

  #add(part: string): void {
    this.#length += part.length;
    if (this.#oversized !== undefined) {
      this.#oversized.tail = (this.#oversized.tail + part.slice(-keptOfOversized)).slice(-keptOfOversized);
      this.#oversized.length = this.#length;
      return;
    }
    this.#parts.push(part);
    if (this.#length <= this.#max) return;
    this.#oversized = { ...ends(this.#parts), length: this.#length };
    this.#parts = [];
  }

  #endLine(): void {
    const oversized = this.#oversized;
    const line = this.#parts.length === 1 ? this.#parts[0]! : this.#parts.join('');
    this.#parts = [];
    this.#length = 0;
    this.#oversized = undefined;
    if (oversized !== undefined) this.#onOversize(oversized);
    else this.#onLine(line);
  }
}

/** The first and the last characters of `parts`, without joining what lies between. */
function ends(parts: string[]): { head: string; tail: string } {
  let head = '';
  for (const part of parts) {
    if (head.length >= keptOfOversized) break;
    head += part.slice(0, keptOfOversized);
  }
  let tail = '';
  for (let at = parts.length - 1; at >= 0 && tail.length < keptOfOversized; at--) {
    tail = parts[at]!.slice(-keptOfOversized) + tail;
  }
  return { head: head.slice(0, keptOfOversized), tail: tail.slice(-keptOfOversized) };
}
