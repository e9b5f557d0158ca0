/** The whole configuration file; with `server-settings.ts`, the one definition of every setting. */
import * as z from 'zod/mini';
import { defaults, server } from './server-settings.ts';
import { setting } from './setting.ts';
import { audit, history, log, metrics, otel } from './telemetry-settings.ts';
import { address, dictionary, filled, longestMs, milliseconds, names, wholeNumber } from './values.ts';

const results = z.object({
  maxMemoryMb: setting(z._default(wholeNumber(0, 65_536), 32), {
    unit: 'MiB',
    description: 'Memory that kept results may take, all together.',
  }),
  maxDiskMb: setting(z._default(wholeNumber(0, 1_048_576), 256), {
    unit: 'MiB',
    description: 'Room in the state folder for those that memory has no room for.',
  }),
  ttlMs: setting(z._default(milliseconds(), 1_800_000), {
    unit: 'ms',
    description: 'How long a result is kept.',
  }),
});

const embeddings = z.object({
  url: setting(address(), {
    description:
      'Address of an OpenAI-compatible API, such as `http://127.0.0.1:11434/v1`; `/embeddings` is added.',
  }),
  model: setting(filled(), { description: 'The model that makes vectors of texts.' }),
  apiKey: setting(z.optional(filled()), {
    description: 'Sent as a bearer token: a reference (`env:` or `file:`).',
  }),
  dimensions: setting(z.optional(wholeNumber(1, 8_192)), {
    description: 'How many numbers a vector has, for models that can be told.',
  }),
  timeoutMs: setting(z._default(milliseconds(), 500), {
    unit: 'ms',
    description: 'How long a search waits for it before it goes on with words alone.',
  }),
  queryPrefix: setting(z._default(z.string(), ''), {
    description: 'What the model wants in front of queries, such as `query: ` for E5.',
  }),
  toolPrefix: setting(z._default(z.string(), ''), {
    description: 'What it wants in front of what is searched, such as `passage: ` for E5.',
  }),
});

export const search = z.object({
  embeddings: setting(z.optional(embeddings), {
    description:
      'Where tools are found by their meaning as well as by their words. Queries and what tools say of themselves are sent there.',
  }),
  learn: setting(z._default(z.boolean(), false), {
    description:
      'Whether what is called after a search teaches the next ones: those of the same key alone, in the state folder, fading.',
  }),
});

const mode = (optional: string) =>
  setting(z.optional(z.enum(['tools', 'flat', 'auto'])), { description: optional });

const profile = z.object({
  servers: setting(z.optional(names()), { description: 'The servers of the part; left out, all.' }),
  mode: mode('What clients of it are shown; as `gateway.mode`.'),
});

const client = z.object({
  mode: mode('What it is shown at `/mcp`; as `gateway.mode`.'),
  defers: setting(z.optional(z.boolean()), {
    description: 'It looks for tools itself and does better with all of them; `auto` shows them to it.',
  }),
  nameLength: setting(z.optional(wholeNumber(16, 128)), {
    unit: 'characters',
    description: 'The longest name of a tool that it takes; longer ones are cut, with a hash, in flat mode.',
  }),
  structuredContent: setting(z.optional(z.boolean()), {
    description:
      'Whether results of `exec` carry `structuredContent`, which some clients show instead of the text.',
  }),
  listChanged: setting(z.optional(z.boolean()), {
    description:
      'Whether it asks again for a list that has changed; for one that does not, lists in flat mode wait up to 10 s for servers that are starting.',
  }),
});

const admin = z.object({
  commands: setting(z.optional(z.boolean()), {
    description:
      'Whether servers that run commands may be added and changed over the admin API, which means that whoever has its token can run anything; left out, only where the gateway listens on loopback and neither `publicUrl` nor `allowedHosts` is set.',
  }),
});

/** The gateway itself. */
export const gateway = z.object({
  host: setting(z._default(filled(), '127.0.0.1'), {
    description: 'Address to listen on. Any but a loopback address needs `keys`.',
  }),
  port: setting(z._default(wholeNumber(0, 65_535), 8000), {
    description: 'Port to listen on; left out, the next free one from 8000.',
  }),
  keys: setting(z._default(dictionary(z.string()), {}), {
    description:
      'Keys that requests must carry, by name: a reference to each (`env:` or `file:`), or `sha256:` and its hash in hex.',
  }),
  publicUrl: setting(z.optional(address()), { description: 'Address by which clients reach the gateway.' }),
  allowedHosts: setting(z._default(names(), []), {
    description: 'Host names, beside the gateway’s own, that requests may name.',
  }),
  allowedOrigins: setting(z._default(names(), []), {
    description: 'Origins of web pages that may call the gateway.',
  }),
  drainMs: setting(z._default(milliseconds(0), 10_000), {
    unit: 'ms',
    description: 'How long calls may go on after the gateway was told to stop.',
  }),
  mode: setting(z._default(z.enum(['tools', 'flat', 'auto']), 'tools'), {
    description:
      'What clients are shown at `/mcp` and by `mcpx stdio`: the three tools, `flat` (all tools of all servers), or, with `auto`, `flat` to clients that look for tools themselves.',
  }),
  profiles: setting(z._default(dictionary(profile), {}), {
    description: 'Parts of the servers, by name, that clients ask for with `?profile=NAME` or `--profile`.',
  }),
  clients: setting(z._default(dictionary(client), {}), {
    description:
      'What is to be known of clients, by the name that they give themselves (`clientInfo.name`), or its beginning and `*`.',
  }),
  sse: setting(z._default(z.boolean(), false), {
    description: 'Whether clients of the protocol of 2024-11-05 are served at `/sse` and `/messages`.',
  }),
  results: setting(z.prefault(results, {}), { description: 'Results too large for the model, kept.' }),
  sessionIdleMs: setting(z._default(milliseconds(), 1_800_000), {
    unit: 'ms',
    description: 'How long a client may be silent before its session and connections end.',
  }),
  keychain: setting(z._default(z.boolean(), true), {
    description:
      'Whether the key that logins are encrypted with is in the system keychain, where there is one; else it is in a private file beside them.',
  }),
  searchTokens: setting(z._default(wholeNumber(100, 100_000), 600), {
    unit: 'tokens',
    description: 'Most that the reply to a search may cost a model.',
  }),
  menuTokens: setting(z._default(wholeNumber(400, 100_000), 800), {
    unit: 'tokens',
    description: 'Most that the three tools and what they say of the servers may cost a model.',
  }),
  admin: setting(z.prefault(admin, {}), { description: 'The admin API.' }),
  search: setting(z.prefault(search, {}), { description: 'How tools are found.' }),
  log: setting(z.prefault(log, {}), { description: 'Lines on stderr, and in a file.' }),
  metrics: setting(z.prefault(metrics, {}), { description: 'Numbers for Prometheus.' }),
  history: setting(z.prefault(history, {}), { description: 'Calls remembered.' }),
  audit: setting(z.prefault(audit, {}), { description: 'Changes and refusals written down.' }),
  otel: setting(z.prefault(otel, {}), { description: 'OpenTelemetry.' }),
});

const servers = () => z.optional(dictionary(server));
const python = (type: z.core.$ZodType, description: string) =>
  setting(z.optional(type), { description, foreign: true });

/** The whole file. */
export const configuration = z.object({
  $schema: setting(z.optional(z.string()), { description: 'This file’s JSON Schema, for editors.' }),
  mcpServers: setting(servers(), { description: 'The servers, by name.' }),
  servers: setting(servers(), { description: '`mcpServers`, as VS Code calls it.', foreign: true }),
  inputs: setting(z.optional(z.unknown()), {
    description: 'Questions of VS Code to its user. A server that refers to an `input:` is not started.',
    foreign: true,
  }),
  defaults: setting(z.optional(defaults), {
    description: 'Settings for every server that does not say otherwise.',
  }),
  gateway: setting(z.prefault(gateway, {}), { description: 'The gateway itself.' }),
  schema_compression_enabled: python(z.boolean(), 'Python MCPX: `defaults.compress.schemas`.'),
  toon_compression_enabled: python(z.boolean(), 'Python MCPX: `defaults.compress.results`.'),
  toon_compression_min_size: python(z.number(), 'Python MCPX: ignored, the least size is fixed.'),
  health_check_enabled: python(z.boolean(), 'Python MCPX: `defaults.health.enabled`.'),
  health_check_interval: python(
    z.number().check(z.minimum(0.001), z.maximum(longestMs / 1000)),
    'Python MCPX: `defaults.health.intervalMs`, in seconds.',
  ),
  include_structured_content: python(z.boolean(), 'Python MCPX: `defaults.compress.structuredContent`.'),
});
