import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../replace-file.ts';

/** A direction, each number of it one byte: that is near enough to compare by. */
export type Vector = Int8Array;

/** Vectors that are kept, and bytes of the file that are read. */
const maxVectors = 20_000;
const maxBytes = 256 * 1024 * 1024;
const keptDays = 90;
/** Of a text's hash, in bytes. */
const keyBytes = 16;
const largest = 127;
/** What the file begins with: its form, and how many numbers a vector has. */
const headBytes = 8;
const form = 0x4d_56_30_31;

/** The key of a text. */
export function keyOf(text: string): string {
  return createHash('sha256').update(text).digest().toString('latin1', 0, keyBytes);
}

export function quantized(vector: Float32Array): Vector {
  let most = 0;
  for (const number of vector) most = Math.max(most, Math.abs(number));
  return Int8Array.from(vector, number => (most === 0 ? 0 : Math.round((number / most) * largest)));
}

/**
 * The vectors of texts that one model has made, by key, in memory and in a private file of `folder`, which other processes
 * may have as well. The least used give way. What goes wrong with the file costs time, never a search.
 */
export class Vectors {
  readonly #folder?: string;
  readonly #file?: string;
  readonly #known = new Map<string, Vector>();
  #dimensions = 0;
  #saving: Promise<void> = Promise.resolve();

  /** `model` tells models apart, by all that says what their vectors mean. */
  constructor(folder: string | undefined, model: string) {
    const name = createHash('sha256').update(model).digest('hex').slice(0, 32);
    this.#folder = folder;
    this.#file = folder && join(folder, `${name}.vectors`);
  }

  get size(): number {
    return this.#known.size;
  }

  get(key: string): Vector | undefined {
    const vector = this.#known.get(key);
    if (vector === undefined) return undefined;
    this.#known.delete(key);
    this.#known.set(key, vector); // it was used just now
    return vector;
  }

  /** One of another length means that the model is another one: then all before it are forgotten. */
  set(key: string, vector: Vector): void {
    if (vector.length !== this.#dimensions) this.#known.clear();
    this.#dimensions = vector.length;
    this.#known.set(key, vector);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxVectors) break;
      this.#known.delete(oldest);
    }
  }

  clear(): void {
    this.#known.clear();
  }

  /** Reads what earlier runs and other processes have kept. */
  async load(): Promise<void> {
    for (const [key, vector] of await this.#kept()) this.set(key, vector);
    await this.#prune();
  }

  /** Writes all of them, one time after the other, and beside them those that others have kept meanwhile. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#write()).catch(() => {}); // they are made again in the next run
    return this.#saving;
  }

  async #write(): Promise<void> {
    if (this.#folder === undefined || this.#file === undefined || this.#known.size === 0) return;
    const others = (await this.#kept()).filter(
      ([key, { length }]) => length === this.#dimensions && !this.#known.has(key),
    );
    const all = [...others, ...this.#known].slice(-maxVectors);
    const head = Buffer.alloc(headBytes);
    head.writeUInt32BE(form, 0);
    head.writeUInt32BE(this.#dimensions, 4);
    const records = all.flatMap(([key, vector]) => [
      Buffer.from(key, 'latin1'),
      Buffer.from(vector.buffer, vector.byteOffset, vector.length),
    ]);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#file, Buffer.concat([head, ...records]));
  }

  async #kept(): Promise<[key: string, vector: Vector][]> {
    try {
      const file = this.#file;
      if (file === undefined || (await stat(file)).size > maxBytes) return [];
      return recordsIn(await readFile(file));
    } catch {
      return []; // none yet
    }
  }

  /** Removes the files of models that nobody has used for three months. */
  async #prune(): Promise<void> {
    const oldest = Date.now() - keptDays * 24 * 3600 * 1000;
    for (const name of this.#folder === undefined ? [] : await readdir(this.#folder).catch(() => [])) {
      const file = join(this.#folder!, name);
      if (file === this.#file) continue; // in use, however old it is
      const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: oldest }));
      if (mtimeMs < oldest) await rm(file, { force: true }).catch(() => {}); // another run may have been faster
    }
  }
}

function recordsIn(file: Buffer): [key: string, vector: Vector][] {
  if (file.length < headBytes || file.readUInt32BE(0) !== form) return [];
  const step = keyBytes + file.readUInt32BE(4);
  if (step === keyBytes || (file.length - headBytes) % step !== 0) return [];
  const records: [string, Vector][] = [];
  for (let at = headBytes; at < file.length; at += step) {
    const key = file.toString('latin1', at, at + keyBytes);
    records.push([key, Int8Array.from(file.subarray(at + keyBytes, at + step))]);
  }
  return records;
}
