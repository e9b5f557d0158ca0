import * as z from 'zod/mini';

/** A point in time, ISO 8601 in UTC. */
export const time = () => z.iso.datetime();
export const count = () => z.int().check(z.minimum(0));
/** Whatever JSON there is. */
export const anything = () => z.unknown();
export const object = () => z.record(z.string(), z.unknown());
export const flag = () => z.enum(['true', 'false']);
export const name = () => z.string().check(z.minLength(1), z.maxLength(300));

/** A number in a query, within these bounds. */
export const limit = (most: number, usual: number) =>
  z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(most)), usual);

export const problem = z.object({
  file: z.string(),
  line: count(),
  column: count(),
  message: z.string(),
});

/** What every refusal says. */
export const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string(), help: z.string(), data: z.optional(anything()) }),
});

const change = z.object({ server: z.string(), settings: z.array(z.string()) });

/** What is different between two configurations. */
export const difference = z.object({
  added: z.array(z.string()),
  removed: z.array(z.string()),
  replaced: z.array(change),
  adjusted: z.array(change),
  gateway: z.array(z.string()),
  restart: z.array(z.string()),
});

export const reloaded = z.union([
  z.object({ ok: z.literal(true), version: z.string(), difference, ms: z.number() }),
  z.object({ ok: z.literal(false), problems: z.array(z.string()) }),
]);

/** The configuration file was changed. */
export const written = z.object({
  changed: z.boolean(),
  version: z.string(),
  backup: z.optional(z.string()),
  reloaded: z.optional(reloaded),
});

export const done = z.object({ ok: z.literal(true) });
