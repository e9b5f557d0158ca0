/** What the stream of events tells, by name. */
import * as z from 'zod/mini';
import { count, difference } from './common.ts';

export const events = {
  /** What came before cannot be had any more: ask anew for whatever is shown. */
  reset: z.object({}),
  server: z.object({ server: z.string(), state: z.string(), reason: z.optional(z.string()) }),
  listed: z.object({ server: z.string(), tools: count(), ms: z.number() }),
  catalog: z.object({ servers: count(), tools: count() }),
  breaker: z.object({ server: z.string(), state: z.string(), failures: count() }),
  process: z.object({ server: z.string(), pid: count(), running: z.boolean() }),
  call: z.object({
    server: z.string(),
    method: z.string(),
    tool: z.optional(z.string()),
    client: z.string(),
    principal: z.string(),
    outcome: z.string(),
    ms: z.number(),
    error: z.optional(z.string()),
  }),
  session: z.object({ client: z.string(), principal: z.string(), open: z.boolean() }),
  reloaded: z.object({ version: z.string(), cause: z.string(), ms: z.number(), difference }),
  refused: z.object({ problems: z.array(z.string()) }),
  changed: z.object({ principal: z.string(), what: z.string() }),
};

export type EventKind = keyof typeof events;
export type EventOf<K extends EventKind> = z.output<(typeof events)[K]>;
