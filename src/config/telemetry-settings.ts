/** What the gateway tells of what happens in it: type, bounds, default, unit and description of each setting. */
import * as z from 'zod/mini';
import { setting } from './setting.ts';
import { address, dictionary, filled, text, wholeNumber } from './values.ts';

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
const logFormats = ['auto', 'json', 'pretty'] as const;

const payloads = (where: string) =>
  setting(z._default(z.boolean(), false), {
    description: `Whether arguments and results are ${where}, cut, and without what is known or looks to be secret.`,
  });

export const log = z.object({
  level: setting(z._default(z.enum(logLevels), 'info'), {
    description: 'The least that is logged. `debug` shows arguments and results.',
  }),
  format: setting(z._default(z.enum(logFormats), 'auto'), {
    description: 'Lines of JSON, or lines for people; `auto` is the latter on a terminal.',
  }),
  file: setting(z.optional(filled()), {
    description:
      'File that gets the lines as JSON as well, relative to the configuration’s folder. When it is full it is put aside as `.1`.',
  }),
  maxFileMb: setting(z._default(wholeNumber(1, 65_536), 16), {
    unit: 'MiB',
    description: 'How large that file may grow.',
  }),
  maxFiles: setting(z._default(wholeNumber(0, 1_000), 5), {
    description: 'How many that are full are kept.',
  }),
  payloads: payloads('logged at every level'),
});

export const metrics = z.object({
  enabled: setting(z._default(z.boolean(), true), {
    description: 'Whether `/metrics` is served, for Prometheus.',
  }),
  maxTools: setting(z._default(wholeNumber(0, 100_000), 500), {
    description: 'Tools that are counted apart; all beyond them are `other`.',
  }),
});

export const history = z.object({
  enabled: setting(z._default(z.boolean(), true), {
    description: 'Whether calls are remembered, the last 2,000 of them in memory.',
  }),
  onDisk: setting(z._default(z.boolean(), false), {
    description: 'Whether they are kept in a database in the state folder; takes some 25 MB of memory more.',
  }),
  maxAgeDays: setting(z._default(wholeNumber(1, 36_500), 30), {
    unit: 'days',
    description: 'How long a call is remembered.',
  }),
  maxMb: setting(z._default(wholeNumber(1, 1_048_576), 256), {
    unit: 'MiB',
    description: 'How large the database may grow; the oldest calls make room.',
  }),
  payloads: payloads('remembered'),
});

export const audit = z.object({
  enabled: setting(z._default(z.boolean(), true), {
    description: 'Whether it is written down who changed what and who was refused what.',
  }),
  file: setting(z.optional(filled()), {
    description:
      'File for that, relative to the configuration’s folder; left out, `audit.jsonl` in the state folder. Lines are only ever added to it.',
  }),
});

export const otel = z.object({
  endpoint: setting(z.optional(address()), {
    description:
      'Where traces and metrics are sent (OTLP over HTTP), such as `http://127.0.0.1:4318`; left out, what `OTEL_EXPORTER_OTLP_ENDPOINT` says, else nowhere. Needs the OpenTelemetry packages, see observability.md.',
  }),
  headers: setting(z._default(dictionary(text()), {}), { description: 'Headers sent along.' }),
  traces: setting(z._default(z.boolean(), true), { description: 'Whether traces are sent.' }),
  metrics: setting(z._default(z.boolean(), true), { description: 'Whether metrics are sent.' }),
  payloads: payloads('put into traces, with the ids of sessions,'),
});
