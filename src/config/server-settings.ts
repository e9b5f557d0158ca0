/** The settings of a server: type, bounds, default, unit and description of each. */
import * as z from 'zod/mini';
import { setting } from './setting.ts';
import { address, dictionary, filled, milliseconds, names, text, wholeNumber } from './values.ts';

const pool = z.object({
  min: setting(z._default(wholeNumber(0, 1000), 0), {
    description: 'Connections kept open, ready for the next one who needs one, even when nobody uses them.',
  }),
  max: setting(z.optional(wholeNumber(1, 1000)), {
    description:
      'Most connections at one time; left out, 8, and 256 with isolation `client`, where each client has its own.',
  }),
  idleMs: setting(z._default(milliseconds(0), 300_000), {
    unit: 'ms',
    description: 'How long a connection that belongs to no client and that nobody uses stays open.',
  }),
  lifetimeMs: setting(z.optional(milliseconds()), {
    unit: 'ms',
    description:
      'A connection older than this is replaced once its calls have finished, unless it is a client’s own.',
  }),
  maxUses: setting(z.optional(wholeNumber(1, 1_000_000_000)), {
    description: 'A connection that has served this many calls is replaced, unless it is a client’s own.',
  }),
  maxMemoryMb: setting(z.optional(wholeNumber(16, 1_048_576)), {
    unit: 'MiB',
    description: 'A server process larger than this is replaced once its calls have finished.',
  }),
});

const cache = z.object({
  ttlMs: setting(z._default(milliseconds(0), 0), {
    unit: 'ms',
    description:
      'How long a good result of a tool that says that it is read-only may be given again for the same arguments, to all clients of the same key, whatever `isolation` says; 0 is never. A resource is given again for as long as its server says.',
  }),
  tools: setting(z._default(names(), []), {
    description:
      'Tools whose results may be given again although they do not say that they are read-only: only those that change nothing.',
  }),
});

const health = z.object({
  enabled: setting(z._default(z.boolean(), true), {
    description: 'Whether the server is asked from time to time whether it is well.',
  }),
  intervalMs: setting(z._default(milliseconds(), 30_000), {
    unit: 'ms',
    description: 'Time between two checks.',
  }),
  timeoutMs: setting(z._default(milliseconds(), 5_000), {
    unit: 'ms',
    description: 'A check without an answer for this long has failed.',
  }),
  threshold: setting(z._default(wholeNumber(1, 1000), 3), {
    description:
      'Failed checks, or connections that failed or broke, in a row after which the server is left alone for a while.',
  }),
});

const resultTokens = () => wholeNumber(0, 100_000_000);

const compress = z.object({
  schemas: setting(z._default(z.boolean(), true), {
    description:
      'Whether `inspect` shows tools as signatures; else with their JSON Schema, as the server listed it.',
  }),
  results: setting(z._default(z.union([z.boolean(), z.literal('shadow')], 'true, false or "shadow"'), true), {
    description:
      'Whether texts of results that are JSON are written as compact JSON or TOON where that takes fewer tokens and loses nothing; `shadow` changes nothing and counts what it would save.',
  }),
  structuredContent: setting(z._default(z.boolean(), true), {
    description:
      'Whether a result’s `structuredContent` is passed on beside its texts. Without it, it becomes a text where no text says the same: for clients that show both to the model.',
  }),
});

const tools = z.object({
  allow: setting(z.optional(names()), {
    description: 'The only tools that may be listed, found and called; left out, all of them.',
  }),
  deny: setting(z._default(names(), []), {
    description: 'Tools that are in no list, search or call; stronger than `allow`.',
  }),
  ask: setting(z._default(names(), []), {
    description: 'Tools that are called only after the person at the client has confirmed it.',
  }),
  resultTokens: setting(z._default(dictionary(resultTokens()), {}), {
    unit: 'tokens',
    description: 'For a tool’s name, its own `resultTokens`.',
  }),
  examples: setting(z._default(dictionary(names()), {}), {
    description: 'For a tool’s name, queries that it answers; they help search find it.',
  }),
});

/** What may be set for one server, and for all of them under `defaults`. */
const shared = {
  enabled: setting(z._default(z.boolean(), true), { description: 'Whether the server is used at all.' }),
  isolation: setting(z._default(z.enum(['call', 'client', 'shared']), 'client'), {
    description:
      'Who may share a connection: nobody, not even two calls (`call`), the calls of one client (`client`), or everybody (`shared`).',
  }),
  pool: setting(z.prefault(pool, {}), { description: 'The connections to the server.' }),
  concurrency: setting(z._default(wholeNumber(1, 10_000), 64), {
    description: 'Most calls that run on the server at one time.',
  }),
  queue: setting(z._default(wholeNumber(0, 100_000), 256), {
    description: 'Most calls that wait for one of those; more are refused at once.',
  }),
  connectTimeoutMs: setting(z._default(milliseconds(), 30_000), {
    unit: 'ms',
    description: 'Longest time for starting or reaching the server.',
  }),
  timeoutMs: setting(z._default(milliseconds(), 300_000), {
    unit: 'ms',
    description: 'Longest time that a call may go without an answer or progress.',
  }),
  maxTotalMs: setting(z._default(milliseconds(), 3_600_000), {
    unit: 'ms',
    description: 'Longest time that a call may take in all.',
  }),
  retry: setting(z._default(z.boolean(), false), {
    description:
      'Whether a call whose connection was lost is made once more when its tool says that it is read-only or idempotent.',
  }),
  cache: setting(z.prefault(cache, {}), { description: 'Results given again.' }),
  health: setting(z.prefault(health, {}), { description: 'Health checks.' }),
  compress: setting(z.prefault(compress, {}), { description: 'Fewer tokens for the model.' }),
  resultTokens: setting(z._default(resultTokens(), 10_000), {
    unit: 'tokens',
    description:
      'A result whose texts and `structuredContent` take more is kept, and the model given its beginning, its shape and an address to read on at; 0 is never.',
  }),
  inheritEnv: setting(z._default(z.union([z.boolean(), names()], 'true, false or a list of names'), false), {
    description:
      'Further variables of MCPX’s own environment that a command gets: a list of names, or `true` for all.',
  }),
  cwd: setting(z.optional(filled()), {
    description:
      'Folder in which a command runs, relative to the configuration’s folder, which is the default.',
  }),
  tools: setting(z.prefault(tools, {}), {
    description: 'Which tools may be used. A list replaces the one in `defaults`.',
  }),
};

/** How to log in to a server over HTTP. */
export const auth = z.object({
  grant: setting(z._default(z.enum(['authorization_code', 'client_credentials']), 'authorization_code'), {
    description:
      'How the gateway gets tokens: a person logs in (`authorization_code`), or the gateway has credentials of its own (`client_credentials`).',
  }),
  clientId: setting(z.optional(filled()), {
    description: 'The client as which MCPX is registered there; left out, it registers itself.',
  }),
  clientSecret: setting(z.optional(filled()), {
    description: 'The secret of that client: a reference (`env:` or `file:`).',
  }),
  privateKey: setting(z.optional(filled()), {
    description:
      'In place of a secret, the key that the client signs with (private-key JWT): a reference to a PKCS #8 PEM or a JWK. RSA, EC or Ed25519.',
  }),
  issuer: setting(z.optional(address()), {
    description:
      'The only authorization server that is used, by its issuer. Left out, the server says which; a client’s secret then goes to the first one that it named.',
  }),
  scopes: setting(z._default(names(), []), {
    description: 'Scopes to ask for; left out, those that the server says it needs.',
  }),
  clientMetadataUrl: setting(z.optional(address()), {
    description:
      'Address of a Client ID Metadata Document, an https address; used where the authorization server takes one.',
  }),
  callbackPort: setting(z.optional(wholeNumber(1, 65_535)), {
    description:
      'Port on 127.0.0.1 that `mcpx login` listens on, for clients that are registered with one; left out, any.',
  }),
  shared: setting(z._default(z.boolean(), false), {
    description:
      'Whether all keys of the gateway use the gateway’s own login; else each key logs in for itself.',
  }),
  CLIENT_ID: setting(z.optional(filled()), { description: 'Cursor’s name of `clientId`.', foreign: true }),
  CLIENT_SECRET: setting(z.optional(filled()), {
    description: 'Cursor’s name of `clientSecret`.',
    foreign: true,
  }),
});

const connection = {
  type: setting(
    z.optional(z.enum(['stdio', 'http', 'sse', 'streamable-http', 'streamableHttp', 'local', 'remote'])),
    {
      description:
        'How the server is spoken to: `stdio`, `http` (Streamable HTTP) or `sse`. Left out, it is told from `command` or `url` (a path segment `sse` means SSE). `local`, `remote`, `streamable-http` and `streamableHttp` are understood.',
    },
  ),
  command: setting(z.optional(filled()), {
    description: 'Program that is the server; no shell is involved.',
  }),
  args: setting(z.optional(z.array(text())), { description: 'Its arguments.' }),
  env: setting(z.optional(dictionary(text())), { description: 'Variables for its environment.' }),
  envFile: setting(z.optional(filled()), {
    description:
      'File of `NAME=value` lines for its environment, relative to the configuration’s folder; `env` is stronger.',
  }),
  url: setting(z.optional(address()), { description: 'Address of a server that is reached over HTTP.' }),
  headers: setting(z.optional(dictionary(text())), { description: 'Headers sent with every request to it.' }),
  auth: setting(z.optional(auth), {
    description: 'How to log in to a server that asks for OAuth; most need nothing here but `mcpx login`.',
  }),
  serverUrl: setting(z.optional(address()), { description: 'Same as `url`.', foreign: true }),
  httpUrl: setting(z.optional(address()), { description: 'Same as `url`.', foreign: true }),
  disabled: setting(z.optional(z.boolean()), { description: 'Opposite of `enabled`.', foreign: true }),
  autoApprove: setting(z.optional(z.unknown()), {
    description: 'Ignored: what needs no confirmation is for the client to say.',
    foreign: true,
  }),
  alwaysAllow: setting(z.optional(z.unknown()), {
    description: 'Ignored: what needs no confirmation is for the client to say.',
    foreign: true,
  }),
};

/** One server. Parsing a server merged with `defaults` gives all of its settings. */
export const server = z.object({ ...connection, ...shared });

/** Settings for every server that does not say otherwise. */
export const defaults = z.object(shared);

export type ServerSettings = z.output<typeof server>;
