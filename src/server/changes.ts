import type { Gateway } from '../gateway.ts';

/** A pause this long ends a burst of changes, in milliseconds. */
const quietMs = 250;
/** While servers are starting changes are held back, but not longer than this. */
const startMs = 5_000;

/** Calls `tell` once for each burst of catalog changes, and once when the starts have settled. */
export function tellOfChanges(gateway: Gateway, tell: () => void): { stop: () => void } {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(settle, quietMs);
    timer.unref();
  };
  const settle = () => {
    if (!gateway.settled && performance.now() - startedAt < startMs) wait();
    else tell();
  };
  gateway.onCatalogChange = wait;
  return { stop: () => clearTimeout(timer) };
}
