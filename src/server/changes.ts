import type { Gateway } from '../gateway.ts';

/** A pause this long ends a burst, in milliseconds: longer than the second between two listings of a busy server. */
const quietMs = 1_200;
/** Changes that go on and on, and servers that go on starting, hold back what there is to tell no longer than this. */
const patienceMs = 5_000;

/** Calls `tell` once for each burst of catalog changes, and once when the starts have settled. */
export function tellOfChanges(gateway: Gateway, tell: () => void): { stop: () => void } {
  const startedAt = performance.now();
  let burstSince: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const now = performance.now();
    burstSince ??= now;
    const left = burstSince + patienceMs - now;
    clearTimeout(timer);
    timer = setTimeout(settle, Math.max(0, Math.min(quietMs, left)));
    timer.unref();
  };
  const settle = () => {
    if (!gateway.settled && performance.now() - startedAt < patienceMs) return wait();
    burstSince = undefined;
    tell();
  };
  gateway.onCatalogChange = wait;
  return { stop: () => clearTimeout(timer) };
}
