import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { replaceFile } from '../../replace-file.ts';
import type { Ticket } from './tickets.ts';

const content = z.object({
  /** Tells the admin token of then from another one. */
  token: z.string(),
  sessions: z.array(z.tuple([z.string(), z.number()])),
});

/** The sessions of browsers on disk, by their hashes: so that they outlive a restart of the gateway. */
export class KeptSessions {
  readonly #file: string;
  readonly #token: string;
  #last: Promise<void> = Promise.resolve();

  /** Another `token` than the one before ends them all. */
  constructor({ stateFolder, config, token = '' }: { stateFolder: string; config: string; token?: string }) {
    this.#file = join(stateFolder, 'sessions', `${hashOf(config).slice(0, 16)}.json`);
    this.#token = hashOf(token);
  }

  /** Those that were kept; none where there is nothing that can be read. */
  load(): Ticket[] {
    try {
      const { token, sessions } = z.parse(content, JSON.parse(readFileSync(this.#file, 'utf8')));
      return token === this.#token ? sessions : [];
    } catch {
      return []; // then people come by another link
    }
  }

  save(sessions: readonly Ticket[]): void {
    const text = JSON.stringify({ token: this.#token, sessions });
    this.#last = this.#last.then(() => this.#write(text));
  }

  async #write(text: string): Promise<void> {
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      await replaceFile(this.#file, text);
    } catch {
      // a folder that cannot be written: then they end with the gateway
    }
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
