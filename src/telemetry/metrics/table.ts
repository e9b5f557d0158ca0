/** Every metric of `/metrics`: what is counted here is what docs/metrics.md says, which is made from this. */

export interface Metric {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels?: readonly string[];
}

export const metrics = {
  mcpx_calls_total: {
    type: 'counter',
    help: 'Calls of tools, resources and prompts of servers that have ended, by how they did.',
    labels: ['server', 'tool', 'outcome'],
  },
  mcpx_call_seconds_total: {
    type: 'counter',
    help: 'Time that these calls took in all; divided by their number, what one takes on average.',
    labels: ['server', 'tool'],
  },
  mcpx_call_duration_seconds: {
    type: 'histogram',
    help: 'How long calls took, from the gateway’s own checks to the result.',
    labels: ['server'],
  },
  mcpx_call_queue_seconds: {
    type: 'histogram',
    help: 'How long of that they waited for a place, or for a connection.',
    labels: ['server'],
  },
  mcpx_call_upstream_seconds: {
    type: 'histogram',
    help: 'How long of that the server had them.',
    labels: ['server'],
  },
  mcpx_call_retries_total: {
    type: 'counter',
    help: 'Times that a call went to its server again.',
    labels: ['server'],
  },
  mcpx_calls_running: { type: 'gauge', help: 'Calls under way.', labels: ['server'] },
  mcpx_calls_waiting: { type: 'gauge', help: 'Calls that wait for a place.', labels: ['server'] },
  mcpx_requests_total: {
    type: 'counter',
    help: 'Requests of clients that have ended: the three tools by name, else the method.',
    labels: ['request', 'outcome'],
  },
  mcpx_request_duration_seconds: {
    type: 'histogram',
    help: 'How long requests of clients took, to the answer.',
    labels: ['request'],
  },
  mcpx_errors_total: {
    type: 'counter',
    help: 'Requests that ended in an error, by its code: one of MCPX’s own, or a JSON-RPC error code of a server.',
    labels: ['code'],
  },
  mcpx_refused_total: {
    type: 'counter',
    help: 'HTTP requests that were refused: without a key, or from somewhere that is not allowed.',
    labels: ['code'],
  },
  mcpx_cache_hits_total: {
    type: 'counter',
    help: 'Results given again: kept from before, or joined from an equal call under way.',
    labels: ['server', 'kind'],
  },
  mcpx_searches_total: { type: 'counter', help: 'Searches.' },
  mcpx_search_misses_total: { type: 'counter', help: 'Searches that found nothing.' },
  mcpx_search_duration_seconds: { type: 'histogram', help: 'How long searches took.' },
  mcpx_tokens_in_total: {
    type: 'counter',
    help: 'Tokens, estimated, that models wrote as arguments for tools of servers.',
    labels: ['server'],
  },
  mcpx_tokens_out_total: {
    type: 'counter',
    help: 'Tokens, estimated, that models were given: the menu, discovery (questions and replies), results.',
    labels: ['kind'],
  },
  mcpx_tokens_saved_total: {
    type: 'counter',
    help: 'Tokens, estimated, that models were spared: by the menu in place of all tools, by compressed and kept results.',
    labels: ['by'],
  },
  mcpx_server_state: {
    type: 'gauge',
    help: '1 for the state that a server is in, 0 for the others.',
    labels: ['server', 'state'],
  },
  mcpx_server_tools: { type: 'gauge', help: 'Tools that a server has.', labels: ['server'] },
  mcpx_server_stderr_lines_total: {
    type: 'counter',
    help: 'Lines that a server has written to stderr.',
    labels: ['server'],
  },
  mcpx_breaker_state: {
    type: 'gauge',
    help: '1 for the state that a server’s breaker is in, 0 for the others.',
    labels: ['server', 'state'],
  },
  mcpx_breaker_opened_total: {
    type: 'counter',
    help: 'Times that a breaker has opened.',
    labels: ['server'],
  },
  mcpx_pool_connections: {
    type: 'gauge',
    help: 'Connections to a server: busy, idle, spare (never used), opening.',
    labels: ['server', 'state'],
  },
  mcpx_pool_waiting: { type: 'gauge', help: 'Calls that wait for a connection.', labels: ['server'] },
  mcpx_pool_discarded_total: {
    type: 'counter',
    help: 'Connections that a pool has parted with, by why.',
    labels: ['server', 'reason'],
  },
  mcpx_connection_open_seconds: {
    type: 'histogram',
    help: 'How long it took to open connections, starting a process included.',
    labels: ['server'],
  },
  mcpx_connections_closed_total: {
    type: 'counter',
    help: 'Connections that have ended; lost: when nobody here wanted it.',
    labels: ['server', 'lost'],
  },
  mcpx_process_starts_total: {
    type: 'counter',
    help: 'Processes of servers that were started.',
    labels: ['server'],
  },
  mcpx_processes: { type: 'gauge', help: 'Processes of servers that run.', labels: ['server'] },
  mcpx_child_memory_bytes: {
    type: 'gauge',
    help: 'Memory of a server’s processes, each with what it has started. They are numbered from 0; a number is used again.',
    labels: ['server', 'process'],
  },
  mcpx_child_cpu_seconds_total: {
    type: 'counter',
    help: 'Processor time of the same.',
    labels: ['server', 'process'],
  },
  mcpx_sessions: { type: 'gauge', help: 'Sessions of clients (protocols of 2025) that are open.' },
  mcpx_sessions_opened_total: { type: 'counter', help: 'Sessions of clients that were opened.' },
  mcpx_session_duration_seconds: { type: 'histogram', help: 'How long sessions of clients were open.' },
  mcpx_catalog_tools: { type: 'gauge', help: 'Tools of all servers.' },
  mcpx_reloads_total: {
    type: 'counter',
    help: 'Times that the configuration was read anew, by whether it could be used.',
    labels: ['ok'],
  },
  mcpx_telemetry_failures_total: {
    type: 'counter',
    help: 'Times that a part of what watches has begun to fail.',
    labels: ['part'],
  },
  mcpx_build_info: { type: 'gauge', help: 'Always 1.', labels: ['version', 'node'] },
  mcpx_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'How late the gateway’s event loop was since the scrape before: half of the time, 99 % of it, at worst.',
    labels: ['quantile'],
  },
  process_resident_memory_bytes: { type: 'gauge', help: 'Memory of the gateway itself.' },
  process_cpu_seconds_total: { type: 'counter', help: 'Processor time of the gateway itself.' },
  process_start_time_seconds: { type: 'gauge', help: 'When the gateway was started, in seconds since 1970.' },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

/** Bounds of the histograms, in seconds. */
export const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** What stands in place of a label's value when there are too many. */
export const other = 'other';
