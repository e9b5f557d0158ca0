import { type EventName, type Events, subscribe } from '../events.ts';
import type { CallNote } from '../notes.ts';
import { Limit } from './limit.ts';
import type { Metrics } from './registry.ts';

/** Methods of the protocol there are a few dozen; error codes of servers as many as they like. */
const maxRequests = 50;
const maxCodes = 100;
/** Configurations come and go; servers that are gone keep their counts. */
const maxServers = 1_000;

const theThree: ReadonlySet<string | undefined> = new Set(['inspect', 'exec', 'resources']);

/** Counts what happens. Returns what ends that. */
export function countEvents(metrics: Metrics, maxTools: number): () => void {
  const ends: (() => void)[] = [];
  const counting: Counting = {
    metrics,
    servers: new Limit(maxServers),
    on: (name, listener) => ends.push(subscribe(name, listener)),
  };
  countCalls(counting, maxTools);
  countTokens(counting);
  countServers(counting);
  countGateway(counting);
  return () => {
    for (const end of ends) end();
  };
}

interface Counting {
  metrics: Metrics;
  servers: Limit;
  on: <N extends EventName>(name: N, listener: (event: Events[N]) => void) => void;
}

function countCalls({ metrics, servers, on }: Counting, maxTools: number): void {
  const tools = new Limit(maxTools);
  const requests = new Limit(maxRequests);
  const codes = new Limit(maxCodes);
  const calls = metrics.counter('mcpx_calls_total');
  const seconds = metrics.counter('mcpx_call_seconds_total');
  const whole = metrics.histogram('mcpx_call_duration_seconds');
  const queue = metrics.histogram('mcpx_call_queue_seconds');
  const upstream = metrics.histogram('mcpx_call_upstream_seconds');
  const retries = metrics.counter('mcpx_call_retries_total');
  const asked = metrics.counter('mcpx_requests_total');
  const took = metrics.histogram('mcpx_request_duration_seconds');
  const errors = metrics.counter('mcpx_errors_total');

  on('call.ended', note => {
    const server = servers.of(note.server);
    const tool = toolOf(note, tools);
    calls.inc({ server, tool, outcome: note.outcome ?? 'failed' });
    seconds.inc({ server, tool }, note.ms / 1_000);
    whole.observe({ server }, note.ms / 1_000);
    if (note.attempts > 0) {
      queue.observe({ server }, note.queueMs / 1_000);
      upstream.observe({ server }, note.upstreamMs / 1_000);
    }
    if (note.attempts > 1) retries.inc({ server }, note.attempts - 1);
  });
  on('request.ended', ({ name, method, outcome = 'failed', ms, code }) => {
    const request = theThree.has(name) ? name! : requests.of(method);
    asked.inc({ request, outcome });
    took.observe({ request }, ms / 1_000);
    if (code !== undefined) errors.inc({ code: codes.of(String(code)) });
  });
  on('cache.hit', ({ server, joined }) => {
    metrics
      .counter('mcpx_cache_hits_total')
      .inc({ server: servers.of(server), kind: joined ? 'joined' : 'kept' });
  });
  on('search.ended', ({ found, ms }) => {
    metrics.counter('mcpx_searches_total').inc();
    if (found === 0) metrics.counter('mcpx_search_misses_total').inc();
    metrics.histogram('mcpx_search_duration_seconds').observe(ms / 1_000);
  });
}

/** What is no tool is told by its method, such as `resources/read`. */
function toolOf({ server, tool, method }: CallNote, tools: Limit): string {
  return tools.of(tool ?? method, server);
}

function countTokens({ metrics, servers, on }: Counting): void {
  const given = metrics.counter('mcpx_tokens_out_total');
  const saved = metrics.counter('mcpx_tokens_saved_total');
  on('menu.listed', ({ tokens, flat }) => {
    given.inc({ kind: 'menu' }, tokens);
    saved.inc({ by: 'menu' }, Math.max(0, flat - tokens));
  });
  on('discovery.answered', ({ tokens }) => given.inc({ kind: 'discovery' }, tokens));
  const written = metrics.counter('mcpx_tokens_in_total');
  on('result.answered', ({ server, argumentTokens, tokens, before }) => {
    written.inc({ server: servers.of(server) }, argumentTokens);
    given.inc({ kind: 'results' }, tokens);
    saved.inc({ by: 'results' }, Math.max(0, before - tokens));
  });
}

function countServers({ metrics, servers, on }: Counting): void {
  on('upstream.stderr', ({ server }) =>
    metrics.counter('mcpx_server_stderr_lines_total').inc({ server: servers.of(server) }),
  );
  on('breaker.changed', ({ server, state }) => {
    if (state === 'open') metrics.counter('mcpx_breaker_opened_total').inc({ server: servers.of(server) });
  });
  on('pool.discarded', ({ server, reason }) =>
    metrics.counter('mcpx_pool_discarded_total').inc({ server: servers.of(server), reason }),
  );
  on('connection.opened', ({ server, ms }) =>
    metrics.histogram('mcpx_connection_open_seconds').observe({ server: servers.of(server) }, ms / 1_000),
  );
  on('connection.closed', ({ server, lost }) =>
    metrics.counter('mcpx_connections_closed_total').inc({ server: servers.of(server), lost: String(lost) }),
  );
  on('process.started', ({ server }) =>
    metrics.counter('mcpx_process_starts_total').inc({ server: servers.of(server) }),
  );
}

function countGateway({ metrics, on }: Counting): void {
  const sessions = metrics.gauge('mcpx_sessions');
  sessions.set(0);
  on('client.opened', () => {
    sessions.inc();
    metrics.counter('mcpx_sessions_opened_total').inc();
  });
  on('client.closed', ({ ms }) => {
    sessions.dec();
    metrics.histogram('mcpx_session_duration_seconds').observe(ms / 1_000);
  });
  on('auth.refused', ({ code }) => metrics.counter('mcpx_refused_total').inc({ code }));
  on('config.reloaded', () => metrics.counter('mcpx_reloads_total').inc({ ok: 'true' }));
  on('config.refused', () => metrics.counter('mcpx_reloads_total').inc({ ok: 'false' }));
  const parts = new Limit(maxCodes);
  on('telemetry.failed', ({ part }) =>
    metrics.counter('mcpx_telemetry_failures_total').inc({ part: parts.of(part) }),
  );
}
