import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { nameFor } from '../paths.ts';

const kept = 5;

/** What stood in a file before it was changed; the last five of each file, private, in the state folder. */
export class Backups {
  readonly #folder: string;
  readonly #suffix: string;

  constructor(file: string, stateFolder: string) {
    this.#folder = join(stateFolder, 'backups', nameFor(file));
    this.#suffix = basename(file);
  }

  /** The file that `content` is kept in. Rejects when it cannot be kept. */
  async keep(content: Buffer): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await chmod(this.#folder, 0o700);
    const file = join(this.#folder, `${new Date().toISOString().replaceAll(':', '-')}-${this.#suffix}`);
    await writeFile(file, content, { mode: 0o600 });
    for (const old of (await this.list()).slice(kept)) await rm(old, { force: true });
    return file;
  }

  /** The newest first. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []); // nothing has been changed yet
    return names
      .filter(name => name.endsWith(`-${this.#suffix}`))
      .sort()
      .reverse()
      .map(name => join(this.#folder, name));
  }
}
