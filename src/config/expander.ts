/** Expands the values of one server or of the gateway's keys, and keeps account of what came of it. */
import { type Document, nodeAt, type Path, problemAt, problemWith } from './document.ts';
import { expand, type Scope } from './references.ts';
import type { Problem } from './types.ts';

/** Shorter values are no secrets, and hiding them would hide half of every log. */
const shortestSecret = 4;

export class Expander {
  /** References that did not resolve, at their places. */
  readonly problems: Problem[] = [];
  readonly #secrets = new Set<string>();
  readonly #document: Document;
  readonly scope: Scope;

  constructor(document: Document, scope: Scope) {
    this.#document = document;
    this.scope = scope;
  }

  /** `value` without its references; `path` is where it stands. `literal`: nothing in it came from elsewhere. */
  async text(path: Path, value: string): Promise<{ text: string; literal: boolean }> {
    const { text, found } = await this.#expanded(path, value);
    this.hide(...found);
    return { text, literal: found.length === 0 };
  }

  /** The same for what everybody may see, wherever it comes from. */
  async openText(path: Path, value: string): Promise<string> {
    return (await this.#expanded(path, value)).text;
  }

  async #expanded(path: Path, value: string): Promise<{ text: string; found: string[] }> {
    const { text, found, missing } = await expand(value, this.scope);
    for (const { reference, message } of missing) {
      this.problems.push(this.#problemAt(path, reference, `${reference} does not resolve: ${message}`));
    }
    return { text, found };
  }

  /** Every value of `record`, each of which is a secret. */
  async secretTexts(path: Path, record: [name: string, value: string][]): Promise<Record<string, string>> {
    const texts: [string, string][] = [];
    for (const [name, value] of record) texts.push([name, (await this.text([...path, name], value)).text]);
    this.hide(...texts.map(([, text]) => text));
    return Object.fromEntries(texts);
  }

  /** Notes values that must never be shown. */
  hide(...values: string[]): void {
    for (const value of values) if (value.length >= shortestSecret) this.#secrets.add(value);
  }

  /** Notes that the value at `path` cannot be used. */
  refuse(path: Path, message: string): void {
    this.problems.push(problemWith(this.#document, path, message));
  }

  get secrets(): string[] {
    return [...this.#secrets];
  }

  #problemAt(path: Path, reference: string, message: string): Problem {
    const node = nodeAt(this.#document, path);
    if (!node) return problemWith(this.#document, path, message);
    const within = this.#document.text.slice(node.offset, node.offset + node.length).indexOf(reference);
    return problemAt(this.#document, node.offset + Math.max(within, 0), message);
  }
}
