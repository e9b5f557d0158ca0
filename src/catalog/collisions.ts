import { readFile, stat } from 'node:fs/promises';
import { isObject } from '../json.ts';
import { replaceFile } from '../replace-file.ts';

export type Kind = 'tools' | 'prompts' | 'resources' | 'templates';

/** The most names that are remembered, and the most bytes that they may have on disk. */
const maxNames = 10_000;
const maxBytes = 4 * 1024 * 1024;

/** What was noted is written when nothing new has come for so long, in milliseconds. */
const restMs = 200;

/**
 * Names that two servers have both used, and which servers these are: whoever had to tell them apart once goes on doing
 * so, also after a restart and while one of them is away. In `file`, where there is one.
 */
export class Collisions {
  readonly #servers = new Map<string, Set<string>>();
  readonly #file?: string;
  #timer?: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(file?: string) {
    this.#file = file;
  }

  /** Remembers what `file` says; what cannot be read is not remembered. */
  async recall(): Promise<void> {
    if (this.#file === undefined) return;
    try {
      if ((await stat(this.#file)).size > maxBytes) return;
      const kept: unknown = JSON.parse(await readFile(this.#file, 'utf8'));
      for (const [key, servers] of Object.entries(isObject(kept) ? kept : {})) {
        if (Array.isArray(servers))
          this.#add(
            key,
            servers.filter(name => typeof name === 'string'),
          );
      }
    } catch {
      // none yet, or half of one: names will collide again
    }
  }

  /** The servers in `servers` all use `name`. */
  note(kind: Kind, name: string, servers: string[]): void {
    if (this.#add(keyOf(kind, name), servers)) this.#writeSoon();
  }

  /** Whether `server` and another one that is `present` have used `name`. */
  involves(kind: Kind, name: string, server: string, present: { has(server: string): boolean }): boolean {
    const servers = this.#servers.get(keyOf(kind, name));
    if (servers?.has(server) !== true) return false;
    for (const other of servers) if (other !== server && present.has(other)) return true;
    return false;
  }

  /** Resolves when what was noted is on disk, or cannot be. */
  async close(): Promise<void> {
    if (this.#timer !== undefined) this.#write();
    await this.#writing;
  }

  /** Whether anything of it is new. */
  #add(key: string, servers: string[]): boolean {
    const known = this.#servers.get(key) ?? new Set();
    const before = known.size;
    for (const server of servers) known.add(server);
    if (known.size === before || (before === 0 && this.#servers.size >= maxNames)) return false;
    this.#servers.set(key, known);
    return true;
  }

  #writeSoon(): void {
    if (this.#file === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), restMs).unref();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = JSON.stringify(
      Object.fromEntries([...this.#servers].map(([key, names]) => [key, [...names]])),
    );
    this.#writing = this.#writing.then(() => replaceFile(this.#file!, text)).catch(() => {}); // then they collide again
  }
}

function keyOf(kind: Kind, name: string): string {
  return `${kind} ${name}`;
}
