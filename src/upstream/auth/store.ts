import { createHash } from 'node:crypto';
import { type Entry, FileEntry, MemoryEntry } from './entry.ts';
import { Vault } from './vault.ts';

/** Where all logins of this user are kept; in memory only without a folder. */
export class LoginStore {
  readonly #folder?: string;
  readonly #vault?: Vault;

  constructor(folder: string | undefined, options: { keychain: boolean }) {
    this.#folder = folder;
    this.#vault = folder === undefined ? undefined : new Vault(folder, options);
  }

  /** The login of one principal at one server. A server that has moved is another one. */
  entry(server: string, url: string, principal: string): Entry {
    if (this.#folder === undefined || this.#vault === undefined) return new MemoryEntry();
    const id = createHash('sha256')
      .update(JSON.stringify([server, url, principal]))
      .digest('hex')
      .slice(0, 40);
    return new FileEntry(this.#folder, id, this.#vault);
  }
}
