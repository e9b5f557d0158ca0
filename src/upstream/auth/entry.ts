import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { McpxError } from '../../errors.ts';
import { replaceFile } from '../../replace-file.ts';
import { Turn } from '../../turn.ts';
import { asRecord, type LoginRecord } from './record.ts';
import type { Vault } from './vault.ts';

/** How long other processes may be busy with the same login. */
const turnMs = 30_000;
/** More than a record ever has. */
const maxBytes = 4 * 1024 * 1024;

/** The next record, the same one when nothing changes, or undefined when there shall be none. */
export type Change = (current: LoginRecord | undefined) => Promise<LoginRecord | undefined>;

/** Where one login is kept. */
export interface Entry {
  /** Rejects when there is one that cannot be read. */
  read(): Promise<LoginRecord | undefined>;
  /** Changes from one record to another are seen in it. */
  stamp(): Promise<string>;
  /**
   * Changes the record, one process after the other. Resolves with what is kept then, which is somebody else's when that is
   * newer. Rejects with what `change` does, or when it cannot be written.
   */
  update(change: Change): Promise<LoginRecord | undefined>;
}

/** A login in an encrypted private file. */
export class FileEntry implements Entry {
  readonly #folder: string;
  readonly #id: string;
  readonly #vault: Vault;

  constructor(folder: string, id: string, vault: Vault) {
    this.#folder = folder;
    this.#id = id;
    this.#vault = vault;
  }

  async read(): Promise<LoginRecord | undefined> {
    let text: string;
    try {
      if ((await stat(this.#file)).size > maxBytes) throw new Error('it is too large');
      text = await readFile(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unreadable(error);
    }
    try {
      return asRecord(JSON.parse(await this.#vault.open(this.#id, text)));
    } catch (error) {
      throw unreadable(error);
    }
  }

  async stamp(): Promise<string> {
    const { mtimeMs, size, ino } = await stat(this.#file).catch(() => ({ mtimeMs: 0, size: 0, ino: 0 }));
    return `${ino}-${mtimeMs}-${size}`;
  }

  async update(change: Change): Promise<LoginRecord | undefined> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const turn = await Turn.wait(this.#folder, this.#id, turnMs);
    if (turn === undefined) {
      throw new McpxError(
        'UPSTREAM_UNAVAILABLE',
        `another process has been busy with its login for ${turnMs / 1000} s`,
      );
    }
    try {
      // one that cannot be read is no reason not to log in anew
      const current = await this.read().catch(() => undefined);
      const next = await change(current);
      if (next === current) return current;
      // The turn is only as good as our knowledge of other processes: what they wrote stays.
      const meanwhile = await this.read().catch(() => undefined);
      if (meanwhile !== undefined && meanwhile.version !== current?.version) return meanwhile;
      if (next === undefined) await rm(this.#file, { force: true });
      else await this.#write({ ...next, version: (current?.version ?? 0) + 1 });
      return this.read();
    } finally {
      turn.leave();
    }
  }

  async #write(record: LoginRecord): Promise<void> {
    await replaceFile(this.#file, await this.#vault.seal(this.#id, JSON.stringify(record)));
  }

  get #file(): string {
    return join(this.#folder, `${this.#id}.login`);
  }
}

/** A login that ends with this process. */
export class MemoryEntry implements Entry {
  #record?: LoginRecord;
  #turn: Promise<unknown> = Promise.resolve();

  async read(): Promise<LoginRecord | undefined> {
    return this.#record;
  }

  async stamp(): Promise<string> {
    return String(this.#record?.version);
  }

  update(change: Change): Promise<LoginRecord | undefined> {
    const updated = this.#turn.then(async () => {
      const current = this.#record;
      const next = await change(current);
      if (next !== current) this.#record = next && { ...next, version: (current?.version ?? 0) + 1 };
      return this.#record;
    });
    this.#turn = updated.catch(() => {}); // who asked for it is told
    return updated;
  }
}

function unreadable(error: unknown): McpxError {
  const why = error instanceof Error ? error.message : String(error);
  return new McpxError('LOGIN_FAILED', `the login that is kept for it cannot be read: ${why}`, {
    help: 'Unlock the system keychain, or log in again.',
    cause: error,
  });
}
