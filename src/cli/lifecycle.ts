import { isatty } from 'node:tty';
import { killWatched } from '../upstream/watchdog.ts';
import { printError } from './print.ts';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** A shell that is told to leave tells its jobs first: so long after it the terminal is gone, if it goes. */
const leavingMs = 500;

interface Stopping {
  /** Resolves when there is nobody left to serve. */
  gone?: Promise<void>;
  /** What SIGHUP means, unless the terminal hung up; else it is a signal to stop. */
  onHangup?: () => void;
}

/** Resolves at the first signal to stop, or when `gone` does, with what it was. A second signal ends everything at once. */
export async function untilStopped({
  gone = new Promise(() => {}),
  onHangup,
}: Stopping = {}): Promise<string> {
  const hasTerminal = isatty(0);
  const hungUp = () => hasTerminal && !isatty(0); // a terminal that was closed is none any more
  let stop = (_signal: string) => {};
  const asked = new Promise<string>(resolve => {
    stop = resolve;
  });
  let count = 0;
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal === 'SIGHUP' && onHangup !== undefined && !hungUp()) {
        if (hasTerminal) setTimeout(() => hungUp() && stop(signal), leavingMs).unref();
        return onHangup();
      }
      if (++count === 1) return stop(signal);
      printError('stopped at once');
      killWatched();
      process.exit(1);
    });
  }
  return Promise.race([asked, gone.then(() => 'the client has gone')]);
}
