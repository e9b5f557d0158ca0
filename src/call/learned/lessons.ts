import { readFile, stat } from 'node:fs/promises';
import { replaceFile } from '../../replace-file.ts';

/** After this query that tool was called; `at`: when last, in milliseconds of the epoch. */
interface Lesson {
  server: string;
  tool: string;
  query: string;
  at: number;
}

/** The queries that tools of one server answered, by tool, newest first. Never changed: another takes its place. */
export type ServerLessons = Readonly<Record<string, readonly string[]>>;

const maxLessons = 2_000;
const maxPerTool = 8;
const maxQuery = 200;
const maxBytes = 4_194_304;
/** What has not come up again for so long is forgotten, in milliseconds. */
const lastingMs = 60 * 24 * 3600 * 1000;
/** What was taught within this time need not be taught again. */
const freshMs = 3600 * 1000;

/** What one principal's calls have taught, kept in a private file. What goes wrong with it costs no call and no search. */
export class Lessons {
  readonly #file?: string;
  readonly #now: () => number;
  /** When each query was last taught, newest first, by server and tool. */
  readonly #known = new Map<string, Map<string, Map<string, number>>>();
  #count = 0;
  /** What was made of it, by server. */
  readonly #made = new Map<string, ServerLessons>();
  #saving: Promise<void> = Promise.resolve();
  #isDue = false;
  /** Another number whenever something was learned. */
  version = 0;

  constructor(file: string | undefined, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  async load(): Promise<void> {
    for (const lesson of await this.#kept()) this.#put(lesson);
  }

  /** The same object until something of that server is learned. */
  of(server: string): ServerLessons {
    const made = this.#made.get(server) ?? this.#make(server);
    this.#made.set(server, made);
    return made;
  }

  learn(server: string, tool: string, query: string): void {
    const lesson = { server, tool, query: query.slice(0, maxQuery), at: this.#now() };
    const before = this.#known.get(server)?.get(tool)?.get(lesson.query) ?? 0;
    if (lesson.at - before < freshMs) return;
    this.#put(lesson);
    if (this.#isDue) return;
    this.#isDue = true;
    this.#saving = this.#saving.then(() => this.#save()).catch(() => {}); // taught again in the next run
  }

  /** Resolves when all is written. */
  saved(): Promise<void> {
    return this.#saving;
  }

  #put({ server, tool, query, at: told }: Lesson): void {
    const at = Math.min(told, this.#now()); // a clock may have been wrong
    const tools = this.#known.get(server) ?? new Map<string, Map<string, number>>();
    const queries = tools.get(tool) ?? new Map<string, number>();
    if (at <= Math.max(queries.get(query) ?? 0, this.#now() - lastingMs)) return;
    const lasting = [...queries].filter(([other, at]) => other !== query && at > this.#now() - lastingMs);
    const newest = [...lasting, [query, at] as const].sort(([, a], [, b]) => b - a).slice(0, maxPerTool);
    this.#known.set(server, tools.set(tool, new Map(newest)));
    this.#count += newest.length - queries.size;
    this.#made.delete(server);
    this.version++;
    if (this.#count > maxLessons) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const { server, tool, query } = [...this.#lessons()].reduce((a, b) => (b.at < a.at ? b : a));
    const tools = this.#known.get(server)!;
    const queries = tools.get(tool)!;
    queries.delete(query);
    if (queries.size === 0) tools.delete(tool);
    if (tools.size === 0) this.#known.delete(server);
    this.#count--;
    this.#made.delete(server);
  }

  *#lessons(): Generator<Lesson> {
    for (const [server, tools] of this.#known) {
      for (const [tool, queries] of tools)
        for (const [query, at] of queries) yield { server, tool, query, at };
    }
  }

  #make(server: string): ServerLessons {
    const tools = [...(this.#known.get(server) ?? [])];
    return Object.fromEntries(tools.map(([tool, queries]) => [tool, [...queries.keys()]]));
  }

  async #save(): Promise<void> {
    this.#isDue = false;
    if (this.#file === undefined) return;
    for (const lesson of await this.#kept()) this.#put(lesson); // another process of the same principal may have learned something
    await replaceFile(this.#file, JSON.stringify([...this.#lessons()]));
  }

  async #kept(): Promise<Lesson[]> {
    try {
      const file = this.#file;
      if (file === undefined || (await stat(file)).size > maxBytes) return [];
      const rows: unknown = JSON.parse(await readFile(file, 'utf8'));
      return Array.isArray(rows) ? rows.filter(isLesson) : [];
    } catch {
      return []; // none yet
    }
  }
}

function isLesson(row: unknown): row is Lesson {
  const { server, tool, query, at } = (row ?? {}) as Record<string, unknown>;
  return [server, tool, query].every(text => typeof text === 'string') && Number.isFinite(at);
}
