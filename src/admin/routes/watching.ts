import { McpxError } from '../../errors.ts';
import type { ClientReport } from '../../server/client-report.ts';
import { publish } from '../../telemetry/events.ts';
import { safeName } from '../../telemetry/safe.ts';
import type { watched } from '../contract/watching.ts';
import { sendLines } from '../lines.ts';
import type { Handlers, Parts } from '../parts.ts';
import { timeOf } from '../shown.ts';

export function watchingRoutes({ front, telemetry, streams }: Parts): Handlers<keyof typeof watched> {
  return {
    listSessions: () => ({ sessions: front.clients.map(shown) }),
    endSession: async ({ params: { session } }) => {
      const known = front.clients.find(({ id }) => id === session);
      if (known === undefined || !(await front.endClient(session)))
        throw new McpxError('NOT_FOUND', 'there is no such session, or not any more.');
      publish('gateway.changed', {
        principal: 'admin',
        what: `ended a session of ${safeName(known.client)}`,
      });
      return { ok: true as const };
    },
    getTokens: () => ({ clients: telemetry.ledger.report }),
    listCalls: async ({ query: { before, limit, ...filter } }) => {
      const history = historyOf(telemetry);
      const calls = await history.calls(filter, { before, limit, payloads: true });
      return { history: history.report, calls };
    },
    getStatistics: async ({ query }) => {
      const history = historyOf(telemetry);
      const stats = await history.stats(query);
      return { history: history.report, ...stats };
    },
    getEvents: (_, { request, response }) => streams.open(request, response),
    getLogs: ({ query }, { response }) => sendLines(telemetry.tail, query, response),
  };
}

function historyOf({ history }: Parts['telemetry']): NonNullable<Parts['telemetry']['history']> {
  if (history !== undefined) return history;
  throw new McpxError('HISTORY_UNAVAILABLE', 'calls are not remembered.', {
    help: 'Set gateway.history.enabled and start the gateway anew.',
  });
}

function shown({ openedAt, lastSeenAt, client, principal, ...rest }: ClientReport) {
  return {
    ...rest,
    client: safeName(client),
    principal: safeName(principal),
    ...(openedAt !== undefined && { openedAt: timeOf(openedAt) }),
    ...(lastSeenAt !== undefined && { lastSeenAt: timeOf(lastSeenAt) }),
  };
}
