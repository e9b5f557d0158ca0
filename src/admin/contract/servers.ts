import * as z from 'zod/mini';
import { count, done, name, object, time, written } from './common.ts';
import { route } from './route.ts';

const group = 'Servers';
const path = '/api/servers/{server}';

const login = z.object({
  principal: z.string(),
  loggedIn: z.boolean(),
  issuer: z.optional(z.string()),
  scope: z.optional(z.string()),
  loggedInAt: z.optional(time()),
  refreshedAt: z.optional(time()),
  expiresAt: z.optional(time()),
  renews: z.boolean(),
  problem: z.optional(z.string()),
});

const pool = z.object({
  total: count(),
  busy: count(),
  idle: count(),
  spare: count(),
  opening: count(),
  waiting: count(),
  started: count(),
  discarded: z.record(z.string(), count()),
});

export const server = z.object({
  name: z.string(),
  enabled: z.boolean(),
  type: z.enum(['stdio', 'http', 'sse', 'unknown']),
  /** `disabled`: it is not used at all. */
  state: z.enum(['idle', 'connecting', 'ready', 'degraded', 'failed', 'needs_auth', 'closed', 'disabled']),
  since: z.optional(time()),
  reason: z.optional(z.string()),
  help: z.optional(z.string()),
  /** False while what is known of it is from an earlier run. */
  fresh: z.boolean(),
  tools: z.object({ enabled: count(), all: count() }),
  resources: count(),
  prompts: count(),
  calls: z.object({ running: count(), waiting: count() }),
  pool: z.optional(pool),
  health: z.optional(
    z.object({
      ok: z.optional(z.boolean()),
      at: z.optional(time()),
      by: z.optional(z.enum(['call', 'check', 'listing', 'connection'])),
      reason: z.optional(z.string()),
      calledAt: z.optional(time()),
      breaker: z.object({
        state: z.enum(['closed', 'open', 'half-open']),
        failures: count(),
        retryInMs: count(),
      }),
    }),
  ),
  logins: z.array(login),
});

const detail = z.object({
  ...server.shape,
  /** Every setting that holds, references as they stand, without secrets. */
  settings: object(),
  /** Those that stand in the file. */
  own: object(),
  info: z.optional(object()),
  instructions: z.optional(z.string()),
  protocolVersion: z.optional(z.string()),
  listedAt: z.optional(time()),
  warnings: z.array(z.string()),
  stderr: z.array(z.string()),
  /** Those that it has had, the latest last. */
  states: z.array(z.object({ at: time(), state: z.string(), reason: z.optional(z.string()) })),
});

const whole = (least: number, most: number) =>
  z.optional(z.nullable(z.int().check(z.minimum(least), z.maximum(most))));
const ms = () => whole(1, 2_147_483_647);

/** `null` takes a setting out, so that the default holds. */
const limits = z.object({
  concurrency: whole(1, 10_000),
  queue: whole(0, 100_000),
  connectTimeoutMs: ms(),
  timeoutMs: ms(),
  maxTotalMs: ms(),
  resultTokens: whole(0, 100_000_000),
  pool: z.optional(z.object({ min: whole(0, 1_000), max: whole(1, 1_000), idleMs: whole(0, 2_147_483_647) })),
});

const change = { group, answer: written, refusals: [404, 409, 422] } as const;

export const servers = {
  listServers: route({
    method: 'GET',
    path: '/api/servers',
    group,
    about: 'All that are configured, also those that are switched off.',
    answer: z.object({ servers: z.array(server) }),
  }),
  getServer: route({
    method: 'GET',
    path,
    group,
    about: 'One, with its settings.',
    answer: detail,
    refusals: [404],
  }),
  addServer: route({
    ...change,
    method: 'POST',
    path: '/api/servers',
    about: 'Adds one. Its settings are those of the configuration file.',
    body: z.object({ name: name(), settings: object() }),
  }),
  replaceServer: route({
    ...change,
    method: 'PUT',
    path,
    about: 'Gives one other settings. What stays the same stays as it stands in the file.',
    body: z.object({ settings: object() }),
  }),
  removeServer: route({ ...change, method: 'DELETE', path, about: 'Takes one out of the file.' }),
  enableServer: route({ ...change, method: 'POST', path: `${path}/enable`, about: 'Switches one on.' }),
  disableServer: route({ ...change, method: 'POST', path: `${path}/disable`, about: 'Switches one off.' }),
  setLimits: route({
    ...change,
    method: 'PUT',
    path: `${path}/limits`,
    about: 'Changes how much may run on one, and for how long. What is left out stays.',
    body: limits,
  }),
  restartServer: route({
    method: 'POST',
    path: `${path}/restart`,
    group,
    about: 'Connects to one anew, beside what serves, and answers when that has taken its place.',
    answer: server,
    refusals: [404],
  }),
  checkServer: route({
    method: 'POST',
    path: `${path}/check`,
    group,
    about: 'Asks one now whether it is well.',
    answer: z.object({ ok: z.boolean(), ms: z.optional(z.number()), reason: z.optional(z.string()) }),
    refusals: [404],
  }),
  loginPage: route({
    method: 'POST',
    path: `${path}/login`,
    group,
    about: 'Where a person can log in to one, in the name of the gateway itself.',
    answer: z.object({ url: z.url() }),
    refusals: [404, 502],
  }),
  logOutOfServer: route({
    method: 'DELETE',
    path: `${path}/login`,
    group,
    about:
      'Forgets the gateway’s own login to one, here and, where it can be told, at the authorization server.',
    answer: z.object({ forgotten: z.boolean(), revoked: z.boolean() }),
    refusals: [404, 502],
  }),
  listConnections: route({
    method: 'GET',
    path: `${path}/connections`,
    group: 'Sessions and pools',
    about: 'Its connections that calls use, or may use.',
    answer: z.object({
      connections: z.array(
        z.object({
          id: count(),
          /** Of the client that has it alone, as in the list of sessions. */
          session: z.optional(z.string()),
          client: z.optional(z.string()),
          pid: z.optional(count()),
          /** Of the process and those that it has started. */
          memoryMb: z.optional(z.number()),
          protocolVersion: z.string(),
          busy: count(),
          uses: count(),
          ageMs: z.number(),
          idleMs: z.number(),
        }),
      ),
    }),
    refusals: [404],
  }),
  endConnection: route({
    method: 'DELETE',
    path: `${path}/connections/{connection}`,
    group: 'Sessions and pools',
    about: 'Closes one, whatever runs on it.',
    answer: done,
    refusals: [404],
  }),
};
