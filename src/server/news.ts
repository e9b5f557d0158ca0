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

/** A client of 2026 is told log messages where it asks for them in the call itself, of that severity and above. */
export function logging(
  params: JsonObject,
  tell: NonNullable<CallContext['tell']>,
): Pick<CallContext, 'logLevel' | 'tell'> {
  const meta = params['_meta'];
  const logLevel = isObject(meta) ? meta[logLevelKey] : undefined;
  if (!isSeverity(logLevel)) return {};
  const least = severities.indexOf(logLevel);
  return {
    logLevel,
    tell: (method, news) => {
      const isWanted = severities.indexOf(String(news['level'])) >= least;
      if (method === 'notifications/message' && isWanted) tell(method, news);
    },
  };
}
