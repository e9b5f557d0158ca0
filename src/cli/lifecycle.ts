import { killWatched } from '../upstream/watchdog.ts';
import { printError } from './print.ts';

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Resolves at the first signal to stop, or when `gone` does. A second signal ends everything at once. */
export async function untilStopped(gone: Promise<void> = new Promise(() => {})): Promise<void> {
  let stop = () => {};
  const asked = new Promise<void>(resolve => {
    stop = resolve;
  });
  let count = 0;
  for (const signal of signals) {
    process.on(signal, () => {
      if (++count === 1) return stop();
      printError('stopped at once');
      killWatched();
      process.exit(1);
    });
  }
  await Promise.race([asked, gone]);
}
