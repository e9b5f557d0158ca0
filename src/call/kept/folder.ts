import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, namespaceOf } from '../../proc.ts';

/** What pids of ours mean something in; other containers may share the folder. */
const namespace = namespaceOf(process.pid);
/** A folder of another namespace, whose processes cannot be seen, is left alone as long as it was used within a day. */
const strangerMs = 24 * 3600 * 1000;

/** A private folder of this process for texts by key. What goes wrong in it costs a text, never a call. */
export class TextFolder {
  readonly #parent: string;
  readonly #path: string;

  /** `parent`: absolute, shared with other gateways. Nothing is made before the first text. */
  constructor(parent: string) {
    this.#parent = parent;
    this.#path = join(parent, `${namespace}-${process.pid}-${randomBytes(8).toString('hex')}`);
  }

  /** False when it could not be written; then nothing of it is left. */
  async write(key: string, text: string): Promise<boolean> {
    const file = join(this.#path, key);
    try {
      await mkdir(this.#path, { recursive: true, mode: 0o700 });
      // As it stands in memory: UTF-8 would lose half of a surrogate pair.
      await writeFile(file, text, { encoding: 'utf16le', mode: 0o600, flag: 'wx' });
      return true;
    } catch {
      await this.remove(key);
      return false;
    }
  }

  async read(key: string): Promise<string | undefined> {
    return readFile(join(this.#path, key), 'utf16le').catch(() => undefined);
  }

  async remove(key: string): Promise<void> {
    await rm(join(this.#path, key), { force: true }).catch(() => {}); // swept when this process has ended
  }

  async removeAll(): Promise<void> {
    await removeFolder(this.#path);
  }

  /** Removes what gateways left that have ended. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#parent).catch(() => [])) {
      const [, space, pid] = /^(\d{0,20})-(\d{1,10})-[0-9a-f]{16}$/.exec(name) ?? [];
      const path = join(this.#parent, name);
      const over = space === namespace ? !exists(Number(pid)) : pid !== undefined && (await isOld(path));
      if (over) await removeFolder(path);
    }
  }
}

async function isOld(path: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  return mtimeMs < Date.now() - strangerMs;
}

async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => {}); // swept when this process has ended
}
