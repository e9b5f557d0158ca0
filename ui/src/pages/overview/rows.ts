import type { AnswerOf } from '../../api/client.ts';
import { useAnswer } from '../../api/queries.ts';
import { useSince } from '../../api/since.ts';

type Server = AnswerOf<'listServers'>['servers'][number];
type Figures = AnswerOf<'getStatistics'>['servers'][number];

/** A server, and how its calls of the last hour went. */
export interface ServerRow {
  server: Server;
  figures?: Figures;
  /** Calls in each minute, and those that failed. */
  calls: number[];
  failed: number[];
}

const hourMs = 3_600_000;
const steps = 60;
const nothing: number[] = new Array(steps).fill(0);

/** All servers, the sick ones first; what is known of their calls may come later. */
export function useServerRows() {
  const since = useSince(hourMs);
  const servers = useAnswer('listServers', {});
  const { data: statistics } = useAnswer('getStatistics', { query: { since } }, { keep: true });
  const query = { since, until: since + hourMs + 60_000, by: 'server' as const, steps };
  const { data: series } = useAnswer('getSeries', { query }, { keep: true });
  const figures = new Map(statistics?.servers.map(each => [each.server, each]));
  const times = new Map(series?.series.map(each => [each.server, each]));
  const rows = servers.data?.servers.map(server => ({
    server,
    figures: figures.get(server.name),
    calls: times.get(server.name)?.calls ?? nothing,
    failed: times.get(server.name)?.failed ?? nothing,
  }));
  return { servers, rows: rows?.toSorted((a, b) => rank(a) - rank(b)) };
}

const order: Server['state'][] = [
  'failed',
  'needs_auth',
  'degraded',
  'connecting',
  'ready',
  'idle',
  'closed',
  'disabled',
];

function rank({ server }: ServerRow): number {
  return order.indexOf(server.state);
}
