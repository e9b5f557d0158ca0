import type { Level } from './lines.ts';
import type { Sink } from './log.ts';

const maxLines = 2_000;
const maxCharacters = 4 * 1024 * 1024;

/** Keeps the last lines, and passes on those that come. */
export class LogTail implements Sink {
  readonly #lines: string[] = [];
  readonly #followers = new Set<(line: string, level: Level) => void>();
  #characters = 0;

  /** Oldest first. Each is one object of JSON and a newline. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get followers(): number {
    return this.#followers.size;
  }

  write(line: string, level: Level): void {
    this.#lines.push(line);
    this.#characters += line.length;
    while (this.#lines.length > maxLines || this.#characters > maxCharacters)
      this.#characters -= this.#lines.shift()!.length;
    for (const follower of this.#followers) follower(line, level);
  }

  /** Calls `follower` with each line from now on; the function returned ends that. */
  follow(follower: (line: string, level: Level) => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }
}
