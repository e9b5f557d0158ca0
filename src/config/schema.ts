/** The whole configuration file; with `server-settings.ts`, the one definition of every setting. */
import * as z from 'zod/mini';
import { defaults, server } from './server-settings.ts';
import { setting } from './setting.ts';
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
  results: setting(z.prefault(results, {}), { description: 'Results too large for the model, kept.' }),
  sessionIdleMs: setting(z._default(milliseconds(), 1_800_000), {
    unit: 'ms',
    description: 'How long a client may be silent before its session and connections end.',
  }),
  searchTokens: setting(z._default(wholeNumber(100, 100_000), 600), {
    unit: 'tokens',
    description: 'Most that the reply to a search may cost a model.',
  }),
  menuTokens: setting(z._default(wholeNumber(400, 100_000), 800), {
    unit: 'tokens',
    description: 'Most that the three tools and what they say of the servers may cost a model.',
  }),
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
