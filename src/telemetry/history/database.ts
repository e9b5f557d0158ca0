import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type Sqlite from 'libsql';
import { equalities, type Filter, type Page } from './queries.ts';
import { type CallRecord, columns, idAt, type Row, recordOf } from './record.ts';

export interface DatabaseOptions {
  /** Absolute. */
  path: string;
  /** Beyond this the oldest calls make room. */
  maxBytes: number;
  maxAgeMs: number;
}

/** Of the columns; a database with another one is left alone. */
const version = 1;
/** Calls that make room at one time. */
const atATime = 1_000;
/** How often that is done after one batch: a batch is never larger than what this frees. */
const mostTimes = 20;

const names = Object.keys(columns);
const insertion = `INSERT OR IGNORE INTO calls (${names.join()}) SELECT ${names.map((_, index) => `value->>${index}`).join()} FROM json_each(?)`;

/** Calls in a file of SQLite, written by this process alone. All its methods throw what SQLite has to say. */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #sqlite: Sqlite.Database;
  readonly #insert: Sqlite.Statement<unknown[]>;

  constructor(sqlite: typeof Sqlite, options: DatabaseOptions) {
    const { path } = options;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600)); // SQLite would make it readable for others
    this.#options = options;
    this.#sqlite = new sqlite(path, { timeout: 0 });
    for (const setting of settings) this.#sqlite.pragma(setting);
    const found = this.#number('user_version');
    if (found !== 0 && found !== version) throw new Error(`it is of another version of MCPX (${found})`);
    const definition = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    this.#sqlite.exec(`CREATE TABLE IF NOT EXISTS calls (${definition.join()})`);
    this.#sqlite.pragma(`user_version = ${version}`);
    this.#insert = this.#sqlite.prepare(insertion);
  }

  /** Writes all of them or, when it throws, none. The oldest make room. */
  add(rows: Row[]): void {
    this.#insert.run(JSON.stringify(rows.map(row => row.map(wellFormed))));
    for (let times = 0; times < mostTimes && this.#bytes > this.#options.maxBytes; times++) this.#drop('');
  }

  /** The calls that fit, the latest first. */
  source(filter: Filter, { before, limit, payloads = false }: Page): CallRecord[] {
    const { since = 0, until } = filter;
    const end = until === undefined ? Number.MAX_SAFE_INTEGER : idAt(until);
    const asked = equalities.filter(name => filter[name] !== undefined);
    const conditions = asked.map(name => ` AND ${name} = ?`).join('');
    const values = names.map(name => (payloads || !isPayload(name) ? name : 'NULL'));
    const fitting = `SELECT * FROM calls WHERE id >= ? AND id < ?${conditions} ORDER BY id DESC LIMIT ?`;
    const query = `SELECT CAST(json_group_array(json_array(${values.join()})) AS BLOB) FROM (${fitting})`;
    const given = [idAt(since), Math.min(end, before ?? end), ...asked.map(name => filter[name]), limit];
    const [[json] = ['[]']] = this.#sqlite
      .prepare(query)
      .raw()
      .all(...given) as [Buffer][];
    return (JSON.parse(json.toString()) as Row[]).map(recordOf);
  }

  /** Drops calls that are too old, or too many; true when there may be more of them. */
  prune(): boolean {
    const { maxAgeMs, maxBytes } = this.#options;
    const dropped = this.#drop(`WHERE id < ${idAt(Date.now() - maxAgeMs)}`);
    if (this.#bytes > maxBytes) this.#drop('');
    this.#sqlite.pragma('incremental_vacuum(1000)');
    return dropped === atATime || this.#bytes > maxBytes;
  }

  /** Of the oldest calls that fit. Returns how many it were. */
  #drop(condition: string): number {
    const oldest = `SELECT id FROM calls ${condition} ORDER BY id LIMIT ${atATime}`;
    return this.#sqlite.prepare(`DELETE FROM calls WHERE id IN (${oldest})`).run().changes;
  }

  /** Of pages that are in use. */
  get #bytes(): number {
    return (this.#number('page_count') - this.#number('freelist_count')) * this.#number('page_size');
  }

  #number(pragma: string): number {
    const [[value] = [0]] = this.#sqlite.prepare(`PRAGMA ${pragma}`).raw().all() as [number][];
    return value;
  }
}

/** libsql ends the process over half a character; a whole page as one blob is read as it is, whatever stands in it. */
function wellFormed(value: Row[number]): Row[number] {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function isPayload(name: string): boolean {
  return name === 'arguments' || name === 'result';
}

const settings = [
  'auto_vacuum = INCREMENTAL', // before the first table
  'locking_mode = EXCLUSIVE', // for as long as it is open: whoever comes second is told so at once
  'journal_mode = WAL',
  'synchronous = NORMAL', // a crash of the machine may cost the last calls, never the database
  'cache_size = -1024', // KiB
  'wal_autocheckpoint = 256',
  'journal_size_limit = 1048576',
];
