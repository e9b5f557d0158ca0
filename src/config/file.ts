import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { McpxError } from '../errors.ts';
import { nameFor } from '../paths.ts';
import { Turn } from '../turn.ts';
import { Backups } from './backups.ts';
import { check } from './check.ts';
import { parseDocument } from './document.ts';
import { invalid, largestFile, versionOf } from './load.ts';
import { readBytes, reasonOf, textOf } from './read.ts';
import { replaceContent } from './replace.ts';
import type { Problem } from './types.ts';

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
  /** Only a text without any error is written; else one that has no error which was not there before. */
  strict?: boolean;
}

export interface Written extends Source {
  /** Whether anything was written. */
  changed: boolean;
  /** Where the text before is kept; absent where there was none or it could not be kept. */
  backup?: string;
}

/** How long other processes may be at a change, in milliseconds; one takes a few. */
const turnMs = 15_000;

/** What a new file is made of. */
const emptyText = '{\n}\n';

const mark = Buffer.from('\ufeff');

/** The configuration file as something to be changed. Everything of ours that changes it does so here. */
export class ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly #stateFolder: string;

  constructor(path: string, stateFolder: string) {
    this.path = path;
    this.#stateFolder = stateFolder;
  }

  /** Throws CONFIG_INVALID when it cannot be read. */
  async read(): Promise<Source> {
    const { text, version } = await this.#read();
    return { text, version };
  }

  /**
   * Writes another text in one step. Throws CONFIG_CONFLICT with the Source that stands there when that is not the
   * version asked for, CONFIG_INVALID when the new text cannot be used, CONFIG_NOT_WRITTEN when it cannot be written.
   */
  async change(change: Change): Promise<Written> {
    const folder = join(this.#stateFolder, 'changes');
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

  async #change({ edit, version: wanted, strict = false }: Change): Promise<Written> {
    for (;;) {
      const { bytes, text, version } = await this.#read();
      if (wanted !== undefined && wanted !== version) throw this.#conflict({ text, version });
      if (!strict) this.#mustBeReadable(text);
      const next = edit(text);
      if (next === text && bytes !== undefined) return { text, version, changed: false };
      this.#mustBeUsable(next, strict ? undefined : text);
      if ((await this.#read()).version !== version) continue; // somebody who knows nothing of locks was faster
      const backup = bytes && (await this.#keep(bytes));
      const marked = bytes?.subarray(0, mark.length).equals(mark) === true;
      await this.#write(Buffer.concat([marked ? mark : Buffer.alloc(0), Buffer.from(next)]));
      return { text: next, version: versionOf(next), changed: true, backup };
    }
  }

  async #read(): Promise<Source & { bytes?: Buffer }> {
    try {
      const bytes = await readBytes(this.path, largestFile);
      const text = textOf(bytes);
      return { bytes, text, version: versionOf(text) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { text: emptyText, version: '' };
      throw invalid([this.#problem(`the configuration ${reasonOf(error)}`)], error);
    }
  }

  /** A text whose syntax is broken cannot be changed in one place. */
  #mustBeReadable(text: string): void {
    const { broken, errors } = parseDocument(this.path, text);
    if (broken) throw invalid(errors);
  }

  /** `before`: its errors may stay; a text with none at all is wanted when it is left out. */
  #mustBeUsable(text: string, before: string | undefined): void {
    const { errors } = check(parseDocument(this.path, text));
    const known = before === undefined ? [] : check(parseDocument(this.path, before)).errors;
    const messages = new Set(known.map(({ message }) => message));
    const added = errors.filter(({ message }) => !messages.has(message));
    if (added.length > 0) throw invalid(added);
  }

  async #keep(bytes: Buffer): Promise<string | undefined> {
    try {
      return await new Backups(this.path, this.#stateFolder).keep(bytes);
    } catch {
      return undefined; // whoever asked for the change is told that there is none
    }
  }

  async #write(content: Buffer): Promise<void> {
    try {
      await replaceContent(this.path, content);
    } catch (error) {
      throw new McpxError(
        'CONFIG_NOT_WRITTEN',
        `${this.path} cannot be written: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }

  #conflict(source: Source): McpxError {
    return new McpxError('CONFIG_CONFLICT', `${this.path} was changed by somebody else meanwhile.`, {
      data: source,
    });
  }

  #problem(message: string): Problem {
    return { file: this.path, line: 1, column: 1, message };
  }
}
