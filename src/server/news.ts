import type { Cancellation } from '../cancellation.ts';
import { isObject } from '../json.ts';
import { logLevelKey } from '../rpc/messages.ts';
import type { CallContext, JsonObject } from '../types.ts';
import type { Wire } from './wire.ts';

/** A client with more bytes than this to read is told no news: what it does not read is kept here. */
export const maxUnread = 1024 * 1024;

/** Severities as syslog has them (RFC 5424), the least first. */
export const severities = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

export function isSeverity(value: unknown): value is string {
  return severities.includes(value as string);
}

/** What servers may tell a client of 2025 while its call is under way. */
const told: ReadonlySet<string> = new Set([
  'notifications/message',
  'notifications/elicitation/complete',
  'notifications/tasks/status',
]);

/** Whether a client's notification is for the servers that it has connections to. */
export function isForServers(method: string): boolean {
  return method === 'notifications/roots/list_changed';
}

/** Tells a client on the stream of its call, as long as the call is wanted and the client reads. */
export function teller(wire: Wire, cancellation: Cancellation): NonNullable<CallContext['tell']> {
  return (method, params) => {
    if (!told.has(method) || cancellation.reason !== undefined || wire.unread > maxUnread) return;
    void wire.send({ jsonrpc: '2.0', method, params }).catch(() => {}); // it is only news
  };
}

/** From which severity a client of 2026 wants log messages of this call; undefined where it wants none. */
export function logLevelIn(params: JsonObject): string | undefined {
  const meta = params['_meta'];
  const level = isObject(meta) ? meta[logLevelKey] : undefined;
  return isSeverity(level) ? level : undefined;
}

/** Tells log messages of `logLevel` and above, and nothing else: for a client of 2026, if it asks for that. */
export function leastTeller(
  tell: NonNullable<CallContext['tell']>,
  logLevel: string | undefined,
): CallContext['tell'] {
  if (logLevel === undefined) return undefined;
  const least = severities.indexOf(logLevel);
  return (method, news) => {
    const isWanted = severities.indexOf(String(news['level'])) >= least;
    if (method === 'notifications/message' && isWanted) tell(method, news);
  };
}
