import { isObject } from '../json.ts';
import { check, serverSections } from './check.ts';
import { type Document, parseDocument } from './document.ts';
import { invalid, largestFile } from './load.ts';
import { plain } from './plain.ts';
import { type Change, type Source, TextFile, type Written } from './text-file.ts';

interface ConfigChange extends Change {
  /** Only a text without any error is written; else one that has no error which was not there before. */
  strict?: boolean;
}

/** The configuration file as something to be changed. Everything of ours that changes it does so here. */
export class ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly #file: TextFile;

  constructor(path: string, stateFolder: string) {
    this.path = path;
    this.#file = new TextFile(path, { stateFolder, largest: largestFile, emptyText: '{\n}\n' });
  }

  /** Throws CONFIG_INVALID when it cannot be read. */
  read(): Promise<Source> {
    return this.#file.read();
  }

  /** As that of `TextFile`. Throws CONFIG_INVALID also when the new text cannot be used. */
  change({ edit, version, strict = false }: ConfigChange): Promise<Written> {
    return this.#file.change({
      version,
      edit: text => {
        if (!strict) this.#mustBeReadable(text);
        const next = edit(text);
        if (next !== text) this.#mustBeUsable(next, strict ? undefined : text);
        return next;
      },
    });
  }

  /** A text whose syntax is broken, or which has something else where servers should be, cannot be changed in one place. */
  #mustBeReadable(text: string): void {
    const document = parseDocument(this.path, text);
    if (document.broken) throw invalid(document.errors);
    if (!hasServers(document)) throw invalid(check(document).errors);
  }

  /** `before`: its errors may stay; a text with none at all is wanted when it is left out. */
  #mustBeUsable(text: string, before: string | undefined): void {
    const { errors } = check(parseDocument(this.path, text));
    const known = before === undefined ? [] : check(parseDocument(this.path, before)).errors;
    const messages = new Set(known.map(({ message }) => message));
    const added = errors.filter(({ message }) => !messages.has(message));
    if (added.length > 0) throw invalid(added);
  }
}

/** Whether servers, where there are any, stand as they should: each an object, under its name. */
function hasServers({ root }: Document): boolean {
  const whole = plain(root);
  if (!isObject(whole)) return false;
  const sections = serverSections.map(section => whole[section] ?? {});
  return sections.every(section => isObject(section) && Object.values(section).every(isObject));
}
