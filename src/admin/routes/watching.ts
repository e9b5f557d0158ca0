import { blocksOf, isText } from '../../compress/results/blocks.ts';
import { compressResult } from '../../compress/results/compress.ts';
import { estimateTokens } from '../../compress/tokens.ts';
import { McpxError } from '../../errors.ts';
import { parseJson } from '../../exact.ts';
import { isObject } from '../../json.ts';
import { type ClientReport, shownId } from '../../server/client-report.ts';
import { publish } from '../../telemetry/events.ts';
import type { CallRecord } from '../../telemetry/history/record.ts';
import { safeName } from '../../telemetry/safe.ts';
import type { JsonObject } from '../../types.ts';
import type { watched } from '../contract/watching.ts';
import { sendLines } from '../lines.ts';
import type { Handlers, Parts } from '../parts.ts';
import { timeOf } from '../shown.ts';

export function watchingRoutes({
  front,
  gateway,
  telemetry,
  streams,
}: Parts): Handlers<keyof typeof watched> {
  return {
    listSessions: () => {
      const owned = ownedIn(gateway);
      return { sessions: front.clients.map(report => shown(report, owned.get(report.id) ?? [])) };
    },
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
    getSeries: async ({ query: { by, steps, ...filter } }) => {
      const history = historyOf(telemetry);
      const { until = Date.now(), since = until - hourMs } = filter;
      const series = await history.overTime({ ...filter, since, until }, { by, steps });
      return { history: history.report, ...series };
    },
    getCall: async ({ params }) => {
      const id = Number(params.call);
      const [call] = Number.isSafeInteger(id)
        ? await historyOf(telemetry).calls({}, { before: id + 1, limit: 1, payloads: true })
        : [];
      if (call?.id !== id) throw new McpxError('NOT_FOUND', 'this call is not remembered, or not any more.');
      return { call, ...(await compressedOf(call)) };
    },
    listHappenings: ({ query: { server, limit } }) => ({
      happenings: telemetry.happenings
        .lately(limit, server)
        .map(({ at, ...rest }) => ({ ...rest, at: timeOf(at) })),
    }),
    getEvents: (_, { request, response }) => streams.open(request, response),
    getLogs: ({ query }, { response }) => sendLines(telemetry.tail, query, response),
  };
}

const hourMs = 3_600_000;

/** Connections that clients have alone, by the client's id as it is shown. */
function ownedIn(gateway: Parts['gateway']): Map<string, { server: string; connections: number }[]> {
  const owned = new Map<string, { server: string; connections: number }[]>();
  for (const server of gateway.statuses().keys()) {
    const counts = new Map<string, number>();
    for (const { owner } of gateway.connections(server))
      if (owner !== undefined) counts.set(shownId(owner), (counts.get(shownId(owner)) ?? 0) + 1);
    for (const [id, connections] of counts)
      owned.set(id, [...(owned.get(id) ?? []), { server: safeName(server), connections }]);
  }
  return owned;
}

/** What a model got, where all of the result is there. */
async function compressedOf({ result }: CallRecord) {
  const whole = result === undefined ? undefined : parsed(result);
  if (whole === undefined) return {};
  const { content } = await compressResult(whole);
  const [text, before] = [content, whole['content']].map(blocks => blocksText(blocks)) as [string, string];
  return { compressed: { text, tokens: estimateTokens(text), before: estimateTokens(before) } };
}

function blocksText(blocks: unknown): string {
  return blocksOf({ content: blocks })
    .filter(isText)
    .map(({ text }) => text)
    .join('\n');
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) && Array.isArray(value['content']) ? value : undefined;
  } catch {
    return undefined; // only its beginning was kept
  }
}

function historyOf({ history }: Parts['telemetry']): NonNullable<Parts['telemetry']['history']> {
  if (history !== undefined) return history;
  throw new McpxError('HISTORY_UNAVAILABLE', 'calls are not remembered.', {
    help: 'Set gateway.history.enabled and start the gateway anew.',
  });
}

function shown(
  { openedAt, lastSeenAt, client, principal, ...rest }: ClientReport,
  servers: { server: string; connections: number }[],
) {
  return {
    ...rest,
    servers,
    client: safeName(client),
    principal: safeName(principal),
    ...(openedAt !== undefined && { openedAt: timeOf(openedAt) }),
    ...(lastSeenAt !== undefined && { lastSeenAt: timeOf(lastSeenAt) }),
  };
}
