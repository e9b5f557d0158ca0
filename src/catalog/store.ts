import { createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from '../config/types.ts';
import { isObject } from '../json.ts';
import { replaceFile } from '../replace-file.ts';
import type { RawListing } from '../types.ts';

/** What is remembered of one server between runs. `way` is the upstream room's business. */
export interface Remembered {
  listing: RawListing;
  way: unknown;
}

const maxBytes = 32 * 1024 * 1024;
const keptDays = 90;
const keyLength = 32;

/**
 * Listings on disk, one private file for each server, named by what is started or reached and with which secrets: a
 * changed command or token is another server. Whatever goes wrong here costs time, never a call.
 */
export class ListingStore {
  readonly #folder: string;
  readonly #key: Buffer;

  private constructor(folder: string, key: Buffer) {
    this.#folder = folder;
    this.#key = key;
  }

  /** The store in `stateFolder`; undefined when the folder cannot be used. */
  static async open(stateFolder: string): Promise<ListingStore | undefined> {
    const folder = join(stateFolder, 'listings');
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return new ListingStore(folder, await secretKey(join(stateFolder, 'key')));
    } catch {
      return undefined;
    }
  }

  async read(server: ServerConfig): Promise<Remembered | undefined> {
    try {
      const file = this.#file(server);
      if ((await stat(file)).size > maxBytes) return undefined;
      const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
      return isRemembered(kept) ? kept : undefined;
    } catch {
      return undefined; // none yet, or half of one: the server will tell
    }
  }

  /** Replaces the file in one step; false when it could not be written. */
  async write(server: ServerConfig, remembered: Remembered): Promise<boolean> {
    try {
      await replaceFile(this.#file(server), JSON.stringify(remembered));
      return true;
    } catch {
      return false;
    }
  }

  /** Removes what no run has written for three months. */
  async prune(now = Date.now()): Promise<void> {
    const oldest = now - keptDays * 24 * 3600 * 1000;
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const file = join(this.#folder, name);
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: now }));
      if (mtimeMs < oldest) await rm(file, { force: true }).catch(() => {}); // another run may have been faster
    }
  }

  #file(server: ServerConfig): string {
    const { target } = server;
    const identity =
      target?.type === 'stdio'
        ? ['stdio', target.command, target.args, target.cwd, target.ownEnv]
        : [target?.type, target?.url, target?.headers];
    const name = createHmac('sha256', this.#key).update(JSON.stringify(identity)).digest('hex');
    return join(this.#folder, `${name.slice(0, 40)}.json`);
  }
}

/** Made once; never the same on two machines, so that file names say nothing about secrets. */
async function secretKey(file: string): Promise<Buffer> {
  const known = await readFile(file).catch(() => undefined);
  if (known?.length === keyLength) {
    await chmod(file, 0o600);
    return known;
  }
  const key = randomBytes(keyLength);
  await replaceFile(file, key); // of two that do so at the same time one remembers nothing this time
  return key;
}

function isRemembered(value: unknown): value is Remembered {
  if (!isObject(value) || !isObject(value['listing'])) return false;
  const { tools, resources, templates, prompts, capabilities, warnings } = value['listing'];
  return [tools, resources, templates, prompts, warnings].every(Array.isArray) && isObject(capabilities);
}
