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
  const codes = new Limit(maxCodes);
  const ofServer = seriesOfServers(metrics);
  const ofRequest = seriesOfRequests(metrics);
  const requests = new Limit(maxRequests);
  const retries = metrics.counter('mcpx_call_retries_total');
  const errors = metrics.counter('mcpx_errors_total');

  on('call.ended', note => {
    const server = servers.of(note.server);
    const { whole, queue, upstream, ofTool } = ofServer(server);
    const { seconds, ofOutcome } = ofTool(toolOf(note, tools));
    ofOutcome(note.outcome ?? 'failed').add();
    seconds.add(note.ms / 1_000);
    whole.observe(note.ms / 1_000);
    if (note.attempts > 0) {
      queue.observe(note.queueMs / 1_000);
      upstream.observe(note.upstreamMs / 1_000);
    }
    if (note.attempts > 1) retries.of(server).add(note.attempts - 1);
  });
  on('request.ended', ({ name, method, outcome = 'failed', ms, code }) => {
    const { took, ofOutcome } = ofRequest(theThree.has(name) ? name! : requests.of(method));
    ofOutcome(outcome).add();
    took.observe(ms / 1_000);
    if (code !== undefined) errors.of(codes.of(String(code))).add();
  });
  on('cache.hit', ({ server, joined }) => {
    metrics
      .counter('mcpx_cache_hits_total')
      .of(servers.of(server), joined ? 'joined' : 'kept')
      .add();
  });
  on('search.ended', ({ found, ms }) => {
    metrics.counter('mcpx_searches_total').of().add();
    if (found === 0) metrics.counter('mcpx_search_misses_total').of().add();
    metrics
      .histogram('mcpx_search_duration_seconds')
      .of()
      .observe(ms / 1_000);
  });
}

/** What is counted of each server's calls, looked up once. */
function seriesOfServers(metrics: Metrics) {
  const calls = metrics.counter('mcpx_calls_total');
  return kept(server => ({
    whole: metrics.histogram('mcpx_call_duration_seconds').of(server),
    queue: metrics.histogram('mcpx_call_queue_seconds').of(server),
    upstream: metrics.histogram('mcpx_call_upstream_seconds').of(server),
    ofTool: kept(tool => ({
      seconds: metrics.counter('mcpx_call_seconds_total').of(server, tool),
      ofOutcome: kept(outcome => calls.of(server, tool, outcome)),
    })),
  }));
}

function seriesOfRequests(metrics: Metrics) {
  return kept(request => ({
    took: metrics.histogram('mcpx_request_duration_seconds').of(request),
    ofOutcome: kept(outcome => metrics.counter('mcpx_requests_total').of(request, outcome)),
  }));
}

/** What `make` makes for a value, made once for each; of values there are few. */
function kept<T>(make: (value: string) => T): (value: string) => T {
  const known = new Map<string, T>();
  return value => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const made = make(value);
    known.set(value, made);
    return made;
  };
}

/** What is no tool is told by its method, such as `resources/read`. */
function toolOf({ server, tool, method }: CallNote, tools: Limit): string {
  return tools.of(tool ?? method, server);
}

function countTokens({ metrics, servers, on }: Counting): void {
  const given = kept(kind => metrics.counter('mcpx_tokens_out_total').of(kind));
  const saved = kept(by => metrics.counter('mcpx_tokens_saved_total').of(by));
  const written = kept(server => metrics.counter('mcpx_tokens_in_total').of(server));
  on('menu.listed', ({ tokens, flat }) => {
    given('menu').add(tokens);
    saved('menu').add(Math.max(0, flat - tokens));
  });
  on('discovery.answered', ({ tokens }) => given('discovery').add(tokens));
  on('result.answered', ({ server, argumentTokens, tokens, before }) => {
    written(servers.of(server)).add(argumentTokens);
    given('results').add(tokens);
    saved('results').add(Math.max(0, before - tokens));
  });
}

function countServers({ metrics, servers, on }: Counting): void {
  on('upstream.stderr', ({ server }) =>
    metrics.counter('mcpx_server_stderr_lines_total').of(servers.of(server)).add(),
  );
  on('breaker.changed', ({ server, state }) => {
    if (state === 'open') metrics.counter('mcpx_breaker_opened_total').of(servers.of(server)).add();
  });
  on('pool.discarded', ({ server, reason }) =>
    metrics.counter('mcpx_pool_discarded_total').of(servers.of(server), reason).add(),
  );
  on('connection.opened', ({ server, ms }) =>
    metrics
      .histogram('mcpx_connection_open_seconds')
      .of(servers.of(server))
      .observe(ms / 1_000),
  );
  on('connection.closed', ({ server, lost }) =>
    metrics.counter('mcpx_connections_closed_total').of(servers.of(server), String(lost)).add(),
  );
  on('process.started', ({ server }) =>
    metrics.counter('mcpx_process_starts_total').of(servers.of(server)).add(),
  );
}

function countGateway({ metrics, on }: Counting): void {
  const sessions = metrics.gauge('mcpx_sessions');
  sessions.set(0);
  on('client.opened', () => {
    sessions.inc();
    metrics.counter('mcpx_sessions_opened_total').of().add();
  });
  on('client.closed', ({ ms }) => {
    sessions.dec();
    metrics
      .histogram('mcpx_session_duration_seconds')
      .of()
      .observe(ms / 1_000);
  });
  on('auth.refused', ({ code }) => metrics.counter('mcpx_refused_total').of(code).add());
  on('config.reloaded', () => metrics.counter('mcpx_reloads_total').of('true').add());
  on('config.refused', () => metrics.counter('mcpx_reloads_total').of('false').add());
  const parts = new Limit(maxCodes);
  on('telemetry.failed', ({ part }) =>
    metrics.counter('mcpx_telemetry_failures_total').of(parts.of(part)).add(),
  );
}
