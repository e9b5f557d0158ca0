import * as z from 'zod/mini';
import { count, done, flag, limit, object, time } from './common.ts';
import { route } from './route.ts';

const sessions = 'Sessions and pools';
const watching = 'Watching';

const session = z.object({
  id: z.string(),
  principal: z.string(),
  client: z.string(),
  /** What it said that it can do. */
  capabilities: z.optional(object()),
  /** The connections to servers that are its own. */
  servers: z.array(z.object({ server: z.string(), connections: count() })),
  era: z.enum(['legacy', 'modern']),
  transport: z.enum(['http', 'sse']),
  openedAt: z.optional(time()),
  lastSeenAt: z.optional(time()),
  /** Requests and streams that are open now. */
  open: z.optional(count()),
});

const clientTokens = z.object({
  client: z.string(),
  principal: z.string(),
  menu: z.object({ lists: count(), tokens: count(), flat: count() }),
  discovery: z.object({ replies: count(), tokens: count() }),
  tools: z.array(
    z.object({
      server: z.string(),
      tool: z.string(),
      calls: count(),
      arguments: count(),
      results: count(),
      resultsBefore: count(),
      wouldSave: count(),
    }),
  ),
});

const whole = () => z.coerce.number().check(z.int(), z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER));

/** Which calls; all of it must fit. `since` and `until`: when they ended, in epoch milliseconds. */
const filter = {
  since: z.optional(whole()),
  until: z.optional(whole()),
  principal: z.optional(z.string()),
  client: z.optional(z.string()),
  server: z.optional(z.string()),
  tool: z.optional(z.string()),
  outcome: z.optional(z.string()),
  request: z.optional(z.string()),
};

/** Where calls are kept at the moment. */
const history = z.object({
  place: z.enum(['database', 'memory']),
  reason: z.optional(z.string()),
  lost: count(),
});

/** Times in milliseconds, sizes in characters of JSON, tokens estimated. */
const call = z.object({
  id: count(),
  principal: z.string(),
  client: z.string(),
  server: z.string(),
  method: z.string(),
  tool: z.optional(z.string()),
  outcome: z.enum(['ok', 'asked', 'tool_error', 'rpc_error', 'failed', 'cancelled', 'timeout']),
  code: z.optional(z.union([z.string(), z.number()])),
  error: z.optional(z.string()),
  ms: z.number(),
  queueMs: z.number(),
  upstreamMs: z.number(),
  attempts: count(),
  cached: z.optional(z.string()),
  sent: count(),
  received: count(),
  argumentTokens: z.optional(count()),
  resultTokens: z.optional(count()),
  resultTokensBefore: z.optional(count()),
  request: z.optional(z.string()),
  trace: z.optional(z.string()),
  arguments: z.optional(z.string()),
  result: z.optional(z.string()),
});

const figures = z.object({
  calls: count(),
  failed: count(),
  errors: z.array(z.object({ code: z.string(), calls: count() })),
  medianMs: z.number(),
  p95Ms: z.number(),
  maxMs: z.number(),
  meanMs: z.number(),
  meanQueueMs: z.number(),
  meanUpstreamMs: z.number(),
  received: count(),
  argumentTokens: count(),
  resultTokens: count(),
  savedTokens: z.int(),
});

export const watched = {
  listSessions: route({
    method: 'GET',
    path: '/api/sessions',
    group: sessions,
    about: 'The clients that are connected over HTTP.',
    answer: z.object({ sessions: z.array(session) }),
  }),
  endSession: route({
    method: 'DELETE',
    path: '/api/sessions/{session}',
    group: sessions,
    about:
      'Ends one, with its connections to servers. A client may come back; to keep it out, change its key.',
    answer: done,
    refusals: [404],
  }),
  getTokens: route({
    method: 'GET',
    path: '/api/tokens',
    group: watching,
    about:
      'What MCPX has cost its clients since it started, and what its servers would have cost them without, in tokens.',
    answer: z.object({ clients: z.array(clientTokens) }),
  }),
  listCalls: route({
    method: 'GET',
    path: '/api/calls',
    group: watching,
    about:
      'The calls that are remembered and fit, the latest first; `before` is the id of the last one of the page before.',
    query: z.object({ ...filter, before: z.optional(whole()), limit: limit(1_000, 100) }),
    answer: z.object({ history, calls: z.array(call) }),
  }),
  getStatistics: route({
    method: 'GET',
    path: '/api/stats',
    group: watching,
    about: 'The calls that are remembered and fit, added up.',
    query: z.object(filter),
    answer: z.object({
      history,
      all: figures,
      tools: z.array(z.object({ server: z.string(), tool: z.string(), ...figures.shape })),
      servers: z.array(z.object({ server: z.string(), ...figures.shape })),
      clients: z.array(z.object({ principal: z.string(), client: z.string(), ...figures.shape })),
      slowest: z.array(call),
    }),
  }),
  getSeries: route({
    method: 'GET',
    path: '/api/series',
    group: watching,
    about:
      'The calls that are remembered and fit, step by step over time: since an hour ago, until now where nothing else is said.',
    query: z.object({
      ...filter,
      by: z.optional(z.enum(['server', 'client', 'tool'])),
      steps: limit(240, 60),
    }),
    answer: z.object({
      history,
      from: z.number(),
      stepMs: z.number(),
      series: z.array(
        z.object({
          server: z.optional(z.string()),
          client: z.optional(z.string()),
          tool: z.optional(z.string()),
          calls: z.array(count()),
          failed: z.array(count()),
          medianMs: z.array(z.nullable(z.number())),
          p95Ms: z.array(z.nullable(z.number())),
          resultTokens: z.array(count()),
          savedTokens: z.array(z.int()),
        }),
      ),
    }),
  }),
  getCall: route({
    method: 'GET',
    path: '/api/calls/{call}',
    group: watching,
    about:
      'One call that is remembered. `compressed`: its result as a model gets it, where all of the result is kept.',
    answer: z.object({
      call,
      compressed: z.optional(z.object({ text: z.string(), tokens: count(), before: count() })),
    }),
    refusals: [404],
  }),
  listHappenings: route({
    method: 'GET',
    path: '/api/happenings',
    group: watching,
    about: 'What happened lately, other than calls, the latest first.',
    query: z.object({ server: z.optional(z.string()), limit: limit(500, 100) }),
    answer: z.object({
      happenings: z.array(
        z.object({
          id: count(),
          at: time(),
          kind: z.string(),
          level: z.enum(['info', 'warn', 'error']),
          server: z.optional(z.string()),
          text: z.string(),
          count: count(),
        }),
      ),
    }),
  }),
  getLogs: route({
    method: 'GET',
    path: '/api/logs',
    group: watching,
    about:
      'The last lines of the log that fit, oldest first, and with `follow` those that come; each is an object of JSON.',
    query: z.object({
      level: z.optional(z.enum(['error', 'warn', 'info', 'debug'])),
      server: z.optional(z.string()),
      tool: z.optional(z.string()),
      outcome: z.optional(z.string()),
      request: z.optional(z.string()),
      lines: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(1_000_000)), 100),
      follow: z.optional(flag()),
    }),
    answer: 'lines',
  }),
  getEvents: route({
    method: 'GET',
    path: '/api/events',
    group: watching,
    about:
      'What happens, as server-sent events, each with a JSON object as data. With `Last-Event-ID` the stream goes on where it broke off; where that is too long ago it begins with `reset`: ask anew for whatever is shown.',
    answer: 'events',
  }),
};
