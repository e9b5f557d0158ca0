import type { Happenings } from './happenings.ts';
import type { History } from './history/history.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log/log.ts';
import type { LogTail } from './log/tail.ts';
import type { Scrape } from './metrics/scrape.ts';

/** Everything that watches, as far as others ask it. What is not wanted, or not loaded yet, is absent. */
export interface Telemetry {
  readonly log: Log;
  readonly tail: LogTail;
  readonly ledger: Ledger;
  readonly happenings: Happenings;
  readonly scrape?: Scrape;
  readonly history?: History;
  /** Resolves when all of it is written. */
  close(): Promise<void>;
}
