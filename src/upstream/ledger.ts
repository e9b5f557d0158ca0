import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../proc.ts';
import { endGroup, groupAlive } from './group.ts';
import { type Owner, ourselves } from './marker.ts';
import { startTimes } from './start-times.ts';

/** A process that leads a group, and when it was started, in milliseconds since 1970. */
export interface Noted {
  pid: number;
  startedAt: number;
}

const folderOf = (stateFolder: string) => join(stateFolder, 'processes');

/** A private file of what we have started, for the gateway that comes after us, where processes have no markers. */
export class Ledger {
  readonly #folder: string;
  readonly #file: string;
  #latest: readonly Noted[] = [];
  #writing = false;
  #stale = false;
  #removed = false;

  constructor(stateFolder: string, { pid, start }: Pick<Owner, 'pid' | 'start'> = ourselves()) {
    this.#folder = folderOf(stateFolder);
    this.#file = join(this.#folder, `${pid}-${start}.json`);
  }

  /** What runs now. Written at once; while a writing goes on, the last of several. */
  note(running: readonly Noted[]): void {
    this.#latest = running;
    this.#stale = true;
    if (!this.#writing && !this.#removed) void this.#write();
  }

  /** Nothing of ours runs any more, and nothing will be noted again. Synchronous: for the moment of our exit. */
  remove(): void {
    this.#removed = true;
    try {
      for (const file of [this.#file, `${this.#file}.new`]) rmSync(file, { force: true });
    } catch {
      // the next sweep removes it
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      while (this.#stale && !this.#removed) {
        this.#stale = false;
        await writeFile(`${this.#file}.new`, JSON.stringify(this.#latest), { mode: 0o600 });
        await rename(`${this.#file}.new`, this.#file);
      }
    } catch {
      // without the file the watchdog is all there is
    }
    this.#writing = false;
    if (this.#removed) this.remove();
  }
}

interface Left {
  file: string;
  owner: Noted;
  children: Noted[];
}

const maxFiles = 1_000;
const maxBytes = 1024 * 1024;
const maxChildren = 10_000;

/** How exactly the system tells when a process started, in milliseconds. */
const exactMs = 2_000;

/** How long a group has after SIGTERM. */
const termMs = 1_000;

/** Ends what is noted in the files of owners that are dead, and removes those files. Returns the pids that have ended. */
export async function sweepNoted(stateFolder: string): Promise<number[]> {
  const files = await leftIn(folderOf(stateFolder));
  const asked = files.flatMap(({ owner, children }) => [owner.pid, ...children.map(({ pid }) => pid)]);
  const times = asked.length === 0 ? undefined : await startTimes([...new Set(asked)]);
  if (times === undefined) return []; // not known is not dead
  const runs = ({ pid, startedAt }: Noted) => Math.abs((times.get(pid) ?? Number.NaN) - startedAt) <= exactMs;
  const dead = files.filter(({ owner }) => !runs(owner) && (times.has(owner.pid) || !exists(owner.pid)));
  const orphans = dead
    .flatMap(({ children }) => children.filter(runs))
    .filter(({ pid }) => pid !== process.pid);
  await Promise.all(orphans.map(({ pid }) => endGroup(pid, () => !groupAlive(pid), 0, termMs)));
  await Promise.all(dead.map(({ file }) => rm(file, { force: true })));
  return orphans.map(({ pid }) => pid).filter(pid => !groupAlive(pid));
}

async function leftIn(folder: string): Promise<Left[]> {
  const names = await readdir(folder).catch(() => []); // nobody has noted anything yet
  const files = names.slice(0, maxFiles).map(async name => {
    const [, pid, startedAt] = /^([1-9]\d{0,9})-(\d{1,15})\.json(?:\.new)?$/.exec(name) ?? [];
    if (startedAt === undefined) return [];
    const file = join(folder, name);
    return [{ file, owner: { pid: Number(pid), startedAt: Number(startedAt) }, children: await read(file) }];
  });
  return (await Promise.all(files)).flat();
}

async function read(file: string): Promise<Noted[]> {
  try {
    if ((await stat(file)).size > maxBytes) return [];
    const noted: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(noted) ? noted.slice(0, maxChildren).filter(isNoted) : [];
  } catch {
    return []; // gone meanwhile, or half of one
  }
}

/** No process that leads a group of ours has pid 1; and to signal "group 1" means everybody. */
function isNoted(value: unknown): value is Noted {
  const { pid, startedAt } = (value ?? {}) as Partial<Noted>;
  return Number.isInteger(pid) && (pid as number) > 1 && Number.isInteger(startedAt);
}
