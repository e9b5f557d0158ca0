/** The gateway's event stream: says whether the page is live, and which answers are stale. */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { EventKind } from '../../../src/admin/contract/events.ts';
import { addressOf, type RequestId } from './client.ts';

export type Liveness = 'connecting' | 'live' | 'lost';

const ofServers: RequestId[] = ['listServers', 'getServer', 'getStatus', 'listConnections', 'listHappenings'];
const ofCatalog: RequestId[] = [
  'listTools',
  'searchTools',
  'getTool',
  'getMenu',
  'listResources',
  'listPrompts',
  'listServers',
  'getServer',
  'getStatus',
];

/** What each kind of event makes stale. */
const stale: Record<EventKind, RequestId[] | 'everything'> = {
  reset: 'everything',
  server: ofServers,
  breaker: ofServers,
  process: ofServers,
  listed: ofCatalog,
  catalog: ofCatalog,
  call: ['listCalls', 'getStatistics', 'getSeries', 'getTokens', 'listServers', 'listConnections'],
  session: ['listSessions', 'getStatus', 'listHappenings'],
  reloaded: 'everything',
  refused: ['getStatus', 'getConfiguration', 'listHappenings'],
  changed: ['listHappenings'],
};
const kinds = Object.keys(stale) as EventKind[];

/** Storms of events become one question each so often, in milliseconds. */
const gatherMs = 1_000;
/** What has to look at every call there was is asked for less often. */
const gatherLongerMs = 5_000;
const dear: ReadonlySet<RequestId> = new Set(['getStatistics', 'getSeries']);
/** A stream that the browser has given up is opened anew after so long. */
const retryMs = 2_000;

let liveness: Liveness = 'connecting';
const watchers = new Set<() => void>();

/** Whether what is shown is up to date. */
export function useLiveness(): Liveness {
  return useSyncExternalStore(
    watcher => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => liveness,
  );
}

/** Keeps `client` up to date from now on; the function returned ends that. */
export function follow(client: QueryClient): () => void {
  const soon = gatherer(client, gatherMs);
  const later = gatherer(client, gatherLongerMs);
  let retry: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;

  const heard = (kind: EventKind) => {
    const ids = stale[kind];
    if (ids === 'everything') return void client.invalidateQueries();
    for (const id of ids) (dear.has(id) ? later : soon).add(id);
  };
  const open = () => {
    source = new EventSource(addressOf('getEvents', {}));
    let wasOpen = liveness === 'live';
    source.onopen = () => {
      if (!wasOpen && liveness === 'lost') void client.invalidateQueries(); // what was missed may be anything
      wasOpen = true;
      become('live');
    };
    source.onerror = () => {
      wasOpen = false;
      become('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      void client.invalidateQueries({ queryKey: ['getStatus'] }); // which says why, such as: not logged in any more
      retry = setTimeout(open, retryMs);
    };
    for (const kind of kinds) source.addEventListener(kind, () => heard(kind));
  };

  open();
  return () => {
    source?.close();
    soon.end();
    later.end();
    clearTimeout(retry);
    become('connecting');
  };
}

/** Asks anew for what is stale, all of it together and only so often; what is being asked already is not asked again. */
function gatherer(client: QueryClient, everyMs: number) {
  const waiting = new Set<RequestId>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const ids = new Set(waiting);
    waiting.clear();
    const isStale = ({ queryKey }: { queryKey: readonly unknown[] }) => ids.has(queryKey[0] as RequestId);
    void client.invalidateQueries({ predicate: isStale }, { cancelRefetch: false });
  };
  return {
    add: (id: RequestId) => {
      waiting.add(id);
      timer ??= setTimeout(flush, everyMs);
    },
    end: () => clearTimeout(timer),
  };
}

function become(next: Liveness): void {
  if (next === liveness) return;
  liveness = next;
  for (const watcher of watchers) watcher();
}
