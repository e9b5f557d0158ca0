import type { ChangedList } from '../catalog/listing.ts';
import type { Gateway } from '../gateway.ts';
import type { Change } from './listeners.ts';

/** A pause this long ends a burst, in milliseconds: a server says at one time that several of its lists have changed. */
const quietMs = 300;
/** Changes that go on and on, and servers that go on starting, hold back what there is to tell no longer than this. */
const patienceMs = 5_000;

/** Calls `tell` once for each burst of catalog changes; servers that are just starting, or being replaced, are waited for. */
export function tellOfChanges(gateway: Gateway, tell: (change: Change) => void): { stop: () => void } {
  let burstSince: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let servers = new Set<string>();
  let lists = new Set<ChangedList>();
  const wait = () => {
    const now = performance.now();
    burstSince ??= now;
    const left = burstSince + patienceMs - now;
    clearTimeout(timer);
    timer = setTimeout(settle, Math.max(0, Math.min(quietMs, left)));
    timer.unref();
  };
  const settle = () => {
    const isNew = burstSince !== undefined && performance.now() - burstSince < patienceMs;
    if (!gateway.settled && isNew) return wait();
    burstSince = undefined;
    const change = { servers, lists };
    servers = new Set();
    lists = new Set();
    tell(change);
  };
  gateway.onCatalogChange = (server, changed) => {
    servers.add(server);
    for (const list of changed) lists.add(list);
    wait();
  };
  return { stop: () => clearTimeout(timer) };
}
