import { withoutSecrets } from '../secrets.ts';

const maxLines = 50;
const maxLineLength = 500;

/** The last lines of a stream of text, bounded in number and length however much is written; without secrets. */
export class StderrTail {
  readonly #lines: string[] = [];
  #rest = '';
  /** Called with each line, cut like those kept. */
  online?: (line: string) => void;

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = (lines.pop() ?? '').slice(0, maxLineLength);
    for (const line of lines) this.#keep(line);
  }

  /** Oldest first; what has no newline yet is the last one. Untrusted text. */
  get lines(): string[] {
    return this.#rest.trim() === '' ? [...this.#lines] : [...this.#lines, withoutSecrets(this.#rest)];
  }

  #keep(line: string): void {
    if (line.trim() === '') return;
    const cut = withoutSecrets(line).slice(0, maxLineLength);
    this.#lines.push(cut);
    if (this.#lines.length > maxLines) this.#lines.shift();
    this.online?.(cut);
  }
}
