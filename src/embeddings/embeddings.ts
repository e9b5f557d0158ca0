import { join } from 'node:path';
import type { Config, EmbeddingSettings, ProxySettings } from '../config/types.ts';
import { textOf } from '../search/entry-text.ts';
import type { Entry } from '../search/index.ts';
import { publish } from '../telemetry/events.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointError } from './endpoint-error.ts';
import { Matrix } from './matrix.ts';
import { keyOf, quantized, Vectors } from './vectors.ts';

/** Tools that one query finds. */
const maxNear = 50;
/** Texts in one request, and how long it may take: nobody waits for those of tools. */
const batchSize = 32;
const batchMs = 60_000;
const maxQueries = 500;
/** Texts that an endpoint does not take, and how often in a row it may say so before it counts as failing. */
const maxRefused = 10_000;
const mostRefusals = 50;
/** Vectors are written after so many requests, and after the last one. */
const savedEvery = 32;
/** Tools of one catalog that are looked at; those beyond are found by words alone. */
const maxEntries = 15_000;
/** After a failure the endpoint is left alone for so long, in milliseconds; after each further one for twice that. */
const firstPauseMs = 10_000;
const longestPauseMs = 300_000;

interface EmbeddingsReport {
  state: 'working' | 'failing';
  /** Why it fails. */
  reason?: string;
  /** Texts whose vectors are known. */
  vectors: number;
  /** Tools that still wait for theirs. */
  waiting: number;
}

interface EmbeddingsOptions {
  settings: EmbeddingSettings;
  proxy: ProxySettings;
  /** Where vectors are kept between runs; nowhere when left out. */
  folder?: string;
  /** Milliseconds of a clock that never jumps; that of `performance` when left out. */
  now?: () => number;
}

/** Those that `config` asks for; vectors are kept in `stateFolder`, where there is one. */
export function embeddingsFor({ gateway, proxy }: Config, stateFolder?: string): Embeddings | undefined {
  const settings = gateway.search.embeddings;
  const folder = stateFolder && join(stateFolder, 'embeddings');
  return settings && new Embeddings({ settings, proxy, folder });
}

/**
 * Tells which tools are near a query in meaning, by the vectors that an endpoint makes of both. Those of tools are made
 * once and kept. Never rejects: where the endpoint is slow, down or not yet done, there is no answer.
 */
export class Embeddings {
  readonly #settings: EmbeddingSettings;
  readonly #proxy: ProxySettings;
  readonly #now: () => number;
  /** Loaded when it is first asked. */
  #endpoint?: Promise<Endpoint>;
  readonly #vectors: Vectors;
  #queries = new Map<string, Float32Array>();
  /** Texts of tools whose vectors are to be made, by key; and those that the endpoint does not take. */
  readonly #wanted = new Map<string, string>();
  readonly #refused = new Set<string>();
  /** Times in a row that the endpoint took nothing. */
  #refusals = 0;
  /** Whether there are vectors that are not on disk. */
  #isNew = false;
  readonly #keys = new WeakMap<Entry, string>();
  #matrices = new WeakMap<readonly Entry[], Matrix<Entry>>();
  #loaded?: Promise<void>;
  #making?: Promise<void>;
  #failure?: { reason: string; pauseMs: number; ends: number };
  #closed = false;

  constructor({ settings, proxy, folder, now }: EmbeddingsOptions) {
    const { url, model, dimensions, toolPrefix } = settings;
    this.#settings = settings;
    this.#proxy = proxy;
    this.#now = now ?? (() => performance.now());
    this.#vectors = new Vectors(folder, JSON.stringify([url, model, dimensions, toolPrefix]));
  }

  /**
   * For each query the tools of `entries` that are nearest to it, nearest first. Undefined while the vectors of some are
   * being made, which begins with this, and where those of the queries are not to be had in `timeoutMs`.
   */
  async near(queries: readonly string[], entries: readonly Entry[]): Promise<Entry[][] | undefined> {
    await this.#load();
    const matrix = this.#matrixOf(entries);
    if (matrix === undefined || matrix.dimensions === 0) return undefined;
    const vectors = await this.#meanings(queries);
    if (vectors?.some(({ length }) => length !== matrix.dimensions)) return this.#forget();
    return vectors?.map(vector => matrix.nearest(vector, maxNear));
  }

  /** Begins to make the vectors of `entries`. Resolves when all are there, or the endpoint fails. */
  async prepare(entries: readonly Entry[]): Promise<void> {
    await this.#load();
    if (this.#matrixOf(entries) === undefined) await this.#making;
  }

  get report(): EmbeddingsReport {
    const counts = { vectors: this.#vectors.size, waiting: this.#wanted.size };
    if (this.#failure === undefined) return { state: 'working', ...counts };
    return { state: 'failing', reason: this.#failure.reason, ...counts };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#endpoint?.then(endpoint => endpoint.close()).catch(() => {}); // one that could not be opened
    await this.#making;
  }

  /** The model has become another one. */
  #forget(): undefined {
    this.#vectors.clear();
    this.#queries.clear();
    this.#matrices = new WeakMap();
  }

  #load(): Promise<void> {
    this.#loaded ??= this.#vectors.load();
    return this.#loaded;
  }

  /** Undefined where vectors are missing; then they are made. */
  #matrixOf(entries: readonly Entry[]): Matrix<Entry> | undefined {
    const known = this.#matrices.get(entries);
    if (known !== undefined) return known;
    const read = entries.slice(0, maxEntries);
    if (this.#making === undefined) this.#wanted.clear(); // what others wanted they will want again
    const vectors = read.map(entry => {
      const key = this.#keyOf(entry);
      const vector = this.#vectors.get(key);
      if (vector === undefined && !this.#refused.has(key)) this.#wanted.set(key, this.#textOf(entry));
      return vector;
    });
    if (this.#wanted.size > 0) {
      this.#making ??= this.#make().finally(() => {
        this.#making = undefined;
      });
      return undefined;
    }
    const matrix = new Matrix(read, vectors);
    this.#matrices.set(entries, matrix);
    return matrix;
  }

  #keyOf(entry: Entry): string {
    const key = this.#keys.get(entry) ?? keyOf(this.#textOf(entry));
    this.#keys.set(entry, key);
    return key;
  }

  #textOf(entry: Entry): string {
    return this.#settings.toolPrefix + textOf(entry);
  }

  /** Makes the vectors that are wanted, until all are there or the endpoint fails. */
  async #make(): Promise<void> {
    for (let batches = 1; this.#wanted.size > 0; batches++) {
      if (!(await this.#makeSome(first(this.#wanted, batchSize)))) break;
      if (batches % savedEvery === 0) await this.#save();
    }
    await this.#save();
  }

  async #save(): Promise<void> {
    if (!this.#isNew) return;
    this.#isNew = false;
    await this.#vectors.save();
  }

  /** False when the endpoint fails. Texts that it does not take are found one by one and left out. */
  async #makeSome(texts: [key: string, text: string][]): Promise<boolean> {
    const made = await this.#ask(
      texts.map(([, text]) => text),
      batchMs,
    );
    if (made === undefined) return false;
    if (made instanceof EndpointError && texts.length > 1) {
      for (const text of texts) if (!(await this.#makeSome([text]))) return false;
      return this.#vectors.size > 0 || this.#fail(made);
    }
    for (const [index, [key]] of texts.entries()) {
      if (made instanceof EndpointError) this.#refuse(key);
      else this.#vectors.set(key, quantized(made[index]!));
      this.#isNew ||= Array.isArray(made);
      this.#wanted.delete(key);
    }
    return true;
  }

  /** It is not asked for again for a while: not until the endpoint has failed, or so many others were refused. */
  #refuse(key: string): void {
    if (this.#refused.size >= maxRefused) this.#refused.clear();
    this.#refused.add(key);
  }

  /** What the queries mean, from the endpoint where it has not been asked before. */
  async #meanings(queries: readonly string[]): Promise<Float32Array[] | undefined> {
    const { queryPrefix, timeoutMs } = this.#settings;
    const known = new Map(this.#queries);
    const unknown = [...new Set(queries)].filter(query => !known.has(query));
    if (unknown.length > 0) {
      const made = await this.#ask(
        unknown.map(query => queryPrefix + query),
        timeoutMs,
      );
      if (made === undefined || made instanceof EndpointError) return undefined;
      for (const [index, query] of unknown.entries()) known.set(query, made[index]!);
      this.#queries = new Map([...known].slice(-maxQueries));
    }
    return queries.map(query => known.get(query)!);
  }

  /** Vectors of the texts; the error where it does not take them; undefined where it fails, or has just failed. */
  async #ask(texts: string[], ms: number): Promise<Float32Array[] | EndpointError | undefined> {
    if (this.#closed || this.#now() < (this.#failure?.ends ?? 0)) return undefined;
    try {
      this.#endpoint ??= opened(this.#settings, this.#proxy);
      const vectors = await (await this.#endpoint).embed(texts, ms);
      if (this.#failure !== undefined) publish('embeddings.recovered', {});
      this.#failure = undefined;
      this.#refusals = 0;
      return vectors;
    } catch (thrown) {
      const error = thrown as EndpointError;
      if (error.refused && ++this.#refusals < mostRefusals) return error;
      this.#fail(error);
      return undefined;
    }
  }

  /** It is left alone for a while. That it fails is told once, until it works again. */
  #fail({ message }: EndpointError): false {
    if (this.#closed) return false;
    const { pauseMs } = this.#failure ?? {};
    if (pauseMs === undefined) publish('embeddings.failed', { reason: message });
    const pause = pauseMs === undefined ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
    this.#refused.clear();
    this.#refusals = 0;
    this.#failure = { reason: message, pauseMs: pause, ends: this.#now() + pause };
    return false;
  }
}

async function opened(settings: EmbeddingSettings, proxy: ProxySettings): Promise<Endpoint> {
  const { Endpoint } = await import('./endpoint.ts');
  return new Endpoint(settings, proxy);
}

function first<K, V>(map: ReadonlyMap<K, V>, count: number): [K, V][] {
  const found: [K, V][] = [];
  for (const entry of map) if (found.push(entry) >= count) break;
  return found;
}
