import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../json.ts';
import { Turn } from '../../turn.ts';
import { keychainSecret } from './keychain.ts';

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
/** How long others may be busy with the keychain. */
const turnMs = 20_000;
/** A keychain that could not be opened is not asked again for so long. */
const restMs = 60_000;

type Place = 'keychain' | 'file';

/**
 * Encrypts what is kept in a folder. Its key is in the system keychain, or where there is none in a private file beside it.
 * What was sealed with a key that cannot be had now cannot be read; it is never taken for nothing.
 */
export class Vault {
  readonly #folder: string;
  readonly #places: Place[];
  readonly #keys = new Map<Place, Promise<Buffer | undefined>>();

  constructor(folder: string, { keychain }: { keychain: boolean }) {
    this.#folder = folder;
    this.#places = keychain ? ['keychain', 'file'] : ['file'];
  }

  /** `name` says what it is; it can only be read as that. */
  async seal(name: string, text: string): Promise<string> {
    for (const place of this.#places) {
      const key = await this.#key(place);
      if (key === undefined) continue;
      const iv = randomBytes(ivBytes);
      const encrypting = createCipheriv(cipher, key, iv).setAAD(Buffer.from(name));
      const sealed = Buffer.concat([encrypting.update(text, 'utf8'), encrypting.final()]);
      const parts = { iv, tag: encrypting.getAuthTag(), sealed };
      const texts = Object.entries(parts).map(([part, bytes]) => [part, bytes.toString('base64')]);
      return JSON.stringify({ key: place, ...Object.fromEntries(texts) });
    }
    throw new Error('there is no key to encrypt it with');
  }

  /** Rejects when it was not sealed under this name, or its key cannot be had. */
  async open(name: string, text: string): Promise<string> {
    const parts: unknown = JSON.parse(text);
    if (!isObject(parts)) throw new Error('it is damaged');
    const key = await this.#key(parts['key'] === 'keychain' ? 'keychain' : 'file');
    if (key === undefined) throw new Error('its key is in the system keychain, which cannot be opened now');
    const [iv, tag, sealed] = ['iv', 'tag', 'sealed'].map(part => Buffer.from(String(parts[part]), 'base64'));
    const decrypting = createDecipheriv(cipher, key, iv!, { authTagLength: 16 })
      .setAAD(Buffer.from(name))
      .setAuthTag(tag!);
    return decrypting.update(sealed!, undefined, 'utf8') + decrypting.final('utf8');
  }

  async #key(place: Place): Promise<Buffer | undefined> {
    const known = this.#keys.get(place) ?? this.#obtained(place);
    this.#keys.set(place, known);
    const key = await known;
    if (key === undefined) setTimeout(() => this.#keys.delete(place), restMs).unref(); // it may be unlocked meanwhile
    return key;
  }

  async #obtained(place: Place): Promise<Buffer | undefined> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (place === 'file') return fileKey(join(this.#folder, 'key'));
    const turn = await Turn.wait(this.#folder, 'key', turnMs); // of two that make a key at once, one would lose its own
    try {
      const key = turn && (await keychainSecret(() => randomBytes(keyBytes)));
      return key?.length === keyBytes ? key : undefined;
    } finally {
      turn?.leave();
    }
  }
}

/** Made once; whoever is first decides. */
async function fileKey(file: string): Promise<Buffer> {
  const temporary = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    return await wholeKey(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await writeFile(temporary, randomBytes(keyBytes), { mode: 0o600, flag: 'wx' });
  try {
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return wholeKey(file);
}

async function wholeKey(file: string): Promise<Buffer> {
  const key = await readFile(file);
  if (key.length !== keyBytes) throw new Error(`${file} is damaged: it has ${key.length} bytes`);
  return key;
}
