import { asMcpxError, type McpxError } from '../errors.ts';
import { publish, type ReloadCause } from '../telemetry/events.ts';
import { type Difference, isSame } from './diff.ts';
import { type Config, formatProblem, type Problem } from './types.ts';
import { FileWatch, type FileWatchOptions } from './watch.ts';

export interface ReloadsOptions {
  /** The configuration that holds at the beginning. */
  current: Config;
  /** Reads and checks a candidate, whole. Rejects when it cannot be used. */
  load: () => Promise<Config>;
  /** Makes a candidate the configuration that holds. */
  apply: (config: Config) => Promise<Applied>;
  watch?: Omit<FileWatchOptions, 'onchange'>;
}

export interface Applied {
  difference: Difference;
  /** Resolves when everything that had to be started has taken its place. */
  swapped: Promise<void>;
}

/** How a reload ended. */
export type Reloaded =
  | { ok: true; version: string; difference: Difference; ms: number }
  | { ok: false; problems: string[] };

/** Which configuration holds, since when (epoch milliseconds), and why a newer one does not. */
export interface ReloadReport {
  version: string;
  loadedAt: number;
  /** Settings that wait for the next start. */
  restart: string[];
  refused?: { at: number; problems: string[] };
}

/**
 * Keeps the configuration that holds that of the file. One reload at a time, each with what stands in the file when it
 * begins; of many that are asked for meanwhile one is done. What cannot be used changes nothing.
 */
export class Reloads {
  readonly #options: ReloadsOptions;
  readonly #watch: FileWatch;
  #files: string[];
  #report: ReloadReport;
  #warnings: ReadonlySet<string>;
  #running: Promise<unknown> = Promise.resolve();
  #next?: { cause: ReloadCause; reloaded: Promise<Reloaded> };

  constructor(options: ReloadsOptions) {
    const { current } = options;
    this.#options = options;
    this.#report = { version: current.version, loadedAt: Date.now(), restart: [] };
    this.#files = [current.file, ...current.includes];
    this.#warnings = new Set(current.warnings.map(formatProblem));
    this.#watch = new FileWatch({ ...options.watch, onchange: () => void this.reload('file') });
    void this.#watch.follow(this.#files);
  }

  get report(): ReloadReport {
    return this.#report;
  }

  /** Resolves with how it went when what had to be started has taken its place. Never rejects. */
  reload(cause: ReloadCause): Promise<Reloaded> {
    if (this.#next !== undefined) {
      if (cause !== 'file') this.#next.cause = cause; // whoever asked wants to be told
      return this.#next.reloaded;
    }
    const next = { cause };
    const turn = this.#running.then(() => {
      this.#next = undefined;
      return this.#reload(next.cause);
    });
    const reloaded = turn.then(({ ended }) => ended);
    this.#running = turn;
    this.#next = Object.assign(next, { reloaded });
    return reloaded;
  }

  close(): void {
    this.#watch.close();
  }

  /** Resolves when the candidate holds, or does not; the next one need not wait until it has `ended`. */
  async #reload(cause: ReloadCause): Promise<{ ended: Promise<Reloaded> }> {
    const started = performance.now();
    try {
      const config = await this.#options.load();
      this.#files = [config.file, ...config.includes];
      const { difference, swapped } = await this.#options.apply(config);
      const tell = this.#hold(config, difference, cause);
      return { ended: swapped.then(() => tell(performance.now() - started)) };
    } catch (thrown) {
      return { ended: Promise.resolve(this.#refuse(asMcpxError(thrown), cause)) };
    } finally {
      void this.#watch.follow(this.#files);
    }
  }

  /** Returns what tells of it once it is in place; a file that was saved without a change is no news. */
  #hold(config: Config, difference: Difference, cause: ReloadCause): (ms: number) => Reloaded {
    const { file, version } = config;
    const { restart } = difference;
    const before = this.#report;
    const known = this.#warnings;
    const warned = config.warnings.map(formatProblem);
    this.#warnings = new Set(warned);
    this.#report = { version, loadedAt: Date.now(), restart };
    const isNews =
      cause !== 'file' ||
      before.refused !== undefined ||
      !isSame({ ...difference, restart: [] }) ||
      restart.join() !== before.restart.join();
    const warnings = warned.filter(text => !known.has(text));
    return ms => {
      if (isNews) publish('config.reloaded', { file, version, cause, ms, ...difference, warnings });
      return { ok: true, version, difference, ms };
    };
  }

  /** The same complaint about a file that was saved again is no news. */
  #refuse(error: McpxError, cause: ReloadCause): Reloaded {
    const { current } = this.#options;
    const problems = problemsOf(error);
    const isNews = cause !== 'file' || problems.join() !== this.#report.refused?.problems.join();
    this.#report = { ...this.#report, refused: { at: Date.now(), problems } };
    if (isNews) publish('config.refused', { file: current.file, cause, problems });
    return { ok: false, problems };
  }
}

/** One text for each thing that is wrong; those of a file with their places. */
function problemsOf({ code, data, text, message }: McpxError): string[] {
  if (code !== 'CONFIG_INVALID') return [text];
  return Array.isArray(data) ? (data as Problem[]).map(formatProblem) : [message];
}
