import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Source, TextFile } from '../config/text-file.ts';
import { McpxError } from '../errors.ts';
import { isObject } from '../json.ts';
import { replaceFile } from '../replace-file.ts';
import { type ClientFile, largestFile } from './find.ts';
import { type Editor, editorOf, type Standing, serversIn } from './text.ts';

type Plain = Record<string, unknown>;

/** Under which MCPX stands in a client's file. */
export const ourName = 'mcpx';

/** What was done to a client's file, so that it can be undone; kept in the state folder, only for its user. */
interface Installation {
  /** Version of the file as we left it. */
  version: string;
  /** What stood there before; null when there was no file. */
  before: string | null;
  /** MCPX as it was written there. */
  entry: Plain;
  /** What was taken out: servers by name, one of our name among them if there was one. */
  taken: Record<string, Plain>;
}

export interface Changed {
  file: string;
  changed: boolean;
  /** Where the text before is kept, beside what `uninstall` needs. */
  backup?: string;
}

export interface Uninstalled extends Changed {
  /** The file is again what it was; else only what we had changed was undone. */
  restored: boolean;
}

/** Puts MCPX into a file of a client, and takes it out again. */
export class Installer {
  readonly #file: TextFile;
  readonly #record: string;
  readonly #client: ClientFile;

  constructor(file: ClientFile, stateFolder: string) {
    this.#client = file;
    this.#file = new TextFile(file.path, { stateFolder, largest: largestFile, emptyText: '' });
    const name = createHash('sha256').update(file.path).digest('hex').slice(0, 32);
    this.#record = join(stateFolder, 'installs', `${name}.json`);
  }

  /** Writes `entry` into the file, without the servers that `moved` names. */
  async install(entry: Plain, moved: readonly string[] = []): Promise<Changed> {
    const { path } = this.#client;
    const editor = await this.#editor();
    const source = await this.#file.read();
    const earlier = await this.#installation();
    const standing = await this.#standing(source);
    const before = earlier === undefined ? origin(source) : originOf(earlier, source, standing, editor);
    const gone = standing.filter(({ name }) => moved.includes(name) || name === ourName);
    const taken = { ...earlier?.taken, ...valuesOf(gone, earlier?.entry) };
    await this.#keep({ version: '', before, entry, taken }); // known before anything is changed
    const changing = this.#file.change({
      version: source.version,
      edit: text => {
        const rest = moved.reduce((left, name) => editor.withoutServer(left, name), text);
        return editor.withServer(rest, ourName, entry);
      },
    });
    const { version, changed, backup } = await changing.catch(async thrown => {
      await (earlier === undefined ? this.#forget() : this.#keep(earlier)); // nothing was changed after all
      throw thrown;
    });
    await this.#keep({ version, before, entry, taken });
    return { file: path, changed, backup };
  }

  /** Undoes what `install` did. Throws NOT_INSTALLED where it did nothing. */
  async uninstall(): Promise<Uninstalled> {
    const { path, client } = this.#client;
    const installation = await this.#installation();
    if (installation === undefined)
      throw new McpxError('NOT_INSTALLED', `MCPX was not put into ${path} (${client.title}).`);
    const editor = await this.#editor();
    const source = await this.#file.read();
    const restored = source.version === installation.version;
    if (restored && installation.before === null) {
      await rm(path, { force: true });
      await this.#forget();
      return { file: path, changed: true, restored };
    }
    const standing = await this.#standing(source);
    const { changed, backup } = await this.#file.change({
      version: source.version,
      edit: text => (restored ? installation.before! : undone(installation, text, standing, editor)),
    });
    await this.#forget();
    return { file: path, changed, backup, restored };
  }

  #standing({ text }: Source): Promise<Standing[]> {
    const { client, path } = this.#client;
    return serversIn({ ...client, sections: [client.sections[0]!] }, path, text);
  }

  #editor(): Promise<Editor> {
    return editorOf(this.#client.client, this.#client.path);
  }

  async #installation(): Promise<Installation | undefined> {
    const text = await readFile(this.#record, 'utf8').catch(() => undefined); // nothing was installed
    const read: unknown = text === undefined ? undefined : JSON.parse(text);
    return isObject(read) ? (read as unknown as Installation) : undefined;
  }

  async #keep(installation: Installation): Promise<void> {
    await mkdir(dirname(this.#record), { recursive: true, mode: 0o700 });
    await replaceFile(this.#record, JSON.stringify(installation, exact));
  }

  async #forget(): Promise<void> {
    await rm(this.#record, { force: true });
  }
}

/** TOML has numbers that JSON has none for; no setting of a server needs one. */
function exact(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function origin({ text, version }: Source): string | null {
  return version === '' ? null : text;
}

/** What the file would be without us, where it was installed into before. */
function originOf(
  earlier: Installation,
  source: Source,
  standing: Standing[],
  editor: Editor,
): string | null {
  if (source.version === earlier.version) return earlier.before;
  return source.version === '' ? null : undone(earlier, source.text, standing, editor);
}

/** `text` without our entry and with what was taken out, unless somebody has put something else there. */
function undone({ entry, taken }: Installation, text: string, standing: Standing[], editor: Editor): string {
  const names = new Set(standing.map(({ name }) => name));
  const ours = standing.find(({ name }) => name === ourName);
  const isOurs = ours !== undefined && isDeepStrictEqual(ours.own, entry);
  const rest = isOurs ? editor.withoutServer(text, ourName) : text;
  return Object.entries(taken)
    .filter(([name]) => !names.has(name) || (name === ourName && isOurs))
    .reduce((left, [name, value]) => editor.withServer(left, name, value), rest);
}

function valuesOf(standing: Standing[], ours: Plain | undefined): Record<string, Plain> {
  const others = standing.filter(({ name, own }) => name !== ourName || !isDeepStrictEqual(own, ours));
  return Object.fromEntries(others.map(({ name, own }) => [name, own]));
}
