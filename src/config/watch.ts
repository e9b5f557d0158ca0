import { type FSWatcher, watch } from 'node:fs';
import { readlink, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';

export interface FileWatchOptions {
  /** Called when something has probably changed. Who is told should `follow` again: links may lead elsewhere now. */
  onchange: () => void;
  /** A pause this long ends a burst of changes, in milliseconds. */
  quietMs?: number;
  /** A burst that does not end is told of after so long. */
  patienceMs?: number;
  /** How often files are looked at where the system does not tell of changes: network folders, mounts, lost events. */
  pollMs?: number;
  /** Whether the system is asked to tell; else files are only looked at. */
  native?: boolean;
}

/** No path leads over more symbolic links than this. */
const maxLinks = 40;

/**
 * Watches files by their names, whatever is done to them: written in place, replaced by a rename, removed, made anew, or
 * reached over a symbolic link that is pointed elsewhere.
 */
export class FileWatch {
  readonly #options: Required<FileWatchOptions>;
  #files: string[] = [];
  #watchers: FSWatcher[] = [];
  readonly #poller: NodeJS.Timeout;
  #timer?: NodeJS.Timeout;
  #burstSince?: number;
  /** What the files looked like when they were last told of. */
  #seen = '';
  /** How often it has been told: a look from before says nothing after. */
  #turn = 0;
  #following: Promise<void> = Promise.resolve();
  #closed = false;

  constructor({
    quietMs = 100,
    patienceMs = 1_000,
    pollMs = 2_000,
    native = true,
    ...rest
  }: FileWatchOptions) {
    this.#options = { quietMs, patienceMs, pollMs, native, ...rest };
    this.#poller = setInterval(() => void this.#poll(), pollMs).unref();
  }

  /**
   * From now on these files, absolute, are watched. They need not be there. Resolves when they are; what has changed
   * since they were last told of, or was never looked at, is told of soon after.
   */
  follow(files: string[]): Promise<void> {
    this.#files = [...new Set(files)];
    this.#following = this.#following.then(() => this.#arm());
    return this.#following;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poller);
    clearTimeout(this.#timer);
    this.#disarm();
  }

  async #arm(): Promise<void> {
    const names = await namesOnTheWay(this.#files);
    this.#disarm();
    if (this.#closed) return;
    if (this.#options.native) for (const [folder, inIt] of names) this.#watch(folder, inIt);
    await this.#poll(); // what changed before we watched
  }

  #disarm(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #watch(folder: string, names: Set<string>): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || names.has(name) || name === basename(folder)) this.#changed();
      });
      watcher.on('error', () => watcher.close()); // the folder is gone, or cannot be watched: it is polled
      this.#watchers.push(watcher);
    } catch {
      // no such folder, or the system has no more watches: it is polled
    }
  }

  async #poll(): Promise<void> {
    const turn = this.#turn;
    const look = await this.#look();
    if (turn === this.#turn && look !== this.#seen) this.#changed();
  }

  /** Tells once for a burst. */
  #changed(): void {
    if (this.#closed) return;
    const now = performance.now();
    this.#burstSince ??= now;
    const left = this.#burstSince + this.#options.patienceMs - now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(), Math.max(0, Math.min(this.#options.quietMs, left)));
    this.#timer.unref();
  }

  async #tell(): Promise<void> {
    this.#burstSince = undefined;
    this.#turn++;
    this.#seen = await this.#look(); // before it is read: what changes while it is read is told of again
    if (this.#closed) return;
    this.#options.onchange();
  }

  async #look(): Promise<string> {
    const looks = await Promise.all(
      this.#files.map(file =>
        stat(file, { bigint: true }).then(
          ({ dev, ino, size, mtimeNs, ctimeNs }) => [file, dev, ino, size, mtimeNs, ctimeNs].join(),
          () => file,
        ),
      ),
    );
    return looks.join('\n');
  }
}

/** Folders, and the names in them that lead to one of `files`: the files themselves and every link on the way. */
async function namesOnTheWay(files: string[]): Promise<Map<string, Set<string>>> {
  const names = new Map<string, Set<string>>();
  for (const file of files) {
    let path = file;
    for (let links = 0; links < maxLinks; links++) {
      const link = await firstLink(path);
      const on = link?.link ?? path;
      const inFolder = names.get(dirname(on)) ?? new Set();
      names.set(dirname(on), inFolder.add(basename(on)));
      if (link === undefined) break;
      path = link.resolved;
    }
  }
  return names;
}

/** The first symbolic link on the way to `path`, and the path with that one replaced by where it leads. */
async function firstLink(path: string): Promise<{ link: string; resolved: string } | undefined> {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = await firstLink(parent);
  if (above !== undefined) return { ...above, resolved: resolve(above.resolved, basename(path)) };
  try {
    return { link: path, resolved: resolve(parent, await readlink(path)) };
  } catch {
    return undefined; // no link, or not there yet
  }
}
