import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { McpxError } from '../errors.ts';
import { nameFor } from '../paths.ts';
import { Turn } from '../turn.ts';
import { Backups } from './backups.ts';
import { invalid, versionOf } from './load.ts';
import { readBytes, reasonOf, textOf } from './read.ts';
import { replaceContent } from './replace.ts';

/** What stands in the file. */
export interface Source {
  text: string;
  /** See `versionOf`; empty while there is no file. */
  version: string;
}

export interface Change {
  /** The new text. May be called again when somebody else has written meanwhile. */
  edit: (text: string) => string;
  /** The version that the change was made for: another one is a conflict. */
  version?: string;
}

export interface Written extends Source {
  /** Whether anything was written. */
  changed: boolean;
  /** Where the text before is kept; absent where there was none or it could not be kept. */
  backup?: string;
}

interface TextFileOptions {
  stateFolder: string;
  /** In bytes. */
  largest: number;
  /** What a file that is not there is taken for. */
  emptyText: string;
}

/** How long other processes may be at a change, in milliseconds; one takes a few. */
const turnMs = 15_000;

const mark = Buffer.from('\ufeff');

/** A file of settings that others change as well: changed in turn, in one step, with a backup. */
export class TextFile {
  /** Absolute. */
  readonly path: string;
  readonly #options: TextFileOptions;

  constructor(path: string, options: TextFileOptions) {
    this.path = path;
    this.#options = options;
  }

  /** Throws CONFIG_INVALID when it cannot be read. */
  async read(): Promise<Source> {
    const { text, version } = await this.#read();
    return { text, version };
  }

  /**
   * Writes another text in one step. Throws what `edit` throws, CONFIG_CONFLICT with the Source that stands there when
   * that is not the version asked for, CONFIG_INVALID when it cannot be read, CONFIG_NOT_WRITTEN when it cannot be written.
   */
  async change(change: Change): Promise<Written> {
    const folder = join(this.#options.stateFolder, 'changes');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const turn = await Turn.wait(folder, nameFor(this.path), turnMs);
    if (turn === undefined)
      throw new McpxError('CONFIG_CONFLICT', `${this.path} is being changed by somebody else.`);
    try {
      return await this.#change(change);
    } finally {
      turn.leave();
    }
  }

  async #change({ edit, version: wanted }: Change): Promise<Written> {
    for (;;) {
      const { bytes, text, version } = await this.#read();
      if (wanted !== undefined && wanted !== version) throw this.#conflict({ text, version });
      const next = edit(text);
      if (next === text && bytes !== undefined) return { text, version, changed: false };
      if ((await this.#read()).version !== version) continue; // somebody who knows nothing of locks was faster
      const backup = bytes && (await this.#keep(bytes));
      const marked = bytes?.subarray(0, mark.length).equals(mark) === true;
      await this.#write(Buffer.concat([marked ? mark : Buffer.alloc(0), Buffer.from(next)]));
      return { text: next, version: versionOf(next), changed: true, backup };
    }
  }

  async #read(): Promise<Source & { bytes?: Buffer }> {
    try {
      const bytes = await readBytes(this.path, this.#options.largest);
      const text = textOf(bytes);
      return { bytes, text, version: versionOf(text) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        return { text: this.#options.emptyText, version: '' };
      const message = `the configuration ${reasonOf(error)}`;
      throw invalid([{ file: this.path, line: 1, column: 1, message }], error);
    }
  }

  async #keep(bytes: Buffer): Promise<string | undefined> {
    try {
      return await new Backups(this.path, this.#options.stateFolder).keep(bytes);
    } catch {
      return undefined; // whoever asked for the change is told that there is none
    }
  }

  async #write(content: Buffer): Promise<void> {
    try {
      await replaceContent(this.path, content);
    } catch (cause) {
      const message = `${this.path} cannot be written: ${(cause as Error).message}`;
      throw new McpxError('CONFIG_NOT_WRITTEN', message, { cause });
    }
  }

  #conflict(source: Source): McpxError {
    return new McpxError('CONFIG_CONFLICT', `${this.path} was changed by somebody else meanwhile.`, {
      data: source,
    });
  }
}
