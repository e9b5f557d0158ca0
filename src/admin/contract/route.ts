/** What a route of the API is. Shared with the web page: no imports of Node here or beside. */
import type * as z from 'zod/mini';

type Schema = z.core.$ZodType;

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/api/servers/{server}`; what is in braces is percent-encoded text. */
  path: string;
  /** The heading under which it is documented. */
  group: string;
  about: string;
  query?: Schema;
  body?: Schema;
  /** What it answers as JSON; `events` are a stream of server-sent events, `lines` are lines of JSON. */
  answer: Schema | 'events' | 'lines';
  /** Statuses beside 200 and those that every route has. */
  refusals?: readonly number[];
}

/** Those that every route may answer with: bad request, no credential, not allowed, too large, a broken configuration, too often, our own failure. */
export const commonRefusals = [400, 401, 403, 413, 422, 429, 500, 503] as const;

/** The names in braces. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** What a route is given, read. */
export interface Input<R extends Route> {
  params: Record<Names<R['path']>, string>;
  query: R['query'] extends Schema ? z.output<R['query']> : Record<string, never>;
  body: R['body'] extends Schema ? z.output<R['body']> : undefined;
}

/** What it answers; nothing where it sends a stream itself. */
export type Answer<R extends Route> = R['answer'] extends Schema ? z.output<R['answer']> : undefined;

export function route<const R extends Route>(made: R): R {
  return made;
}
